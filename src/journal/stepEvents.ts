import type { Problem } from '../base/errors.ts';
import type { EpochMs, Seconds, Volts } from '../base/units.ts';
import type { Breakdown, Measurement, Verdict } from '../base/verdict.ts';
import type { HashedFile } from './runDirectory.ts';

// What happens in a step: a calibration, or the items of a site's own checks.

export interface StepStarted {
  event: 'step.started';
  step: number;
  calibration: string;
  argv: readonly string[];
  folder: string;
}

export interface StepPrompted {
  event: 'step.prompted';
  step: number;
  text: string;
}

export interface StepAnswered {
  event: 'step.answered';
  step: number;
  answer: string;
  by: 'operator' | 'time-out';
}

export interface StepEnded {
  event: 'step.ended';
  step: number;
  end: 'completed' | 'failed' | 'stopped';
  exitCode?: number | undefined;
  signal?: string | undefined;
  /** On the clock on the wall. */
  seconds: Seconds;
  artefacts: readonly HashedFile[];
  /** Why it is not completed; empty when it is. */
  problems: readonly Problem[];
  /** It had ended by itself before its runner died; whoever resumed the run found it whole. */
  adopted?: boolean | undefined;
}

export interface StepJudged {
  event: 'step.judged';
  step: number;
  /** Index of the module. */
  module: string;
  verdict: Verdict;
  /** Name and date of the criteria; absent: there are none, and so no PASS. */
  criteria?: { name: string; date: string; sha256: string } | undefined;
  measurements: readonly Measurement[];
}

export interface ItemStarted {
  event: 'item.started';
  step: number;
  item: string;
}

export interface ItemNoted {
  event: 'item.noted';
  step: number;
  item: string;
  note: Readonly<Record<string, unknown>>;
}

export interface ItemEnded {
  event: 'item.ended';
  step: number;
  item: ItemRecord;
}

export interface ItemRecord {
  id: string;
  phase: string;
  verdict: string;
  started: EpochMs;
  ended: EpochMs;
  measurements: readonly Readonly<Record<string, unknown>>[];
  keys: readonly { name: string; value: string }[];
  blobs: readonly { name: string; data: unknown }[];
  messages: readonly string[];
  fail?: { fid: string; msg: string } | undefined;
  problems: readonly string[];
}

export interface StepSkipped {
  event: 'step.skipped';
  step: number;
  reason: string;
  /** Not carried out because of what the module is, or because something could not be completed. */
  because: 'breakdown' | 'breakdown unknown' | 'earlier failure' | 'stopped' | 'tripped';
}

export interface BreakdownFound {
  event: 'breakdown.found';
  step?: number | undefined;
  module: string;
  reported: Breakdown;
  recomputed: Breakdown;
  compliance: Breakdown;
  /** The lowest of the three. */
  breakdown: Breakdown;
  /** The most negative voltage that was really measured. */
  measuredTo?: Volts | undefined;
  /** The run, or the person, that it is taken from, if not this run. */
  from?: string | undefined;
}

export interface BiasDecided {
  event: 'bias.decided';
  at: string;
  target: Volts;
  allowed: boolean;
  reason: string;
  /** True when the answer is no because nobody knows, not because of the sensor. */
  unknown: boolean;
}
