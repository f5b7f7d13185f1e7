import fc from 'fast-check';
import { expect, test } from 'vitest';
import { calculateBreakdown } from '../../src/measurements/breakdown.ts';

/** From 0 to `end` in steps; the current grows by a hundredth a step until `from`, then by `growth`. */
function curve(end: number, step: number, from: number, growth: number) {
  const points = [];
  let current = -1e-8;
  for (let voltage = 0; voltage >= end; voltage -= step) {
    points.push({ voltage, current });
    current *= voltage - step < from ? growth : 1.01;
  }
  return points;
}

test('the first rise by more than a fifth in 5 V is the breakdown', () => {
  expect(calculateBreakdown(curve(-120, 5, -90, 1.5))).toBe(-95);
});

test('a curve that rises by less has none', () => {
  expect(calculateBreakdown(curve(-120, 5, -90, 1.19))).toBeNull();
});

test('what happens below depletion is not looked at', () => {
  expect(calculateBreakdown(curve(-55, 5, -30, 3))).toBeNull();
});

test('finer steps are judged on the raster of 5 V, so that small rises add up', () => {
  expect(calculateBreakdown(curve(-120, 1, -80, 1.06))).toBe(-85);
});

test('a curve with too few points says nothing', () => {
  expect(calculateBreakdown([])).toBeNull();
  expect(calculateBreakdown([{ voltage: -60, current: -1e-9 }])).toBeNull();
});

test('neither the sign nor the order of the points matters', () => {
  fc.assert(
    fc.property(fc.shuffledSubarray(curve(-120, 5, -75, 1.4), { minLength: 25, maxLength: 25 }), (points) => {
      expect(calculateBreakdown(points)).toBe(-80);
      const positive = points.map(({ voltage, current }) => ({ voltage: -voltage, current: -current }));
      expect(calculateBreakdown(positive)).toBe(-80);
    }),
  );
});

test('a breakdown is negative, on the raster, and within what was measured', () => {
  const points = fc.array(
    fc.record({
      voltage: fc.integer({ min: -350, max: 0 }),
      current: fc.double({ min: -1, max: 1, noNaN: true }),
    }),
  );
  fc.assert(
    fc.property(points, (measured) => {
      const found = calculateBreakdown(measured);
      if (found === null) return;
      expect(found).toBeLessThanOrEqual(-65);
      expect(Math.abs(found) % 5).toBe(0);
      expect(found).toBeGreaterThanOrEqual(Math.min(...measured.map(({ voltage }) => voltage)));
    }),
  );
});
