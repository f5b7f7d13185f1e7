import type { CommandTable } from '../../scpi/interpreter.ts';
import { exponential, readNumber, readWord, scpiError } from '../../scpi/values.ts';
import { notMeasured, type Sample } from './reading.ts';

/** Of a quantity over the whole buffer [2400 manual, ":CALCulate3"]. */
const statistics: Readonly<Record<string, (values: readonly number[]) => number>> = {
  MEAN: mean,
  SDEV: (values) => {
    const centre = mean(values);
    const squares = values.reduce((sum, value) => sum + (value - centre) ** 2, 0);
    return Math.sqrt(squares / Math.max(1, values.length - 1));
  },
  MAX: (values) => Math.max(...values),
  MIN: (values) => Math.min(...values),
  PKPK: (values) => Math.max(...values) - Math.min(...values),
};

/** The trace buffer: it fills once with what is measured, and then stops taking. */
export class Trace {
  readonly commands: CommandTable;
  #size = 100;
  #filling = false;
  #readings: string[] = [];
  #samples: Sample[] = [];
  #statistic = 'MEAN';

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
        if (this.#filling) [this.#readings, this.#samples] = [[], []];
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
    this.commands = {
      ...Object.fromEntries(
        Object.entries(table).flatMap(([header, handler]) => [
          [`:TRACe:${header}`, handler],
          [`:DATA:${header}`, handler],
        ]),
      ),
      ':CALCulate3:FORMat': ([argument]) => {
        const word = readWord(argument, ['MEAN', 'SDEViation', 'MAXimum', 'MINimum', 'PKPK']);
        if ('error' in word) return word.error;
        this.#statistic = word.value;
        return undefined;
      },
      ':CALCulate3:FORMat?': () => this.#statistic,
      ':CALCulate3:DATA?': () => this.#overAll(),
    };
  }

  #overAll(): string | number {
    if (this.#samples.length === 0) return scpiError.dataOutOfRange;
    const values = (['VOLT', 'CURR', 'RES'] as const).map((name) => {
      const all = this.#samples.map((sample) => sample[name]);
      return all.includes(notMeasured) ? notMeasured : statistics[this.#statistic]!(all);
    });
    return values.map((value) => exponential(value, 6)).join(',');
  }

  reset(): void {
    [this.#readings, this.#samples] = [[], []];
    this.#filling = false;
  }

  /** Answers whether this reading has filled the buffer. */
  take(reading: string, sample: Sample): boolean {
    if (!this.#filling) return false;
    this.#readings.push(reading);
    this.#samples.push(sample);
    this.#filling = this.#readings.length < this.#size;
    return !this.#filling;
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
