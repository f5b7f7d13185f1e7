import type { Amperes, Seconds, Volts } from '../../../base/units.ts';
import type { HvLine } from '../../bench/hvLine.ts';
import type { CommandTable } from '../../scpi/interpreter.ts';
import type { Settings } from '../../scpi/settings.ts';
import { exponential, readBoolean, readNumber, readWord, scpiError } from '../../scpi/values.ts';

/** Source ranges of the 2410; each reaches 5 % (the highest 10 %) over its name [2410 specifications]. */
const voltageRanges: readonly Volts[] = [0.2, 2, 20, 1000];
const currentRanges: readonly Amperes[] = [1e-6, 10e-6, 100e-6, 1e-3, 20e-3, 100e-3, 1];
const over = 1.05;
const maximalVoltage: Volts = 1100;
/** 20 mA is all that the 1100 V range gives; 1.05 A below it. */
const maximalCurrent: Amperes = 1.05;

export const fullScale = (range: number): number => (range >= 1000 ? maximalVoltage : range * over);

/** The smallest range that holds a value. */
function rangeFor(value: number, ranges: readonly number[]): number {
  return ranges.find((range) => Math.abs(value) <= fullScale(range)) ?? ranges.at(-1)!;
}

export const currentRangeFor = (value: Amperes): Amperes => rangeFor(value, currentRanges);
export const voltageRangeFor = (value: Volts): Volts => rangeFor(value, voltageRanges);

/** The SOURce subsystem and the compliance, which together decide what reaches the line. */
export class Source {
  readonly commands: CommandTable;
  readonly #line: HvLine;
  #mode: 'VOLT' | 'CURR' = 'VOLT';
  #voltage = { level: 0, range: 20, auto: true };
  #current = { level: 0, range: 100e-6, auto: true };
  readonly #currentCompliance: { value: number };
  readonly #voltageCompliance: { value: number };
  readonly #voltageProtection: { value: number };
  readonly #offMode: { value: string };
  readonly #delay: { value: number };
  readonly #autoDelay: { value: boolean };
  readonly #autoClear: { value: boolean };
  /** A fixed measurement range below the compliance limits as well: "range compliance". */
  #measurementRange: Amperes | undefined;

  constructor(line: HvLine, settings: Settings) {
    this.#line = line;
    const apply = () => {
      this.apply();
      return undefined;
    };
    const bounds = (max: number, initial: number) => ({ min: -max, max, default: initial });
    this.#currentCompliance = settings.number(
      '[:SENSe[n]]:CURRent[:DC]:PROTection[:LEVel]',
      bounds(maximalCurrent, 105e-6),
      { changed: apply },
    );
    this.#voltageCompliance = settings.number(
      '[:SENSe[n]]:VOLTage[:DC]:PROTection[:LEVel]',
      bounds(maximalVoltage, 21),
      { changed: apply },
    );
    this.#voltageProtection = settings.number(':SOURce[n]:VOLTage:PROTection[:LEVel]', {
      min: 20,
      max: 2200,
      default: 2200,
    });
    this.#offMode = settings.word(
      ':OUTPut[n]:SMODe',
      ['HIMPedance', 'NORMal', 'ZERO', 'GUARd'],
      'NORM',
      (mode) => {
        this.#line.offState = mode === 'HIMP' ? 'open' : 'zero';
        return undefined;
      },
    );
    this.#autoDelay = settings.boolean(':SOURce[n]:DELay:AUTO', true);
    this.#delay = settings.number(
      ':SOURce[n]:DELay',
      { min: 0, max: 9999.999, default: 0 },
      {
        changed: () => {
          this.#autoDelay.value = false;
          return undefined;
        },
      },
    );
    this.#autoClear = settings.boolean(':SOURce[n]:CLEar:AUTO', false);
    this.commands = this.#table();
  }

  get on(): boolean {
    return this.#line.readsOn;
  }

  /** The output goes on for each measurement and off after it [2400 manual, :SOURce:CLEar:AUTO]. */
  get clearsItself(): boolean {
    return this.#autoClear.value;
  }

  get sourcesVoltage(): boolean {
    return this.#mode === 'VOLT';
  }

  get level(): { voltage: Volts; current: Amperes } {
    return { voltage: this.#voltage.level, current: this.#current.level };
  }

  get currentCompliance(): Amperes {
    return Math.abs(this.#currentCompliance.value);
  }

  get voltageCompliance(): Volts {
    return Math.abs(this.#voltageCompliance.value);
  }

  /** Between the source and the measurement; 3 ms if the instrument chooses [2400 manual, "Auto delay"]. */
  get delay(): Seconds {
    return this.#autoDelay.value ? 0.003 : this.#delay.value;
  }

  /** Whether the output now holds its compliance and not its level. */
  get limiting(): boolean {
    return this.#line.read().limited;
  }

  set measurementRange(range: Amperes | undefined) {
    this.#measurementRange = range;
    this.apply();
  }

  /** Whether it is the measurement range, and not the programmed compliance, that limits. */
  get rangeLimits(): boolean {
    return this.#measurementRange !== undefined && fullScale(this.#measurementRange) < this.currentCompliance;
  }

  /** Answers with the number of an error, if the level is refused. */
  setVoltage(level: Volts): number | undefined {
    return this.#setLevel('voltage', String(level));
  }

  switchOutput(on: boolean): void {
    this.#line.switch(on);
  }

  reset(): void {
    this.#mode = 'VOLT';
    this.#voltage = { level: 0, range: 20, auto: true };
    this.#current = { level: 0, range: 100e-6, auto: true };
    this.#line.offState = this.#offMode.value === 'HIMP' ? 'open' : 'zero';
    this.#line.setVoltage(0);
    this.apply();
  }

  apply(): void {
    const limits = [this.currentCompliance];
    if (this.#measurementRange !== undefined) limits.push(fullScale(this.#measurementRange));
    this.#line.limitCurrent(Math.min(...limits));
    const mode = this.#mode === 'VOLT' ? 'voltage' : 'current';
    this.#line.setSource(mode, this.#current.level, this.voltageCompliance);
  }

  #table(): CommandTable {
    const write = (kind: 'voltage' | 'current') => (args: readonly string[]) => this.#setLevel(kind, args[0]);
    const read = (kind: 'voltage' | 'current') => () => exponential(this.level[kind], 6);
    return {
      ':SOURce[n]:FUNCtion[:MODE]': ([argument]) => {
        const word = readWord(argument, ['VOLTage', 'CURRent', 'MEMory']);
        if ('error' in word) return word.error;
        if (word.value === 'MEM') return scpiError.illegalParameterValue;
        this.#mode = word.value as 'VOLT' | 'CURR';
        // Another function means an output that is off [2400 manual, :SOURce:FUNCtion].
        this.switchOutput(false);
        this.apply();
        return undefined;
      },
      ':SOURce[n]:FUNCtion[:MODE]?': () => this.#mode,
      ':SOURce[n]:VOLTage[:LEVel][:IMMediate][:AMPLitude]': write('voltage'),
      ':SOURce[n]:VOLTage[:LEVel][:IMMediate][:AMPLitude]?': read('voltage'),
      ':SOURce[n]:CURRent[:LEVel][:IMMediate][:AMPLitude]': write('current'),
      ':SOURce[n]:CURRent[:LEVel][:IMMediate][:AMPLitude]?': read('current'),
      ...this.#rangeCommands('VOLTage', voltageRanges, () => this.#voltage),
      ...this.#rangeCommands('CURRent', currentRanges, () => this.#current),
      ':SOURce[n]:CLEar[:IMMediate]': () => {
        this.switchOutput(false);
        return undefined;
      },
      '[:SENSe[n]]:CURRent[:DC]:PROTection:TRIPped?': () =>
        this.sourcesVoltage && this.on && this.limiting ? '1' : '0',
      '[:SENSe[n]]:VOLTage[:DC]:PROTection:TRIPped?': () =>
        !this.sourcesVoltage && this.on && this.limiting ? '1' : '0',
    };
  }

  #setLevel(kind: 'voltage' | 'current', argument: string | undefined): number | undefined {
    const max = kind === 'voltage' ? maximalVoltage : maximalCurrent;
    const read = readNumber(argument, { min: -max, max, default: 0 });
    if ('error' in read) return read.error;
    const target = kind === 'voltage' ? this.#voltage : this.#current;
    const ranges = kind === 'voltage' ? voltageRanges : currentRanges;
    // With a fixed range a level beyond it is refused; with auto range the range follows.
    if (!target.auto && Math.abs(read.value) > fullScale(target.range)) return scpiError.dataOutOfRange;
    if (kind === 'voltage' && Math.abs(read.value) > this.#voltageProtection.value)
      return scpiError.dataOutOfRange;
    if (target.auto) target.range = rangeFor(read.value, ranges);
    target.level = read.value;
    if (kind === 'voltage') this.#line.setVoltage(read.value);
    this.apply();
    return undefined;
  }

  #rangeCommands(
    name: string,
    ranges: readonly number[],
    of: () => { level: number; range: number; auto: boolean },
  ): CommandTable {
    const header = `:SOURce[n]:${name}:RANGe`;
    const max = fullScale(ranges.at(-1)!);
    return {
      [header]: ([argument]) => {
        const read = readNumber(argument, { min: -max, max, default: ranges[2]! });
        if ('error' in read) return read.error;
        of().range = rangeFor(read.value, ranges);
        of().auto = false;
        return undefined;
      },
      [`${header}?`]: () => exponential(of().range, 6),
      [`${header}:AUTO`]: ([argument]) => {
        const read = readBoolean(argument);
        if ('error' in read) return read.error;
        of().auto = read.value;
        if (read.value) of().range = rangeFor(of().level, ranges);
        return undefined;
      },
      [`${header}:AUTO?`]: () => (of().auto ? '1' : '0'),
    };
  }
}
