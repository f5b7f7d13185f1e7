import type { SensorTest } from '../record.ts';

/**
 * Run numbers, which count the tests of one type of one sensor. Most files say 1, whatever was measured before; a
 * number that is taken becomes the next free one.
 */
export class RunNumbers {
  readonly #taken = new Map<string, Set<string>>();

  constructor(known: readonly SensorTest[]) {
    for (const test of known) if (test.runNumber !== undefined) this.#of(test).add(test.runNumber);
  }

  /** The file's number, or the next free one; it is taken from now on. */
  next(test: SensorTest): string {
    const taken = this.#of(test);
    const wanted = test.runNumber ?? '1';
    const number = taken.has(wanted)
      ? String(1 + Math.max(0, ...[...taken].map(Number).filter(Number.isInteger)))
      : wanted;
    taken.add(number);
    return number;
  }

  #of({ testType, serialNumber, componentCode }: SensorTest): Set<string> {
    const key = JSON.stringify([testType, serialNumber ?? componentCode]);
    let taken = this.#taken.get(key);
    if (!taken) {
      taken = new Set();
      this.#taken.set(key, taken);
    }
    return taken;
  }
}
