import type { Place } from '../base/errors.ts';
import type { Amperes, Celsius, Seconds, Volts } from '../base/units.ts';
import type { Calibration, Category } from '../calibrations/category.ts';
import type { BiasSource, FailEntry, ScriptModule } from '../scripts/script.ts';
import type { Role } from '../station/station.ts';

/** An element of a sequence as it is written: in a script, or in a list of strings. */
export interface SequenceElement {
  /** `iv_curve -f -80`: the calibration with arguments of its own. */
  command: string;
  /** Further arguments, one word each. */
  args?: readonly string[];
  /** What a tuning calibration tunes: a name, or a dictionary (sent as JSON text). */
  tuning?: string | object;
  /** Roles that this element needs besides those of the catalogue. */
  instruments?: readonly string[];
  /** Station seconds after which it is ended. */
  timeLimit?: Seconds;
  /** Whether the sequence stops if it does not pass. Default: it does. */
  failFast?: boolean;
  /** Set and settled in the coldbox before. */
  temperature?: Celsius;
  /** Of HV in this step, below the station's. */
  compliance?: Amperes;
  /** How often an IV that shows a breakdown is measured again; then the last one counts. */
  repeatOnBreakdown?: number;
  /** What the operator is told when it does not pass. */
  fail?: readonly FailEntry[];
  /** Who tells the breakdown, first to last, where no IV of this run does. Default: an earlier run. */
  biasFrom?: readonly BiasSource[];
  where?: Place;
}

/** A site's own checks among the calibrations, as the script has them. */
export interface ChecksElement {
  checks: ScriptModule;
  where?: Place;
}

/** A step of the sequence, resolved: nothing about it is decided later but whether it may run. */
export type Step = CalibrationStep | ChecksStep;

interface AnyStep {
  /** Counted from 1. */
  number: number;
  /** Of the calibration, or of the file with the checks. */
  calibration: string;
  category: Category;
  /** `01_sldo_vi_curves`, relative to the run directory. */
  folder: string;
  estimate: Seconds;
  /** The sequence stops here if this step does not pass. */
  failFast: boolean;
  where?: Place;
}

/** A calibration as it will be run: its command line, what it is handed, how long it may take. */
export interface CalibrationStep extends AnyStep {
  entry: Calibration;
  argv: readonly string[];
  handOver: readonly Role[];
  maxVoltage: Volts;
  timeLimit: Seconds;
  temperature?: Celsius;
  compliance?: Amperes;
  repeatOnBreakdown: number;
  biasFrom: readonly BiasSource[];
  fail: readonly FailEntry[];
}

export interface ChecksStep extends AnyStep {
  checks: ScriptModule;
}

export function isChecks(step: Step): step is ChecksStep {
  return 'checks' in step;
}

/** A site's own checks read the station and write nothing: the power stays as it is. */
export const checksCategory: Category = { name: 'checks', before: [], after: [], calibrations: {} };
