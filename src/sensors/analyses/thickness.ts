import type { SensorTest } from '../record.ts';
import { type Analysis, Verdict } from './analysis.ts';
import { type Criteria, shippedCriteria } from './criteria.ts';

interface ThicknessValues {
  thickness_um?: number | undefined;
}

export interface ThicknessAnalysis extends Analysis<ThicknessValues> {
  testType: 'thickness';
}

/** Judges the average thickness of the wafer. */
export function analyseThickness(
  test: SensorTest,
  { thickness }: Criteria = shippedCriteria,
): ThicknessAnalysis {
  const measured = test.thickness_um;
  if (measured === undefined || measured <= 0)
    return { testType: 'thickness', decision: 'MeasErr', flags: ['Thickness is Empty!'], values: {} };
  const { minimum_um: low, maximum_um: high } = thickness;
  const within = measured > low && measured < high;
  const verdict = new Verdict();
  const limits = `min ${low} um, max ${high} um`;
  if (within) verdict.note(`Thickness does not exceed limit: ${limits}`);
  else verdict.set('Fail', `Thickness exceeds limit: ${limits}`);
  verdict.note(`The average thickness value is ${halfToEven(measured)} um.`);
  return {
    testType: 'thickness',
    decision: verdict.conclude(test),
    flags: verdict.flags,
    values: { thickness_um: measured },
  };
}

/** Rounded as the other sites' scripts do it: 320.5 is 320, 321.5 is 322. */
function halfToEven(value: number): number {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}
