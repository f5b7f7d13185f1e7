import type { Amperes, Seconds, Volts } from '../../base/units.ts';
import type { StationClock } from '../clock.ts';
import type { FaultBoard } from '../faultBoard.ts';
import { solveRising } from '../physics/solve.ts';
import type { Observer } from '../witness.ts';
import type { SimulatedModule } from './simulatedModule.ts';

/** What the output does while it is off: held at 0 V by the supply, or cut loose by a relay. */
type OffState = 'zero' | 'open';

interface HvReading {
  voltage: Volts;
  current: Amperes;
  /** The supply holds its limit and not its level. */
  limited: boolean;
}

/** Filter and cable between supply and sensors, as one resistor and one capacitor. */
const cableTimeConstant: Seconds = 0.1;
const cableCapacitance = 10e-9; // F
/** How fast a sensor that was cut loose loses its charge. */
const driftTimeConstant: Seconds = 2;
/** How often a drifting bias is written down. */
const driftStep: Seconds = 0.25;

/** One output of a high-voltage supply, its cable, and the sensors that hang on it: their currents add. */
export class HvLine {
  readonly instrument: string;
  readonly channel: number;
  readonly #modules: readonly SimulatedModule[];
  readonly #clock: StationClock;
  readonly #witness: Observer;
  readonly #faults: FaultBoard;
  #mode: 'voltage' | 'current' = 'voltage';
  #level: { voltage: Volts; current: Amperes } = { voltage: 0, current: 0 };
  #limit: { voltage: Volts; current: Amperes } = { voltage: 21, current: 105e-6 };
  #on = false;
  /** It was told to switch off and could not. */
  #refusedOff = false;
  #offState: OffState = 'zero';
  /** What the supply drives the line to, and from where and since when the far end follows. */
  #driven: HvReading = { voltage: 0, current: 0, limited: false };
  #bias = { from: 0, to: 0, since: 0, timeConstant: cableTimeConstant };
  #written: Volts = 0;
  #limiting = false;
  #drift: NodeJS.Timeout | undefined;

  constructor(
    at: { instrument: string; channel: number },
    modules: readonly SimulatedModule[],
    shared: { clock: StationClock; witness: Observer; faults: FaultBoard },
  ) {
    this.instrument = at.instrument;
    this.channel = at.channel;
    this.#modules = modules;
    this.#clock = shared.clock;
    this.#witness = shared.witness;
    this.#faults = shared.faults;
  }

  /** What the output really does, whatever the instrument says. */
  get on(): boolean {
    return this.#on;
  }

  /** What the instrument answers when it is asked: a stuck output may be claimed to be off. */
  get readsOn(): boolean {
    return this.#on && !(this.#refusedOff && this.#stuck()?.says === 'off');
  }

  /** At the sensors, now: it follows the supply with the cable's time constant. */
  get bias(): Volts {
    return this.#biasIn(0);
  }

  setVoltage(voltage: Volts): void {
    this.#level.voltage = voltage;
    this.#witness.saw(this.instrument, 'setpoint', voltage, this.channel);
    this.settle();
  }

  setSource(mode: 'voltage' | 'current', level: Amperes, voltageLimit: Volts): void {
    this.#mode = mode;
    this.#level.current = level;
    this.#limit.voltage = voltageLimit;
    this.settle();
  }

  limitCurrent(current: Amperes): void {
    this.#limit.current = current;
    this.settle();
  }

  set offState(state: OffState) {
    this.#offState = state;
    this.settle();
  }

  /** Answers whether the output did what it was told. */
  switch(on: boolean): boolean {
    this.#refusedOff = !on && this.#on && this.#stuck() !== undefined;
    if (this.#refusedOff) return false;
    if (on !== this.#on) {
      this.#on = on;
      this.#witness.saw(this.instrument, 'output', on, this.channel);
    }
    this.settle();
    return true;
  }

  /** At the supply's terminals that many seconds from now, charging current of the cable included. */
  read(seconds: Seconds = 0): HvReading {
    if (!this.#on) return { voltage: 0, current: 0, limited: false };
    this.settle();
    const { to, timeConstant } = this.#bias;
    const charging = ((to - this.#biasIn(seconds)) * cableCapacitance) / timeConstant;
    const current = this.#driven.current + charging;
    const limit = this.#limit.current;
    if (this.#mode === 'voltage' && Math.abs(current) > limit)
      return { ...this.#driven, current: Math.sign(current) * limit, limited: true };
    return { ...this.#driven, current };
  }

  /** Works out what the line is driven to, after anything that it depends on has changed. */
  settle(): void {
    this.#driven = this.#on ? this.#drive() : { voltage: 0, current: 0, limited: false };
    const floating = !this.#on && this.#offState === 'open';
    this.#aim(this.#driven.voltage, floating ? driftTimeConstant : cableTimeConstant);
    if (floating && Math.abs(this.bias) > 0.5) this.#watchDrift();
    else this.#write(this.#driven.voltage);
    if (this.#driven.limited === this.#limiting) return;
    this.#limiting = this.#driven.limited;
    if (this.#limiting) this.#witness.saw(this.instrument, 'trip', 'compliance', this.channel);
  }

  close(): void {
    clearTimeout(this.#drift);
  }

  #biasIn(seconds: Seconds): Volts {
    const { from, to, since, timeConstant } = this.#bias;
    return to + (from - to) * Math.exp(-(this.#clock.now() + seconds - since) / timeConstant);
  }

  #stuck() {
    return this.#faults.find('output-stuck', { instrument: this.instrument, channel: this.channel });
  }

  /** The steady state: a source with a limit on one side, leakage that rises with the voltage on the other. */
  #drive(): HvReading {
    const load = (bias: Volts) => this.#modules.reduce((sum, module) => sum + module.sensorCurrent(bias), 0);
    const clamp = (value: number, limit: number) => Math.max(-limit, Math.min(limit, value));
    if (this.#mode === 'current') {
      const reach = this.#limit.voltage;
      const wanted = this.#level.current;
      const voltage = solveRising(load, wanted, -reach, reach);
      const limited = Math.abs(load(clamp(voltage, reach)) - wanted) > 1e-9 + 0.01 * Math.abs(wanted);
      return {
        voltage: limited ? clamp(Math.sign(wanted) * reach, reach) : voltage,
        current: load(voltage),
        limited,
      };
    }
    const voltage = this.#level.voltage;
    const current = load(voltage);
    if (Math.abs(current) <= this.#limit.current) return { voltage, current, limited: false };
    const held = Math.sign(current) * this.#limit.current;
    return {
      voltage: solveRising(load, held, Math.min(0, voltage), Math.max(0, voltage)),
      current: held,
      limited: true,
    };
  }

  #aim(voltage: Volts, timeConstant: Seconds): void {
    if (voltage === this.#bias.to && timeConstant === this.#bias.timeConstant) return;
    this.#bias = { from: this.bias, to: voltage, since: this.#clock.now(), timeConstant };
  }

  /** The witness gets what the sensors are driven to: the cable's lag is a tenth of a second. */
  #write(bias: Volts): void {
    const rounded = Number(bias.toFixed(3)) + 0;
    // A level that a limit holds creeps with the temperature; that is no news.
    const creeps = this.#driven.limited && Math.abs(rounded - this.#written) < 0.05;
    if (rounded === this.#written || creeps) return;
    this.#written = rounded;
    this.#witness.saw(this.instrument, 'bias', rounded, this.channel);
    this.#faults.biasIs(rounded);
  }

  #watchDrift(): void {
    clearTimeout(this.#drift);
    this.#drift = setTimeout(() => {
      const floating = !this.#on && this.#offState === 'open';
      if (!floating) return;
      const left = Math.abs(this.bias) > 0.5 ? this.bias : 0;
      this.#write(left);
      if (left !== 0) this.#watchDrift();
    }, this.#clock.pace.realMs(driftStep)).unref();
  }
}
