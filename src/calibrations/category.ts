import type { Problem } from '../base/errors.ts';
import type { Amperes, Seconds, Volts } from '../base/units.ts';
import type { Module, Role, SensorType } from '../station/station.ts';
import type { BreakdownRule, SensorFindings } from './breakdown.ts';
import { type NumberTable, readTable } from './table.ts';

/** `checks` has no calibrations: it is what a site's own checks count as in a sequence. */
export type CategoryName = 'general' | 'ivcurve' | 'sldo' | 'tuning' | 'openbumps' | 'checks';

/** The state that a category wants the module's power in. What is so already is left untouched. */
export type PowerState = 'hv off' | 'lv off' | 'lv on' | 'hv biased';

/**
 * What differs between the kinds of calibrations, as data: the table "Power by category" of the design can be checked
 * against these by eye. Whatever a calibration is handed it leaves off, and is taken back by reading.
 */
export interface Category {
  name: CategoryName;
  before: readonly PowerState[];
  after: readonly PowerState[];
  /** Its results tell where the sensors break down, and so decide the bias. */
  findsBreakdown?: boolean;
  /** Its calibrations write into the chips' settings, with which those that `usesSettings` measure. */
  setsChips?: boolean;
  usesSettings?: boolean;
  /** Each of its calibrations builds on the one before it: after an interruption they begin again together. */
  isBlock?: boolean;
  calibrations: Readonly<Record<string, Calibration>>;
}

/** What Baton must know of a calibration to run it and to read what it left. */
export interface Calibration {
  summary: string;
  /** Roles without which it cannot run: each must be in instruments.json and have a channel. */
  needs: readonly Role[];
  /** Roles that it is given, where the module has them. All others it never sees. */
  handOver: readonly Role[];
  /** It tells which chips are mounted, by their eFuse codes. */
  tellsChips?: true;
  /** Sub-flags that the category adds. */
  flags?: readonly OptionNames[];
  /** It takes a tuning list, behind this sub-flag; `from help`: behind the one that its help names. */
  tuning?: '-t' | '-s' | 'from help';
  /** File names of which at least one each must be there afterwards, new and not empty. */
  artefacts: readonly RegExp[];
  /** Station seconds that it takes, as far as its arguments tell. */
  estimate(args: readonly string[], modules: readonly Module[]): Seconds;
  /**
   * What Baton adds to the arguments, or refuses: voltages beyond the sensor's limit, and the like. `configured` are those
   * that dirigent.toml gives: they hold where the arguments say nothing.
   */
  prepare?(args: readonly string[], limit: SensorLimit, configured: readonly string[]): PreparedArguments;
  /** The numbers in its artefacts, for each module. */
  readResults(files: StepFiles, module: Module, context: ReadingContext): Promise<ModuleResults>;
}

/** The names of one option of dirigent, its letter first. */
export type OptionNames = readonly [letter: string, ...long: string[]];

/** What a reader must know of the station to make sense of the numbers. */
export interface ReadingContext {
  /** Absent for a module without HV. */
  operatingVoltage?: Volts;
  compliance?: Amperes;
  breakdownRule: BreakdownRule;
  /** Names of the station's modules that are not measured. */
  strangers?: readonly string[];
}

/** The tightest limit among the sensors of a powering group, and how their supply may move. */
export interface SensorLimit {
  maxVoltage: Volts;
  sensorType: SensorType;
  /** The largest change of |V| at once. */
  stepSize: Volts;
}

export interface PreparedArguments {
  /** Behind the given ones. */
  added: readonly { names: OptionNames; value: string }[];
  /** Largest |V| that the calibration will reach. */
  maxVoltage?: Volts;
  problems: readonly Problem[];
}

/** The files that a calibration left in its folder. */
export interface StepFiles {
  /** Names relative to the folder, sorted. */
  names: readonly string[];
  /** @throws when the file cannot be read. */
  read(name: string): Promise<string>;
  /** The modules that the calibration measured: with one alone, a file that names none is its. */
  modules: readonly NamedModule[];
  /** Names of other modules: a file that is called after one of them is of none of these. */
  strangers?: readonly string[];
}

type NamedModule = Pick<Module, 'index' | 'name'>;

export interface ModuleResults {
  /** By the name that the criteria use; a value that should be there and is not is undefined. */
  values: Readonly<Record<string, { value: number | undefined; unit: string }>>;
  /** What an IV curve tells of the sensor. */
  sensor?: SensorFindings;
  /** Why something could not be read. */
  problems: readonly Problem[];
}

/**
 * The files of one module: those that name it, or, with one module alone, all of them. One that could be another's as well
 * is nobody's.
 */
export function filesOf(
  files: Pick<StepFiles, 'names' | 'modules' | 'strangers'>,
  module: NamedModule,
  pattern: RegExp,
): readonly string[] {
  const matching = files.names.filter((name) => pattern.test(name));
  const own = matching.filter((name) => whose(name, module, files) === 'its');
  return own.length > 0 || files.modules.length > 1
    ? own
    : matching.filter((name) => whose(name, module, files) === 'unnamed');
}

/** Of which module a file is by its name. */
export function whose(
  file: string,
  module: NamedModule,
  { modules, strangers = [] }: Pick<StepFiles, 'modules' | 'strangers'>,
): 'its' | 'another' | 'of several' | 'unnamed' {
  const named = nameIn(file, module);
  const others = modules.filter(({ index }) => index !== module.index).map((other) => nameIn(file, other));
  const most = Math.max(0, ...others, ...strangers.map((name) => wordIn(file, name)));
  if (named > most) return 'its';
  if (named < most) return 'another';
  return named > 0 ? 'of several' : 'unnamed';
}

/** Of the module's CSV files the first that has what is wanted; where none has, the first. */
export async function tableOf(
  files: StepFiles,
  module: NamedModule,
  has: (table: NumberTable) => boolean,
): Promise<{ name: string; table: NumberTable | undefined } | undefined> {
  const tables = await Promise.all(
    filesOf(files, module, /\.csv$/).map(async (name) => ({
      name,
      table: readTable(await files.read(name)),
    })),
  );
  return tables.find(({ table }) => table && has(table)) ?? tables[0];
}

/** How much of a file's name names the module: `Q1-2` is more than `Q1`, and Module1 is not meant by Module12. */
function nameIn(file: string, module: NamedModule): number {
  const words = [module.name, `module${module.index}`, `module_${module.index}`];
  return Math.max(...words.map((word) => wordIn(file, word)));
}

function wordIn(file: string, word: string): number {
  return standsIn(file.toLowerCase(), word.toLowerCase()) ? word.length : 0;
}

function standsIn(name: string, word: string): boolean {
  for (let at = name.indexOf(word); at >= 0; at = name.indexOf(word, at + 1))
    if (!/[a-z0-9]/.test(name[at - 1] ?? '') && !/[a-z0-9]/.test(name[at + word.length] ?? '')) return true;
  return false;
}
