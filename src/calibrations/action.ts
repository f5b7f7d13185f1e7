import type { Amperes, Celsius, Seconds, Volts } from '../base/units.ts';
import type { ChannelAddress, Role } from '../station/station.ts';

/**
 * One thing that will be done to the hardware. A plan is a list of these, and each kind has exactly one place that
 * carries it out (src/sequence/runner.ts). Voltages are signed as at the module.
 */
export type Action = (
  | Open
  | Adopt
  | Level
  | Output
  | Ramp
  | HandOver
  | Calibrate
  | TakeBack
  | ReadResults
  | Recall
  | Identify
  | ReadBreakdowns
  | Check
  | SetTemperature
  | WarmUp
) & {
  /** The step of the sequence that it belongs to, counted from 1; absent for beginning and end. */
  step?: number;
  /**
   * Left out, and said so, where it is not so: the bias is not allowed by safety rule 5, or the curve before this one shows
   * no breakdown, and so is not measured again.
   */
  when?: 'bias allowed' | 'breakdown found';
};

/** Opens the instruments of these roles, drains them and checks who they are. Writes nothing. */
export interface Open {
  do: 'open';
  roles: readonly Role[];
}

/** Outputs that were found on are ramped down from what was read and switched off (rule 9). */
interface Adopt {
  do: 'adopt';
}

/** Writes what an output will give when it goes on; for hv the compliance alone, its set-point being 0. */
export interface Level {
  do: 'level';
  role: 'hv' | 'lv';
  at: ChannelAddress;
  voltage?: Volts;
  current: Amperes;
  range?: Volts;
}

/** Off, for hv, means rule 3: below 1 V measured with the output on, then off, then read back. */
export interface Output {
  do: 'output';
  role: 'hv' | 'lv';
  at: ChannelAddress;
  on: boolean;
}

export interface Ramp {
  do: 'ramp';
  role: 'hv';
  at: ChannelAddress;
  /** Where the plan expects it; the ramp begins where the supply is read to be. */
  from: Volts;
  to: Volts;
  /** Largest change of |V| from one set-point to the next. */
  stepSize: Volts;
  delay: Seconds;
}

/** Closes the instruments of these roles for the calibration that comes next. */
export interface HandOver {
  do: 'handOver';
  roles: readonly Role[];
}

export interface Calibrate {
  do: 'calibrate';
  calibration: string;
  argv: readonly string[];
  /** The step's folder, relative to the run directory. */
  folder: string;
  /** The roles whose readings are the calibration's meanwhile (rule 7). */
  owns: readonly Role[];
  /** Largest |V| it may reach: its ramp-down budget. */
  maxVoltage: Volts;
  estimate: Seconds;
  /** It is ended after so long. */
  timeLimit: Seconds;
}

/** Opens them again, reads before it writes, and brings down what the calibration left on. */
interface TakeBack {
  do: 'takeBack';
  roles: readonly Role[];
}

/** Reads the artefacts of the step and judges them. */
export interface ReadResults {
  do: 'readResults';
  /** If they show a breakdown, the curve is measured again, and this one does not count. */
  again?: boolean;
}

/**
 * Takes the results of a step that was measured before its run was interrupted: its files must be what they were, and are
 * read again.
 */
export interface Recall {
  do: 'recall';
  calibration: string;
  /** The step's folder, relative to the run directory. */
  folder: string;
  /** It had finished when the runner died, and nobody has judged it so far. */
  adopt?: true;
  /** As of ReadResults. */
  again?: boolean;
}

/** Reads the eFuse codes of the chips and compares them with those of the module that the run began with. */
export interface Identify {
  do: 'identify';
  calibration: string;
  argv: readonly string[];
  /** Relative to the run directory. */
  folder: string;
  /** The first step that is run: what the calibration prints and asks is shown with that. */
  ahead: number;
  estimate: Seconds;
  timeLimit: Seconds;
}

/** From the step's artefacts and its curve; decides the bias (rule 5). */
export interface ReadBreakdowns {
  do: 'readBreakdowns';
  at: ChannelAddress;
  target: Volts;
}

/** Runs a site's own checks. They read the station and ask people; there is no way for them to write. */
export interface Check {
  do: 'check';
  /** The file, as the script names it. */
  module: string;
  items: readonly string[];
  estimate: Seconds;
}

/** Brings places of a coldbox to a temperature and waits until it holds, with everything off. */
export interface SetTemperature {
  do: 'setTemperature';
  at: readonly ChannelAddress[];
  /** Where the plan expects it. */
  from: Celsius;
  to: Celsius;
  /** K */
  tolerance: number;
  /** It must stay within its tolerance so long. */
  validationTime: Seconds;
  timeout: Seconds;
}

/** Everything is off: brings the places back to the room's temperature, so that the box may be opened, and stops cooling. */
export interface WarmUp {
  do: 'warmUp';
  at: readonly ChannelAddress[];
  from: Celsius;
  to: Celsius;
  tolerance: number;
  timeout: Seconds;
}
