import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  forwardLimit,
  type IVSweep,
  ivProblems,
  ivSetpoints,
  type SLDOSweep,
  sldoProblems,
  sldoSetpoints,
} from '../../src/measurements/sweep.ts';

const iv: IVSweep = { start: 0, max: -80, step: 20, delay: 1, bothWays: false, positive: false };
const sldo: SLDOSweep = { initial: 1, final: 2, step: 0.4, delay: 0.2, voltageLimit: 2, monitorFrom: 1 };
const voltages = (sweep: IVSweep) => ivSetpoints(sweep).map(({ voltage }) => voltage);

test('an IV sweep goes from start to end in its steps', () => {
  expect(voltages(iv)).toEqual([0, -20, -40, -60, -80]);
});

test('the last step is shorter where the steps do not divide the sweep', () => {
  expect(voltages({ ...iv, step: 30 })).toEqual([0, -30, -60, -80]);
});

test('both ways comes back over the same voltages, the end measured once', () => {
  expect(voltages({ ...iv, max: -60, bothWays: true })).toEqual([0, -20, -40, -60, -40, -20, 0]);
  expect(ivSetpoints({ ...iv, bothWays: true }).at(-1)).toEqual({ voltage: 0, leg: 'back' });
});

test('the positive extension ends at +0.4 V, after everything else', () => {
  expect(voltages({ ...iv, bothWays: true, positive: true }).slice(-5)).toEqual([0, 0.1, 0.2, 0.3, 0.4]);
});

const sweeps = fc.record({
  start: fc.integer({ min: -100, max: 0 }).map((tenths) => tenths / 10),
  max: fc.integer({ min: -3500, max: -101 }).map((tenths) => tenths / 10),
  step: fc.integer({ min: 1, max: 400 }).map((tenths) => tenths / 10),
  delay: fc.constant(1),
  bothWays: fc.boolean(),
  positive: fc.boolean(),
});

test('no two points of a leg are further apart than the step, none is beyond the end, none is positive but the extension', () => {
  fc.assert(
    fc.property(sweeps, (sweep) => {
      const points = ivSetpoints(sweep);
      const wrong = points.filter(({ voltage, leg }, k) => {
        const before = points[k - 1];
        const tooFar = before?.leg === leg && Math.abs(voltage - before.voltage) > sweep.step + 1e-6;
        return tooFar || voltage < sweep.max || voltage > (leg === 'forward' ? forwardLimit : 0);
      });
      expect(wrong).toEqual([]);
      expect(points.some(({ voltage }) => voltage === sweep.max)).toBe(true);
      expect(points.some(({ leg }) => leg === 'forward')).toBe(sweep.positive);
    }),
  );
});

test.each([
  ['a positive end', { ...iv, max: 5 }, 'E9101'],
  ['a positive start', { ...iv, start: 1 }, 'E9101'],
  ['an end beyond the limit', { ...iv, max: -120 }, 'E9101'],
  ['a start beyond the limit', { ...iv, start: -110, max: -120 }, 'E9101'],
  ['a sweep towards zero', { ...iv, start: -60, max: -20 }, 'E9101'],
  ['a negative step', { ...iv, step: -3 }, 'E9103'],
  ['no step', { ...iv, step: 0 }, 'E9103'],
  ['a step that makes a million points', { ...iv, step: 1e-5 }, 'E9103'],
  ['a negative delay', { ...iv, delay: -1 }, 'E9103'],
])('%s is refused before anything is touched', (_, sweep, code) => {
  expect(ivProblems(sweep, -100).map((problem) => problem.code)).toContain(code);
});

test('a sweep within the limit has no problem, its very limit included', () => {
  expect(ivProblems(iv, -80)).toEqual([]);
});

test('an SLDO sweep goes up and comes down, the top measured once', () => {
  expect(sldoSetpoints(sldo)).toEqual([
    { current: 1, direction: 'up' },
    { current: 1.4, direction: 'up' },
    { current: 1.8, direction: 'up' },
    { current: 2, direction: 'up' },
    { current: 1.8, direction: 'down' },
    { current: 1.4, direction: 'down' },
    { current: 1, direction: 'down' },
  ]);
});

test.each([
  ['a final current below the initial one', { ...sldo, final: 0.5 }],
  ['a negative initial current', { ...sldo, initial: -1 }],
  ['no final current', { ...sldo, final: Number.NaN }],
  ['no voltage limit', { ...sldo, voltageLimit: Number.NaN }],
])('%s is refused', (_, sweep) => {
  expect(sldoProblems(sweep)).not.toEqual([]);
});
