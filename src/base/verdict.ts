import type { Volts } from './units.ts';

/**
 * What is said of a measurement, a step, a module, a run. The order is the safety rule: on the way up a verdict only
 * gets worse, and nothing but a judged, passing measurement is a PASS.
 *
 * NONE: nothing was judged (no criterion, nothing measured). ERROR: it could not be carried out or read.
 */
export const verdicts = ['PASS', 'NONE', 'FAIL', 'ERROR'] as const;
/** From the best to the worst: PASS, NONE, FAIL, ERROR. */
export type Verdict = (typeof verdicts)[number];

/** As a person reads them, on a terminal and on a page alike. */
export const verdictWords: Readonly<Record<Verdict, string>> = {
  PASS: 'PASS',
  NONE: 'NO VERDICT',
  FAIL: 'FAIL',
  ERROR: 'NOT COMPLETED',
};

/** The worst of them; of no verdict at all, NONE. */
export function worst(some: Iterable<Verdict>): Verdict {
  let rank = -1;
  for (const verdict of some) rank = Math.max(rank, verdicts.indexOf(verdict));
  return rank < 0 ? 'NONE' : verdicts[rank]!;
}

/** One number with its limits, both inclusive, and what they say of it. */
export interface Measurement {
  name: string;
  /** Absent: it should have been measured and was not. */
  value?: number | undefined;
  unit: string;
  min?: number | undefined;
  max?: number | undefined;
  verdict: Verdict;
  /** Where the limits come from; absent when there are none. */
  source?: string | undefined;
  /** In plain words, when it does not pass. */
  flag?: string | undefined;
}

/** Where a sensor breaks down (safety rule 5). None found and unknown are different things: unknown means no bias. */
export type Breakdown =
  | { found: 'none' }
  /** `after`: up to there it did not; what lies between nobody has told apart. */
  | { found: 'at'; voltage: Volts; after?: Volts }
  /** `suspected`: somebody who does know says that it breaks down there. That can forbid a bias, and never allow one. */
  | { found: 'unknown'; why: string; suspected?: Volts };
