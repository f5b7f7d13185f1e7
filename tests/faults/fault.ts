import type { ExitCode } from '../../src/base/errors.ts';
import type { Aim, Hit } from './phase.ts';
import type { StruckRun } from './struckRun.ts';

/** What a fault lets a run come to. */
export interface Fate {
  /** What the run may say at its end. Several where the fault may come too late to matter, or be met in several ways. */
  exit: readonly ExitCode[];
  /** Who writes the end into its journal. Default: its runner. */
  endedBy?: 'guardian' | 'baton' | 'nobody';
  /** The module comes down because of the fault, and so within a time. */
  comesDown: boolean;
  /** What that time is longer by than a ramp from the limit and some seconds to unwind, ms on the wall. */
  allowanceMs?: number;
  /** It spoils what was measured, which then counts for nothing. */
  spoils?: boolean;
}

/** Something that goes wrong: a row of the campaign's table. */
export interface Fault {
  name: string;
  hit: Hit;
  /** What the run is started with, beside the sequence. */
  setup?(aim: Aim): Setup;
  /** It is in what the run is started with, and how deep into its phase, too: it is only waited for. */
  byItself?: boolean;
  /** Does it, when the run is where it is to be hit. */
  strike(run: StruckRun): Promise<void>;
  /** Beside the run, from then until its runner is gone. */
  meanwhile?(run: StruckRun): Promise<void>;
  /** When its runner is gone, before its guardian is waited for. */
  afterwards?(run: StruckRun): Promise<void>;
  fate(aim: Aim): Fate;
}

export interface Setup {
  /** As BATON_SIMULATED_FAULT: what the calibrations do wrong. */
  misbehaviour?: string;
  /** Of each calibration, station seconds. */
  timeout?: number;
  args?: readonly string[];
  under?: readonly string[];
}

/** How a run ends that nothing disturbs. Where it is hit while it takes back, the calibration has left HV on. */
export function undisturbed({ phase }: Aim, hit: Hit): ExitCode {
  return hit === 'runner' && phase === 'taking back' ? 3 : 0;
}
