import type { SensorTest } from '../record.ts';
import type { Analysis } from './analysis.ts';
import { analyseBow, type BowAnalysis } from './bow.ts';
import { type Criteria, shippedCriteria } from './criteria.ts';
import { analyseCV, type CVAnalysis } from './cv.ts';
import { analyseIV, type IVAnalysis } from './iv.ts';
import { analyseStability, type StabilityAnalysis } from './stability.ts';
import { analyseStrip, type StripAnalysis } from './strip.ts';
import { analyseThickness, type ThicknessAnalysis } from './thickness.ts';

/** A test type that nobody analyses: it is imported, shown and uploaded as it is. */
interface NoAnalysis extends Analysis<Record<string, never>> {
  testType: 'none';
}

export type SensorAnalysis =
  | IVAnalysis
  | CVAnalysis
  | StabilityAnalysis
  | StripAnalysis
  | BowAnalysis
  | ThicknessAnalysis
  | NoAnalysis;

const analyses: Readonly<Record<string, (test: SensorTest, criteria: Criteria) => SensorAnalysis>> = {
  manufacturing: analyseIV,
  IV: analyseIV,
  CV: analyseCV,
  stability: analyseStability,
  strip: analyseStrip,
  bow: analyseBow,
  thickness: analyseThickness,
};

/** Analyses a test by its type. Pure. */
export function analyse(test: SensorTest, criteria: Criteria = shippedCriteria): SensorAnalysis {
  const own = Object.hasOwn(analyses, test.testType) ? analyses[test.testType] : undefined;
  return own?.(test, criteria) ?? { testType: 'none', decision: null, flags: [], values: {} };
}
