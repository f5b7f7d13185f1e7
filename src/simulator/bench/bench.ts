import type { StationClock } from '../clock.ts';
import type { StationDescription } from '../description.ts';
import type { FaultBoard } from '../faultBoard.ts';
import type { ModuleState } from '../moduleState.ts';
import { plates } from '../physics/coldPlate.ts';
import type { Observer } from '../witness.ts';
import { Coldbox } from './coldbox.ts';
import { HvLine } from './hvLine.ts';
import { LvLine } from './lvLine.ts';
import { SimulatedModule } from './simulatedModule.ts';

type BenchDescription = Pick<StationDescription, 'seed' | 'modules'>;

/** The bench behind the instruments: modules, and the lines that supply them. */
export class Bench {
  readonly modules: ReadonlyMap<string, SimulatedModule>;
  readonly #description: BenchDescription;
  readonly #shared: { clock: StationClock; witness: Observer; faults: FaultBoard };
  readonly #hv = new Map<string, HvLine>();
  readonly #lv = new Map<string, LvLine>();
  readonly #coldboxes = new Map<string, Coldbox>();

  constructor(
    description: BenchDescription,
    shared: { clock: StationClock; witness: Observer; faults: FaultBoard },
  ) {
    this.#description = description;
    this.#shared = shared;
    this.modules = new Map(
      description.modules.map(({ index, sensorType, chips, cb }) => [
        index,
        new SimulatedModule(
          {
            index,
            sensorType,
            chips: chips.length,
            seed: description.seed,
            plate: cb && ((at) => this.coldbox(cb.instrument).plates[(cb.channel ?? 1) - 1]!.read(at)),
          },
          shared.clock,
          shared.faults,
        ),
      ]),
    );
    shared.faults.onChange((fault, active) => {
      const { instrument, channel } = fault.parameters as { instrument?: string; channel?: number };
      if (fault.kind === 'lv-trip' && active)
        for (const line of this.#lv.values())
          if (
            (instrument ?? line.instrument) === line.instrument &&
            (channel ?? line.channel) === line.channel
          )
            line.tripNow((fault.parameters as { protection: 'over-current' | 'over-voltage' }).protection);
      this.#settle();
    });
  }

  /** The line at an output of a high-voltage supply; with no sensor on it, it is open. */
  hv(instrument: string, channel: number): HvLine {
    return remembered(this.#hv, `${instrument}:${channel}`, () => {
      const modules = this.#connected('hv', instrument, channel);
      return new HvLine({ instrument, channel }, modules, this.#shared);
    });
  }

  lv(instrument: string, channel: number): LvLine {
    return remembered(this.#lv, `${instrument}:${channel}`, () => {
      const modules = this.#connected('lv', instrument, channel);
      // A module that warms up leaks more, so the high voltage has to find its level anew.
      return new LvLine({ instrument, channel }, modules, this.#shared, () => this.#settleBias());
    });
  }

  coldbox(instrument: string): Coldbox {
    return remembered(
      this.#coldboxes,
      instrument,
      () =>
        new Coldbox(instrument, plates, (plate) => this.#connected('cb', instrument, plate), this.#shared),
    );
  }

  /** The modules whose voltages a probe card reaches. */
  probed(instrument: string): SimulatedModule[] {
    return this.#connected('ab', instrument);
  }

  /** What the read-out chips of a module feel; of one that does not exist: nothing. */
  state(index: string): ModuleState {
    const module = this.modules.get(index);
    const at = this.#description.modules.find((m) => m.index === index)?.hv;
    const bias = at ? this.hv(at.instrument, at.channel ?? 1).bias : 0;
    return {
      vin: module?.vin ?? 0,
      powered: module?.powered ?? false,
      bias,
      depleted: module !== undefined && -bias >= 0.9 * module.sensor.depletion,
      temperature: module?.temperature ?? 20,
      heldAt: (chip) => module?.heldAt(chip) ?? {},
    };
  }

  /** Whether any output is on. */
  get live(): boolean {
    return [...this.#hv.values(), ...this.#lv.values()].some((line) => line.on);
  }

  close(): void {
    for (const line of this.#hv.values()) line.close();
  }

  #connected(role: 'hv' | 'lv' | 'ab' | 'cb', instrument: string, channel?: number): SimulatedModule[] {
    return this.#description.modules
      .filter((module) => {
        const at = module[role];
        return at?.instrument === instrument && (channel === undefined || (at.channel ?? 1) === channel);
      })
      .map((module) => this.modules.get(module.index)!);
  }

  #settle(): void {
    for (const line of this.#lv.values()) line.settle();
    this.#settleBias();
  }

  #settleBias(): void {
    for (const line of this.#hv.values()) line.settle();
  }
}

function remembered<T>(known: Map<string, T>, key: string, make: () => T): T {
  const found = known.get(key) ?? make();
  known.set(key, found);
  return found;
}
