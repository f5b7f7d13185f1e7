import { changed, picked } from '../columns.ts';
import { deviation, mean } from '../moments.ts';
import { measured, type SensorTest } from '../record.ts';
import { type Analysis, Verdict } from './analysis.ts';
import { type Criteria, shippedCriteria } from './criteria.ts';

interface BowValues {
  /** Highest minus lowest point above the fitted plane. */
  maximumBow_um?: number | undefined;
  averageBow_um?: number | undefined;
  bowDeviation_um?: number | undefined;
}

export interface BowAnalysis extends Analysis<BowValues> {
  testType: 'bow';
  /** z = a·x + b·y + c in mm. */
  plane?: { a: number; b: number; c_mm: number } | undefined;
  /** Height above the plane, zero at the point nearest to the middle. */
  surface?: { x_mm: Float64Array; y_mm: Float64Array; bow_mm: Float64Array } | undefined;
}

/** Judges the shape of a sensor by its heights above the plane that fits them best. */
export function analyseBow(test: SensorTest, { bow }: Criteria = shippedCriteria): BowAnalysis {
  const stop = (decision: 'MeasErr' | null, flag: string): BowAnalysis => ({
    testType: 'bow',
    decision,
    flags: [flag],
    values: {},
  });
  for (const [letter, name] of [
    ['X', 'x_mm'],
    ['Y', 'y_mm'],
    ['Z', 'z_mm'],
  ] as const)
    if (!measured(test, name)) return stop(null, `${letter}[mm] is Empty!`);
  const { x, y, z } = wholePoints(test);
  const plane = fitPlane(x, y, z);
  if (!plane) return stop('MeasErr', '2D Plane Fit Failed!');

  const height = changed(z, (value, i) => value - (plane.a * x[i]! + plane.b * y[i]! + plane.c_mm));
  const origin = height[nearestToMiddle(x, y)]!;
  const heights = changed(height, (value) => value - origin);
  const values: BowValues = {
    maximumBow_um:
      (heights.reduce((a, b) => Math.max(a, b)) - heights.reduce((a, b) => Math.min(a, b))) * 1000,
    averageBow_um: mean(heights) * 1000,
    bowDeviation_um: deviation(heights) * 1000,
  };
  const verdict = new Verdict();
  if (x.length < bow.minimumPoints) verdict.set('MeasErr', `Only ${x.length} points measured`);
  if (values.maximumBow_um! > bow.maximumBow_um) verdict.set('Fail', 'MaxBow Exceeds Compliance!!');
  return {
    testType: 'bow',
    decision: verdict.conclude(test),
    flags: verdict.flags,
    values,
    plane,
    surface: { x_mm: x, y_mm: y, bow_mm: heights },
  };
}

function wholePoints(test: SensorTest): { x: Float64Array; y: Float64Array; z: Float64Array } {
  const { x_mm: x, y_mm: y, z_mm: z } = test.columns as Record<'x_mm' | 'y_mm' | 'z_mm', Float64Array>;
  const whole = (_: number, i: number) => !Number.isNaN(x[i]! + y[i]! + z[i]!);
  return { x: picked(x, whole), y: picked(y, whole), z: picked(z, whole) };
}

/** The least squares plane, about the centre of the points; undefined if they lie on a line. */
function fitPlane(x: Float64Array, y: Float64Array, z: Float64Array): BowAnalysis['plane'] {
  if (x.length < 3) return undefined;
  const [mx, my, mz] = [x, y, z].map((values) => mean(values)) as [number, number, number];
  let [xx, xy, yy, xz, yz] = [0, 0, 0, 0, 0];
  for (let i = 0; i < x.length; i += 1) {
    const u = x[i]! - mx;
    const v = y[i]! - my;
    const w = z[i]! - mz;
    xx += u * u;
    xy += u * v;
    yy += v * v;
    xz += u * w;
    yz += v * w;
  }
  const determinant = xx * yy - xy * xy;
  if (!(determinant > 1e-12 * xx * yy)) return undefined;
  const a = (xz * yy - yz * xy) / determinant;
  const b = (yz * xx - xz * xy) / determinant;
  return { a, b, c_mm: mz - a * mx - b * my };
}

function nearestToMiddle(x: Float64Array, y: Float64Array): number {
  const [mx, my] = [mean(x), mean(y)];
  let nearest = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < x.length; i += 1) {
    const distance = (x[i]! - mx) ** 2 + (y[i]! - my) ** 2;
    if (distance < least) {
      least = distance;
      nearest = i;
    }
  }
  return nearest;
}
