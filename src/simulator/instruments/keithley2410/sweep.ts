import type { Volts } from '../../../base/units.ts';
import type { CommandTable } from '../../scpi/interpreter.ts';
import type { Settings } from '../../scpi/settings.ts';
import { exponential, readNumber, readWord, scpiError } from '../../scpi/values.ts';

const bounds = { min: -1100, max: 1100, default: 0 };
const mostPoints = 2500;

/** How the voltage moves from trigger to trigger: not at all, over a staircase, or through a list. */
export class Sweep {
  readonly commands: CommandTable;
  readonly #start: { value: number };
  readonly #stop: { value: number };
  readonly #points: { value: number };
  readonly #spacing: { value: string };
  readonly #direction: { value: string };
  #mode = 'FIX';
  #list: Volts[] = [];

  constructor(settings: Settings) {
    this.#start = settings.number(':SOURce[n]:VOLTage:STARt', bounds);
    this.#stop = settings.number(':SOURce[n]:VOLTage:STOP', bounds);
    this.#points = settings.number(
      ':SOURce[n]:SWEep:POINts',
      { min: 1, max: mostPoints, default: mostPoints },
      { print: String },
    );
    this.#spacing = settings.word(':SOURce[n]:SWEep:SPACing', ['LINear', 'LOGarithmic'], 'LIN');
    this.#direction = settings.word(':SOURce[n]:SWEep:DIRection', ['UP', 'DOWN'], 'UP');
    settings.word(':SOURce[n]:SWEep:RANGing', ['BEST', 'AUTO', 'FIXed'], 'BEST');
    settings.word(':SOURce[n]:SWEep:CABort', ['NEVer', 'EARLy', 'LATE'], 'NEV');
    this.commands = this.#table();
  }

  reset(): void {
    this.#mode = 'FIX';
    this.#list = [];
  }

  /** The voltage of each trigger, over and over; undefined: the level stays. */
  get levels(): readonly Volts[] | undefined {
    if (this.#mode === 'FIX') return undefined;
    if (this.#mode === 'LIST') return this.#list.length > 0 ? this.#list : undefined;
    const levels = Array.from({ length: this.#points.value }, (_, k) => this.#step(k));
    return this.#direction.value === 'UP' ? levels : levels.reverse();
  }

  #step(k: number): Volts {
    const [start, stop, last] = [this.#start.value, this.#stop.value, this.#points.value - 1];
    if (last === 0) return start;
    // A logarithmic staircase cannot cross zero; it is a linear one there.
    return this.#spacing.value === 'LOG' && start * stop > 0
      ? start * (stop / start) ** (k / last)
      : start + (stop - start) * (k / last);
  }

  #table(): CommandTable {
    const readList = (args: readonly string[]): Volts[] | number => {
      const levels: Volts[] = [];
      for (const argument of args) {
        const read = readNumber(argument, bounds);
        if ('error' in read) return read.error;
        levels.push(read.value);
      }
      return levels.length > 100 ? scpiError.dataOutOfRange : levels;
    };
    return {
      ':SOURce[n]:VOLTage:MODE': ([argument]) => {
        const word = readWord(argument, ['FIXed', 'SWEep', 'LIST']);
        if ('error' in word) return word.error;
        this.#mode = word.value;
        return undefined;
      },
      ':SOURce[n]:VOLTage:MODE?': () => this.#mode,
      ':SOURce[n]:CURRent:MODE': ([argument]) => {
        const word = readWord(argument, ['FIXed']);
        return 'error' in word ? word.error : undefined;
      },
      ':SOURce[n]:CURRent:MODE?': () => 'FIX',
      // The step and the number of points are two names of one thing [2400 manual, "Sweep configuration"].
      ':SOURce[n]:VOLTage:STEP': ([argument]) => {
        const read = readNumber(argument, bounds);
        if ('error' in read) return read.error;
        const points = Math.round(Math.abs((this.#stop.value - this.#start.value) / read.value)) + 1;
        if (!(points <= mostPoints)) return scpiError.dataOutOfRange;
        this.#points.value = points;
        return undefined;
      },
      ':SOURce[n]:VOLTage:STEP?': () =>
        exponential((this.#stop.value - this.#start.value) / Math.max(1, this.#points.value - 1), 6),
      ':SOURce[n]:LIST:VOLTage': (args) => {
        const read = readList(args);
        if (typeof read === 'number') return read;
        this.#list = read;
        return undefined;
      },
      ':SOURce[n]:LIST:VOLTage?': () => this.#list.map((level) => exponential(level, 6)).join(','),
      ':SOURce[n]:LIST:VOLTage:POINts?': () => String(this.#list.length),
    };
  }
}
