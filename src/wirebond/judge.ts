import { type Verdict, worst } from '../base/verdict.ts';
import type { Criteria, Limit } from './criteria.ts';
import type { PullStatistics } from './statistics.ts';

export interface Judgement {
  verdict: Verdict;
  /** Which criteria were used; absent: there were none. */
  criteria?: { name: string; date: string; file: string; sha256: string };
  /** Each limit on its own, and in words what keeps the test from passing. */
  measured: readonly Measured[];
}

export interface Measured {
  result: string;
  value: number;
  /** `at least 7`, `below 10` */
  limit: string;
  verdict: Verdict;
}

/** Without criteria, or with too few good pulls, it is never a PASS. */
export function judge(
  statistics: PullStatistics,
  goodPulls: number,
  criteria: Criteria | undefined,
): Judgement {
  if (criteria === undefined) return { verdict: 'NONE', measured: [] };
  const measured: Measured[] = criteria.limits.map((limit) => ({
    result: limit.result,
    value: statistics[limit.result],
    limit: inWords(limit),
    verdict: holds(statistics[limit.result], limit) ? 'PASS' : 'FAIL',
  }));
  const enough = goodPulls >= criteria.fewestGoodPulls;
  measured.push({
    result: 'pulls without an error',
    value: goodPulls,
    limit: `at least ${criteria.fewestGoodPulls}`,
    verdict: enough ? 'PASS' : 'NONE',
  });
  const { name, date, file, sha256 } = criteria;
  return {
    verdict: worst(measured.map(({ verdict }) => verdict)),
    criteria: { name, date, file, sha256 },
    measured,
  };
}

/** A mean that equals its limit on paper may lie a rounding error off; strengths are kept to a nanogram. */
const roundingError = 1e-9;

/** A value that is no number holds nothing: comparisons with NaN are false. */
function holds(value: number, { atLeast, above, atMost, below }: Limit): boolean {
  return (
    Number.isFinite(value) &&
    (atLeast === undefined || value >= atLeast - roundingError) &&
    (above === undefined || value > above) &&
    (atMost === undefined || value <= atMost + roundingError) &&
    (below === undefined || value < below)
  );
}

function inWords({ atLeast, above, atMost, below }: Limit): string {
  const bounds = { 'at least': atLeast, above, 'at most': atMost, below };
  return Object.entries(bounds)
    .filter(([, bound]) => bound !== undefined)
    .map(([word, bound]) => `${word} ${bound}`)
    .join(' and ');
}
