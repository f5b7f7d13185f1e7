import { Pace } from '../base/time.ts';
import type { Seconds } from '../base/units.ts';

/** Station time: seconds since the station started, `scale` of them in each on the wall. */
export class StationClock {
  readonly pace: Pace;
  readonly #start = performance.now();

  constructor(scale: number) {
    this.pace = new Pace(scale);
  }

  now(): Seconds {
    return ((performance.now() - this.#start) / 1000) * this.pace.scale;
  }
}
