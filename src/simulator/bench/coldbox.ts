import type { Celsius } from '../../base/units.ts';
import type { StationClock } from '../clock.ts';
import type { FaultBoard } from '../faultBoard.ts';
import { ColdPlate, room } from '../physics/coldPlate.ts';
import type { Observer } from '../witness.ts';
import type { SimulatedModule } from './simulatedModule.ts';

/** Flushed with dry air. */
const dryDewPoint: Celsius = -45;

/** A box with plates on coolers, dry air, and the modules that lie on the plates. */
export class Coldbox {
  readonly instrument: string;
  readonly plates: readonly ColdPlate[];
  readonly #modulesOn: (plate: number) => readonly SimulatedModule[];
  readonly #clock: StationClock;
  readonly #faults: FaultBoard;
  readonly #witness: Observer;

  constructor(
    instrument: string,
    plates: number,
    modulesOn: (plate: number) => readonly SimulatedModule[],
    shared: { clock: StationClock; faults: FaultBoard; witness: Observer },
  ) {
    this.instrument = instrument;
    this.plates = Array.from({ length: plates }, () => new ColdPlate());
    this.#modulesOn = modulesOn;
    this.#clock = shared.clock;
    this.#faults = shared.faults;
    this.#witness = shared.witness;
  }

  regulate(plate: number, change: { on?: boolean; set?: Celsius }): void {
    const at = this.plates[plate - 1]!;
    const { on = at.on, set = at.set } = change;
    if (set !== at.set) this.#witness.saw(this.instrument, 'temperature', set, plate);
    if (on !== at.on) this.#witness.saw(this.instrument, 'cooling', on, plate);
    at.regulate(on, set, this.#clock.now());
  }

  /** What the sensor in the plate reads: a module that burns is felt there, whatever the cooler does. */
  temperature(plate: number): Celsius {
    const now = this.plates[plate - 1]!.read(this.#clock.now());
    const forced = this.#modulesOn(plate).flatMap(
      ({ index }) => this.#faults.find('over-temperature', { module: index })?.T ?? [],
    );
    return Math.max(now, ...forced);
  }

  /** Half way between the room and the plates. */
  get air(): Celsius {
    const mean = this.plates.reduce((sum, _, k) => sum + this.temperature(k + 1), 0) / this.plates.length;
    return (room + mean) / 2;
  }

  get dewPoint(): Celsius {
    return this.#faults.find('humid-air', { instrument: this.instrument })?.dewpoint ?? dryDewPoint;
  }
}
