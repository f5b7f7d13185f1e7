import { counted } from '../../base/quantityText.ts';
import type { Criteria } from './criteria.ts';
import type { Curve } from './curve.ts';

/** Two readings of a sweep between which others are missing, in V. */
interface Hole {
  from: number;
  to: number;
}

/** Voltages that were measured more than once. */
interface Repeated {
  agreeing: number[];
  contradicting: number[];
}

/**
 * Where readings are missing: further apart than the sweep's usual step lets one expect. What breaks down in a hole is
 * not seen, for its rise is spread over the whole of it. The beginning, from 0 V on, may be as wide as the widest step.
 */
export function holes({ x }: Curve, iv: Criteria['iv']): Hole[] {
  const voltages = [...new Set(x)];
  const steps = voltages.slice(1).map((to, i) => ({ from: voltages[i]!, to }));
  // Above the test voltage one voltage is held, and read back a little different each time.
  const usual = median(steps.filter(({ to }) => to <= iv.testVoltage_V).map(({ from, to }) => to - from));
  const widest = Math.min(iv.maximumStep_V, iv.maximumStepRatio * usual);
  const begin = { from: 0, to: voltages[0]! };
  return [
    ...(begin.to > iv.maximumStep_V ? [begin] : []),
    ...steps.filter(({ from, to }) => to - from > widest),
  ];
}

/** Of readings that contradict each other nobody knows which one counts. */
export function repeated(
  { x, y }: Curve,
  { testVoltage_V, maximumRepeatDifference }: Criteria['iv'],
): Repeated {
  const found: Repeated = { agreeing: [], contradicting: [] };
  for (let first = 0, next = 1; first < x.length && x[first]! <= testVoltage_V; first = next++) {
    while (next < x.length && x[next] === x[first]) next += 1;
    if (next - first < 2 || x[first] === 0) continue;
    const readings = y.subarray(first, next);
    const [least, most] = [Math.min(...readings), Math.max(...readings)];
    const contradict = most - least > maximumRepeatDifference * most;
    found[contradict ? 'contradicting' : 'agreeing'].push(x[first]!);
  }
  return found;
}

/** Of the first, and how many others there are. */
export function holesText([{ from, to }, ...others]: readonly [Hole, ...Hole[]]): string {
  const more = others.length > 0 ? `, and ${counted(others.length, 'other hole')}` : '';
  return `Current not measured between (${from} V) and (${to} V)${more}`;
}

/** `(500 V)`, `(500 V) and 3 others` */
export function voltagesText([voltage, ...others]: readonly number[]): string {
  return `(${voltage} V)${others.length > 0 ? ` and ${counted(others.length, 'other')}` : ''}`;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
