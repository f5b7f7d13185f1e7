import { expect, test } from 'vitest';
import { withHints } from '../../../src/sequence/calibrating/failureHints.ts';

const leakage = { name: 'leakage', value: 2e-6, unit: 'A', verdict: 'FAIL', flag: 'above 1 µA' } as const;
const breakdown = { name: 'breakdown', value: -90, unit: 'V', verdict: 'PASS' } as const;
const step = {
  calibration: 'iv_curve',
  fail: [
    { fid: 'leakage', msg: 'Clean the edge of the sensor' },
    { fid: 'breakdown', msg: 'Put it aside' },
    { fid: 'IV', msg: 'Tell the sensor people' },
  ],
};

test('a hint stands beside what failed, and one for nothing in particular beside the calibration', () => {
  const judged = withHints({ verdict: 'FAIL', measurements: [leakage, breakdown] } as const, step);
  expect(judged.measurements).toEqual([
    { ...leakage, flag: 'above 1 µA; Clean the edge of the sensor' },
    breakdown,
    { name: 'iv_curve', unit: '', verdict: 'FAIL', flag: 'IV: Tell the sensor people' },
  ]);
});

test('what passes needs no hint', () => {
  const judged = { verdict: 'PASS', measurements: [breakdown] } as const;
  expect(withHints(judged, step)).toBe(judged);
});
