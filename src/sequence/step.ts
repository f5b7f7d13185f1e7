import type { Place } from '../base/errors.ts';
import type { Seconds, Volts } from '../base/units.ts';
import type { Calibration, Category } from '../calibrations/category.ts';
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
  where?: Place;
}

/** A step of the sequence, resolved: nothing about it is decided later but whether it may run. */
export interface Step {
  /** Counted from 1. */
  number: number;
  calibration: string;
  category: Category;
  entry: Calibration;
  /** `01_sldo_vi_curves`, relative to the run directory. */
  folder: string;
  argv: readonly string[];
  handOver: readonly Role[];
  maxVoltage: Volts;
  estimate: Seconds;
  timeLimit: Seconds;
  where?: Place;
}
