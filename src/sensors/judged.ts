import { analyse, type SensorAnalysis } from './analyses/analyse.ts';
import type { Decision } from './analyses/analysis.ts';
import { type Criteria, shippedCriteria } from './analyses/criteria.ts';
import type { SensorTest } from './record.ts';
import { testTypes } from './testTypes.ts';

/** A test with what the analysis found, and what is decided about it: the analysis, unless a person says otherwise. */
export interface JudgedTest {
  test: SensorTest;
  analysis: SensorAnalysis;
  decision: Decision | null;
  /** Why a person decided otherwise. */
  reason?: string | undefined;
}

export function judge(test: SensorTest, criteria: Criteria = shippedCriteria): JudgedTest {
  const analysis = analyse(test, criteria);
  return { test, analysis, decision: analysis.decision };
}

/** By batch, wafer, type and time; wafers by number, then by name. */
export function inOrder(one: JudgedTest, other: JudgedTest): number {
  const [a, b] = [one.test, other.test];
  return (
    compareNames(a.batch ?? '', b.batch ?? '') ||
    compareNames(String(a.wafer ?? ''), String(b.wafer ?? '')) ||
    rank(a) - rank(b) ||
    compareNames(a.timestamp ?? '', b.timestamp ?? '') ||
    compareNames(a.file, b.file)
  );
}

const ranks = new Map(testTypes.map(({ name }, index) => [name, index]));

function rank(test: SensorTest): number {
  return ranks.get(test.testType) ?? ranks.size;
}

const names = new Intl.Collator('en', { numeric: true });

export function compareNames(one: string, other: string): number {
  return one === other ? 0 : names.compare(one, other);
}
