import type { Seconds } from '../../../base/units.ts';
import type { HvLine } from '../../bench/hvLine.ts';
import type { CommandTable, Outcome } from '../../scpi/interpreter.ts';
import type { Settings } from '../../scpi/settings.ts';
import { exponential, readBoolean, readNumber, readWord, scpiError } from '../../scpi/values.ts';
import type { Surroundings } from '../simulatedInstrument.ts';
import {
  allElements,
  notMeasured,
  overflow,
  printSample,
  readElements,
  type Sample,
  statusBit,
} from './reading.ts';
import { currentRangeFor, fullScale, type Source, voltageRangeFor } from './source.ts';
import { measurementEvent, type Status } from './status.ts';
import type { Sweep } from './sweep.ts';
import type { Trace } from './trace.ts';

const outputOff = 803;
const beyondCompliance = 824;
/** One power line cycle. */
const lineCycle: Seconds = 0.02;

type Function = 'VOLT' | 'CURR' | 'RES';
const functions: readonly Function[] = ['VOLT', 'CURR', 'RES'];

interface Parts {
  source: Source;
  line: HvLine;
  sweep: Sweep;
  trace: Trace;
  status: Status;
}

/** The SENSe, FORMat, TRIGger and reading commands. */
export class Measuring {
  readonly commands: CommandTable;
  /** How long the readings of this message took. */
  busy: Seconds = 0;
  readonly #parts: Parts;
  readonly #source: Source;
  readonly #line: HvLine;
  readonly #around: Surroundings;
  readonly #nplc: { value: number };
  readonly #filter: { on: { value: boolean }; count: { value: number } };
  readonly #triggers: { value: number };
  readonly #arms: { value: number };
  readonly #terminals: { value: string };
  #enabled = new Set<Function>();
  #concurrent = true;
  #elements: readonly (keyof Sample)[] = allElements;
  #currentRange = { value: 100e-6, auto: true };
  #latest: string | undefined;
  #timeZero: Seconds;

  constructor(parts: Parts, settings: Settings, around: Surroundings) {
    this.#parts = parts;
    this.#source = parts.source;
    this.#line = parts.line;
    this.#around = around;
    this.#timeZero = around.clock.now();
    const nplc = { min: 0.01, max: 10, default: 1 };
    this.#nplc = settings.number('[:SENSe[n]]:CURRent[:DC]:NPLCycles', nplc);
    // One integration time serves all functions; each header reads and writes it.
    for (const name of ['VOLTage[:DC]', 'RESistance']) {
      settings.commands[`[:SENSe[n]]:${name}:NPLCycles`] =
        settings.commands['[:SENSe[n]]:CURRent[:DC]:NPLCycles']!;
      settings.commands[`[:SENSe[n]]:${name}:NPLCycles?`] =
        settings.commands['[:SENSe[n]]:CURRent[:DC]:NPLCycles?']!;
    }
    this.#filter = {
      on: settings.boolean('[:SENSe[n]]:AVERage[:STATe]', false),
      count: settings.number(
        '[:SENSe[n]]:AVERage:COUNt',
        { min: 1, max: 100, default: 10 },
        { print: String },
      ),
    };
    settings.word('[:SENSe[n]]:AVERage:TCONtrol', ['MOVing', 'REPeat'], 'REP');
    settings.number(
      '[:SENSe[n]]:VOLTage[:DC]:RANGe[:UPPer]',
      { min: -1100, max: 1100, default: 21 },
      {
        print: (value) => exponential(voltageRangeFor(value), 6),
      },
    );
    settings.boolean('[:SENSe[n]]:VOLTage[:DC]:RANGe:AUTO', true);
    settings.number('[:SENSe[n]]:RESistance:RANGe[:UPPer]', { min: 0, max: 210e6, default: 210e3 });
    settings.boolean('[:SENSe[n]]:RESistance:RANGe:AUTO', true);
    settings.word('[:SENSe[n]]:RESistance:MODE', ['MANual', 'AUTO'], 'MAN');
    const counts = { min: 1, max: 2500, default: 1 };
    this.#triggers = settings.number(':TRIGger[:SEQuence[n]]:COUNt', counts, { print: String });
    this.#arms = settings.number(':ARM[:SEQuence[n]][:LAYer[n]]:COUNt', counts, { print: String });
    settings.number(':TRIGger[:SEQuence[n]]:DELay', { min: 0, max: 999.9999, default: 0 });
    settings.word(':TRIGger[:SEQuence[n]]:SOURce', ['IMMediate', 'TLINk'], 'IMM');
    settings.word(':FORMat[:DATA]', ['ASCii'], 'ASC');
    settings.word(':FORMat:BORDer', ['NORMal', 'SWAPped'], 'NORM');
    this.#terminals = settings.word(':ROUTe:TERMinals', ['FRONt', 'REAR'], 'FRON');
    settings.boolean(':SYSTem:RSENse', false);
    settings.boolean(':SYSTem:RWLock', false);
    settings.boolean(':SYSTem:BEEPer:STATe', true);
    settings.boolean(':DISPlay:ENABle', true);
    settings.boolean(':OUTPut[n]:ENABle[:STATe]', false);
    settings.boolean(':OUTPut[n]:INTerlock:STATe', false);
    settings.word(':SYSTem:AZERo[:STATe]', ['ON', 'OFF', 'ONCE'], 'ON');
    settings.number(':SYSTem:LFRequency', { min: 50, max: 60, default: 50 }, { print: String });
    this.reset();
    this.commands = this.#table();
  }

  reset(): void {
    this.#enabled = new Set(['CURR']);
    this.#concurrent = true;
    this.#elements = allElements;
    this.#currentRange = { value: 100e-6, auto: true };
    this.#source.measurementRange = undefined;
    this.#latest = undefined;
  }

  #table(): CommandTable {
    const [configure, measure] = [this.#configure.bind(this), this.#measure.bind(this)];
    const table: Record<string, CommandTable[string]> = {
      ...this.#functionCommands(),
      ...this.#rangeCommands(),
      ':FORMat:ELEMents[:SENSe[n]]': (args) => {
        const read = readElements(args);
        if ('error' in read) return read.error;
        this.#elements = read.value;
        return undefined;
      },
      ':FORMat:ELEMents[:SENSe[n]]?': () => this.#elements.join(','),
      ':INITiate[:IMMediate]': () => {
        const outcome = this.#read();
        return typeof outcome === 'number' ? outcome : undefined;
      },
      ':READ?': () => this.#read(),
      ':FETCh?': () => this.#latest,
      '[:SENSe[n]]:DATA[:LATest]?': () => this.#latest,
      ':CONFigure?': () => [...this.#enabled].map((name) => `"${name}"`).join(','),
      ':MEASure?': () => this.#read(),
      ':SYSTem:TIME:RESet': () => {
        this.#timeZero = this.#around.clock.now();
        return undefined;
      },
    };
    for (const name of ['VOLTage[:DC]', 'CURRent[:DC]', 'RESistance']) {
      const short = name.replace(/[a-z].*/, '') as Function;
      table[`:CONFigure:${name}`] = () => configure(short);
      table[`:MEASure:${name}?`] = () => measure(short);
    }
    return table;
  }

  #functionCommands(): CommandTable {
    const read = (args: readonly string[]): Function[] | number => {
      if (args.length === 0) return scpiError.missingParameter;
      const named: Function[] = [];
      for (const argument of args) {
        const word = readWord(argument.replace(/:DC(?=["']?$)/i, ''), ['VOLTage', 'CURRent', 'RESistance']);
        if ('error' in word) return word.error;
        named.push(word.value as Function);
      }
      return named;
    };
    const list = (which: Iterable<Function>) =>
      [...which].map((name) => (name === 'RES' ? '"RES"' : `"${name}:DC"`)).join(',');
    return {
      '[:SENSe[n]]:FUNCtion[:ON]': (args) => {
        const named = read(args);
        if (typeof named === 'number') return named;
        // Without concurrent measurements a new function takes the place of the old one.
        for (const name of named)
          this.#enabled = new Set(this.#concurrent ? [...this.#enabled, name] : [name]);
        return undefined;
      },
      '[:SENSe[n]]:FUNCtion[:ON]?': () => list(functions.filter((name) => this.#enabled.has(name))),
      '[:SENSe[n]]:FUNCtion:OFF': (args) => {
        const named = read(args);
        if (typeof named === 'number') return named;
        for (const name of named) this.#enabled.delete(name);
        return undefined;
      },
      '[:SENSe[n]]:FUNCtion:OFF?': () => list(functions.filter((name) => !this.#enabled.has(name))),
      '[:SENSe[n]]:FUNCtion[:ON]:ALL': () => {
        this.#enabled = new Set(functions);
        return undefined;
      },
      '[:SENSe[n]]:FUNCtion:OFF:ALL': () => {
        this.#enabled.clear();
        return undefined;
      },
      '[:SENSe[n]]:FUNCtion:CONCurrent': ([argument]) => {
        const given = readBoolean(argument);
        if ('error' in given) return given.error;
        this.#concurrent = given.value;
        return undefined;
      },
      '[:SENSe[n]]:FUNCtion:CONCurrent?': () => (this.#concurrent ? '1' : '0'),
    };
  }

  #rangeCommands(): CommandTable {
    const header = '[:SENSe[n]]:CURRent[:DC]:RANGe';
    return {
      [`${header}[:UPPer]`]: ([argument]) => {
        const read = readNumber(argument, { min: -1.05, max: 1.05, default: 105e-6 });
        if ('error' in read) return read.error;
        const range = currentRangeFor(read.value);
        // A range above that of the compliance is refused: compliance first, then the range.
        if (range > currentRangeFor(this.#source.currentCompliance)) return beyondCompliance;
        this.#currentRange = { value: range, auto: false };
        this.#source.measurementRange = range;
        return undefined;
      },
      [`${header}[:UPPer]?`]: () => exponential(fullScale(this.#currentRange.value), 6),
      [`${header}:AUTO`]: ([argument]) => {
        const read = readBoolean(argument);
        if ('error' in read) return read.error;
        this.#currentRange.auto = read.value;
        this.#source.measurementRange = read.value ? undefined : this.#currentRange.value;
        return undefined;
      },
      [`${header}:AUTO?`]: () => (this.#currentRange.auto ? '1' : '0'),
    };
  }

  #configure(name: Function): Outcome {
    this.#enabled = new Set([name]);
    this.#triggers.value = 1;
    this.#arms.value = 1;
    return undefined;
  }

  #measure(name: Function): Outcome {
    this.#configure(name);
    return this.#read();
  }

  #read(): Outcome {
    if (this.#source.clearsItself) this.#source.switchOutput(true);
    if (!this.#source.on) return outputOff;
    const samples = this.#triggers.value * this.#arms.value;
    if (samples > 2500) return scpiError.dataOutOfRange;
    const averaged = this.#filter.on.value ? this.#filter.count.value : 1;
    const perSample =
      this.#source.delay + Math.max(1, this.#enabled.size) * this.#nplc.value * lineCycle * averaged;
    const noise = 1 / Math.sqrt(this.#nplc.value * averaged);
    const { sweep, trace, status: registers } = this.#parts;
    const { levels } = sweep;
    const readings: string[] = [];
    for (let k = 0; k < samples; k += 1) {
      const error = levels && this.#source.setVoltage(levels[k % levels.length]!);
      if (error !== undefined) return error;
      this.busy += perSample;
      // A sweep has only just moved the source; otherwise time has passed since the first reading.
      const after = levels ? perSample : this.busy;
      const sample = this.#around.measured('sample', () => this.#sample(noise, after));
      const reading = printSample(sample, this.#elements);
      readings.push(reading);
      registers.happened(measurementEvent.readingAvailable);
      if (trace.take(reading, sample)) registers.happened(measurementEvent.bufferFull);
    }
    if (this.#source.clearsItself) this.#source.switchOutput(false);
    this.#latest = readings.join(',');
    return this.#latest;
  }

  /** What it reads that many seconds from now, when the measurement is done. */
  #sample(noise: number, seconds: Seconds): Sample {
    const { voltage, current, limited } = this.#line.read(seconds);
    const { random, clock } = this.#around;
    const [volts, amperes, ohms] = functions.map((name) => this.#enabled.has(name)) as [
      boolean,
      boolean,
      boolean,
    ];
    const level = this.#source.level;
    const byVoltage = this.#source.sourcesVoltage;
    const scatter = (value: number, floor: number) =>
      value + noise * random.gauss() * Math.hypot(floor, 2e-4 * value);
    const measuredVoltage = scatter(voltage, 2e-4);
    const measuredCurrent = scatter(current, 5e-12);
    const fixed = this.#currentRange.auto ? undefined : this.#currentRange.value;
    const beyond = amperes && fixed !== undefined && Math.abs(measuredCurrent) > fullScale(fixed) * 1.001;
    return {
      VOLT: volts ? measuredVoltage : byVoltage ? level.voltage : notMeasured,
      CURR: amperes ? (beyond ? overflow : measuredCurrent) : byVoltage ? notMeasured : level.current,
      RES: ohms ? measuredVoltage / (measuredCurrent || Number.MIN_VALUE) : notMeasured,
      TIME: clock.now() + seconds - this.#timeZero,
      STAT:
        (beyond ? statusBit.overflow : 0) |
        (this.#filter.on.value ? statusBit.filter : 0) |
        (this.#terminals.value === 'FRON' ? statusBit.front : 0) |
        (limited ? (this.#source.rangeLimits ? statusBit.rangeCompliance : statusBit.compliance) : 0) |
        (volts ? statusBit.measuresVoltage : 0) |
        (amperes ? statusBit.measuresCurrent : 0) |
        (ohms ? statusBit.measuresResistance : 0) |
        (byVoltage ? statusBit.sourcesVoltage : statusBit.sourcesCurrent),
    };
  }
}
