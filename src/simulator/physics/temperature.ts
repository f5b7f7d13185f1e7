import type { Celsius, Seconds } from '../../base/units.ts';

/** The cooled chuck that the module lies on. */
export const chuck: Celsius = 20;
const kelvinPerWatt = 0.35;
const timeConstant: Seconds = 5;

/** The temperature of a module that warms up with its power and follows it with a lag of the first order. */
export class ModuleTemperature {
  #at: Seconds;
  #temperature: Celsius = chuck;
  #target: Celsius = chuck;

  constructor(now: Seconds) {
    this.#at = now;
  }

  setPower(watts: number, now: Seconds): void {
    this.#temperature = this.read(now);
    this.#at = now;
    this.#target = chuck + kelvinPerWatt * watts;
  }

  read(now: Seconds): Celsius {
    const left = Math.exp(-(now - this.#at) / timeConstant);
    return this.#target + (this.#temperature - this.#target) * left;
  }
}
