import type { CommandTable } from '../../scpi/interpreter.ts';
import { readNumber, readWord, scpiError } from '../../scpi/values.ts';

/** The trace buffer: it fills once with what is measured, and then stops taking. */
export class Trace {
  readonly commands: CommandTable;
  #size = 100;
  #filling = false;
  #readings: string[] = [];

  constructor() {
    const table: CommandTable = {
      CLEar: () => {
        this.reset();
        return undefined;
      },
      FEED: ([argument]) => {
        const word = readWord(argument, ['SENSe', 'CALCulate', 'CALCulate2', 'SENSe1']);
        return 'error' in word ? word.error : undefined;
      },
      'FEED:CONTrol': ([argument]) => {
        const word = readWord(argument, ['NEXT', 'NEVer']);
        if ('error' in word) return word.error;
        this.#filling = word.value === 'NEXT';
        if (this.#filling) this.#readings = [];
        return undefined;
      },
      'FEED:CONTrol?': () => (this.#filling ? 'NEXT' : 'NEV'),
      POINts: ([argument]) => {
        const read = readNumber(argument, { min: 1, max: 2500 });
        if ('error' in read) return read.error;
        this.#size = Math.trunc(read.value);
        return undefined;
      },
      'POINts?': () => String(this.#size),
      'POINts:ACTual?': () => String(this.#readings.length),
      'DATA?': () => (this.#readings.length > 0 ? this.#readings.join(',') : scpiError.dataOutOfRange),
      'TSTamp:FORMat': () => undefined,
    };
    // TRACe and DATA are two names of one subsystem.
    this.commands = Object.fromEntries(
      Object.entries(table).flatMap(([header, handler]) => [
        [`:TRACe:${header}`, handler],
        [`:DATA:${header}`, handler],
      ]),
    );
  }

  reset(): void {
    this.#readings = [];
    this.#filling = false;
  }

  /** Answers whether this reading has filled the buffer. */
  take(reading: string): boolean {
    if (!this.#filling) return false;
    this.#readings.push(reading);
    this.#filling = this.#readings.length < this.#size;
    return !this.#filling;
  }
}
