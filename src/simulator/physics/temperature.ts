import type { Celsius, Seconds } from '../../base/units.ts';

/** The chuck that a module lies on, where no coldbox cools it. */
export const chuck: Celsius = 20;
const kelvinPerWatt = 0.35;
const timeConstant: Seconds = 5;
/** Beyond so many time constants nothing is left of where it began. */
const forgotten: Seconds = 12 * timeConstant;
const longestStep: Seconds = 0.5;

/** The temperature of a module: that of the plate below it and what its power adds, followed with a lag of the first order. */
export class ModuleTemperature {
  readonly #plate: (at: Seconds) => Celsius;
  #at: Seconds;
  #temperature: Celsius;
  #heating: Celsius = 0;

  constructor(now: Seconds, plate: (at: Seconds) => Celsius = () => chuck) {
    this.#plate = plate;
    this.#at = now;
    this.#temperature = plate(now);
  }

  setPower(watts: number, now: Seconds): void {
    this.read(now);
    this.#heating = kelvinPerWatt * watts;
  }

  read(now: Seconds): Celsius {
    if (now - this.#at > forgotten) {
      this.#at = now - forgotten;
      this.#temperature = this.#plate(this.#at) + this.#heating;
    }
    while (this.#at < now) {
      const step = Math.min(longestStep, now - this.#at);
      this.#at += step;
      const target = this.#plate(this.#at) + this.#heating;
      this.#temperature = target + (this.#temperature - target) * Math.exp(-step / timeConstant);
    }
    return this.#temperature;
  }
}
