import type { Place } from '../base/errors.ts';
import type { Amperes, Celsius, Seconds } from '../base/units.ts';
import type { Json, JsonObject } from './reading/tree.ts';
import type { UsedSubstitution } from './substitutions/substitute.ts';

/** A sequence script, checked, with its substitutions applied and its defaults filled in. */
export interface SequenceScript {
  /** As it was named. */
  file: string;
  /** The file's name without `.scr`. */
  name: string;
  /** SHA-256 of the file's bytes, hexadecimal. */
  hash: string;
  /** The site's own files that it names (check modules, drivers), absolute, with the SHA-256 of each. */
  files: readonly { path: string; hash: string }[];
  /** Over the script and those files: what a traveller is bound to. */
  fingerprint: string;
  /** As the database shows it. */
  title: string;
  failFast: boolean;
  info: ScriptInfo;
  drivers: readonly DriverEntry[];
  /** In the order in which they run. */
  tests: readonly ScriptModule[];
  /** The enabled calibrations of all modules, in order. */
  calibrations: readonly CalibrationItem[];
  substitutions: readonly UsedSubstitution[];
  /** Free cells at the foot of the traveller. */
  traveller: readonly { title: string; text: string }[];
}

/** Goes into the record as it stands. */
export interface ScriptInfo {
  product: string;
  bom: string;
  lot: string;
  location: string;
  config?: string;
}

/** What the script wants to be there before it starts. */
export type DriverEntry =
  /** simulated: it shall not run on real instruments. */
  | { kind: 'station' | 'simulated'; where: Place }
  /** A site's own: a file that exports `start`. */
  | { kind: 'file'; path: string; args?: Json; where: Place };

export interface ScriptModule {
  /** As the script has it: `calibrations`, or a file of the site's own. */
  module: string;
  /** Absolute path of that file; absent for calibrations. */
  path?: string;
  /** Stop at the first item that does not pass: the module's options over the script's config over true. */
  failFast: boolean;
  /** With every key of the site's own: the module's global variables. */
  options: JsonObject;
  items: readonly ScriptItem[];
  where: Place;
}

export interface ScriptItem {
  id: string;
  /** False when the item, or its whole module, is switched off. */
  enable: boolean;
  /** Teardown items run whatever happened. */
  phase: 'setup' | 'item' | 'teardown';
  args: JsonObject;
  /** Failure codes with a hint for the operator; the item chooses one by its position. */
  fail: readonly FailEntry[];
  /** The item's, else its module's. Absent: 10 s for a check, the catalogue's for a calibration. */
  timeout?: Seconds;
  /** The item as the script has it, with every key of the site's own. */
  entry: JsonObject;
  /** In the module `calibrations`. */
  calibration?: CalibrationItem;
  where: Place;
}

export interface FailEntry {
  fid: string;
  msg: string;
}

/** One calibration, as the runner carries it out. */
export interface CalibrationItem {
  id: string;
  /** For the calibration's command line, in order. */
  options: readonly string[];
  /** Names of tests, or objects with `name` and overrides; never both in one list. */
  tuning?: readonly (string | JsonObject)[];
  /** Roles without which it must not start. */
  instruments: readonly string[];
  /** Set and settled in the climate chamber before. */
  temperature?: Celsius;
  /** The compliance of HV in this step, below the station's. */
  compliance?: Amperes;
  /** How often an IV is measured again when it shows a breakdown; then the last one counts. */
  repeatOnBreakdown?: number;
  /** Where the bias comes from, first to last, when no IV of this run gives it. */
  biasFrom?: readonly BiasSource[];
  timeout?: Seconds;
  /** What the operator is told when it does not pass. */
  fail: readonly FailEntry[];
  where: Place;
}

export type BiasSource = 'earlier_iv' | 'operator';
