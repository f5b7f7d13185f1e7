import type { Amperes, Volts } from '../../base/units.ts';
import type { FaultBoard } from '../faultBoard.ts';
import { solveRising } from '../physics/solve.ts';
import type { Observer } from '../witness.ts';
import type { SimulatedModule } from './simulatedModule.ts';

export type Protection = 'over-voltage' | 'over-current';

interface LvReading {
  voltage: Volts;
  current: Amperes;
  /** Which of its two settings the supply holds: constant voltage or constant current. */
  mode: 'CV' | 'CC';
}

/** One output of a low-voltage supply with its modules behind it; several on one output are powered in series. */
export class LvLine {
  readonly instrument: string;
  readonly channel: number;
  readonly #modules: readonly SimulatedModule[];
  readonly #witness: Observer;
  readonly #faults: FaultBoard;
  readonly #onChange: () => void;
  #voltage: Volts = 0;
  #currentLimit: Amperes = 0.1;
  #on = false;
  /** It was told to switch off and could not. */
  #refusedOff = false;
  #trip: Protection | undefined;
  #overVoltage: Volts | undefined;
  #overCurrent: Amperes | undefined;

  constructor(
    at: { instrument: string; channel: number },
    modules: readonly SimulatedModule[],
    shared: { witness: Observer; faults: FaultBoard },
    onChange: () => void,
  ) {
    this.instrument = at.instrument;
    this.channel = at.channel;
    this.#modules = modules;
    this.#witness = shared.witness;
    this.#faults = shared.faults;
    this.#onChange = onChange;
  }

  get on(): boolean {
    return this.#on;
  }

  /** What the instrument answers when it is asked: a stuck output may be claimed to be off. */
  get readsOn(): boolean {
    return this.#on && !(this.#refusedOff && this.#stuck()?.says === 'off');
  }

  get voltage(): Volts {
    return this.#voltage;
  }

  get currentLimit(): Amperes {
    return this.#currentLimit;
  }

  /** The protection that has switched the output off and was not cleared. */
  get trip(): Protection | undefined {
    return this.#trip;
  }

  setVoltage(voltage: Volts): void {
    this.#voltage = voltage;
    this.#witness.saw(this.instrument, 'setpoint', voltage, this.channel);
    this.settle();
  }

  limitCurrent(current: Amperes): void {
    this.#currentLimit = current;
    this.settle();
  }

  /** Undefined: switched off. */
  protect(kind: Protection, threshold: number | undefined): void {
    if (kind === 'over-voltage') this.#overVoltage = threshold;
    else this.#overCurrent = threshold;
    this.settle();
  }

  /** Answers whether the output did what it was told. */
  switch(on: boolean): boolean {
    this.#refusedOff = !on && this.#on && this.#stuck() !== undefined;
    if (this.#refusedOff) return false;
    if (on) this.#trip = undefined;
    this.#setOutput(on);
    return true;
  }

  tripNow(kind: Protection): void {
    if (!this.#on) return;
    this.#trip = kind;
    this.#witness.saw(this.instrument, 'trip', kind, this.channel);
    this.#setOutput(false);
  }

  clearTrip(): void {
    this.#trip = undefined;
  }

  read(): LvReading {
    if (!this.#on) return { voltage: 0, current: 0, mode: 'CV' };
    return this.#drive();
  }

  /** Works out what reaches the modules, after anything that it depends on has changed. */
  settle(): void {
    const { voltage, current } = this.read();
    const exceeded = this.#exceeded(voltage, current);
    if (exceeded) {
      this.tripNow(exceeded);
      return;
    }
    for (const module of this.#modules) {
      const vin = this.#modules.length === 1 ? voltage : module.inputVoltage(current);
      module.setInput(vin, current);
    }
    this.#onChange();
  }

  #exceeded(voltage: Volts, current: Amperes): Protection | undefined {
    if (!this.#on) return undefined;
    if (this.#overVoltage !== undefined && voltage > this.#overVoltage) return 'over-voltage';
    return this.#overCurrent !== undefined && current > this.#overCurrent ? 'over-current' : undefined;
  }

  #stuck() {
    return this.#faults.find('output-stuck', { instrument: this.instrument, channel: this.channel });
  }

  #setOutput(on: boolean): void {
    if (on !== this.#on) {
      this.#on = on;
      this.#witness.saw(this.instrument, 'output', on, this.channel);
    }
    this.settle();
  }

  #drive(): LvReading {
    const limit = this.#currentLimit;
    const atLimit = this.#loadVoltage(limit);
    if (this.#modules.length > 0 && atLimit < this.#voltage)
      return { voltage: atLimit, current: limit, mode: 'CC' };
    return { voltage: this.#voltage, current: this.#loadCurrent(this.#voltage), mode: 'CV' };
  }

  #loadVoltage(current: Amperes): Volts {
    return this.#modules.reduce((sum, module) => sum + module.inputVoltage(current), 0);
  }

  #loadCurrent(voltage: Volts): Amperes {
    if (this.#modules.length === 0 || voltage <= 0) return 0;
    const [only] = this.#modules;
    if (this.#modules.length === 1 && only) return only.inputCurrent(voltage);
    return solveRising((current) => this.#loadVoltage(current), voltage, 0, 50);
  }
}
