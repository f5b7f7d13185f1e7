import type { Celsius, Seconds } from '../../base/units.ts';

/** Plates of a coldbox. */
export const plates = 8;
/** The room, and the coolant of a cooler that is switched off. */
export const room: Celsius = 20;
const timeConstant: Seconds = 30;

/** One plate of a coldbox: it follows what its cooler is told with a lag of the first order, and warms up without it. */
export class ColdPlate {
  #on = false;
  #set: Celsius = 15;
  #from: Celsius = room;
  #since: Seconds = 0;

  get on(): boolean {
    return this.#on;
  }

  get set(): Celsius {
    return this.#set;
  }

  regulate(on: boolean, set: Celsius, now: Seconds): void {
    this.#from = this.read(now);
    this.#since = now;
    this.#on = on;
    this.#set = set;
  }

  read(now: Seconds): Celsius {
    const target = this.#on ? this.#set : room;
    return target + (this.#from - target) * Math.exp(-Math.max(0, now - this.#since) / timeConstant);
  }
}

/** Relative humidity, %, of air at a temperature with that dew point. [Magnus formula, D. Sonntag 1990] */
export function relativeHumidity(air: Celsius, dewPoint: Celsius): number {
  const pressure = (t: Celsius) => Math.exp((17.62 * t) / (243.12 + t));
  return Math.min(100, (100 * pressure(dewPoint)) / pressure(air));
}
