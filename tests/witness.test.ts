import { expect, test } from 'vitest';
import { judge, type WitnessLine } from './witness.ts';

const line = (instrument: string, kind: string, value: number | boolean): WitnessLine => ({
  t: 0,
  instrument,
  channel: 1,
  kind,
  value,
});
const ramp = (...volts: number[]) =>
  volts.flatMap((value) => [line('hv_1', 'setpoint', value), line('hv_1', 'bias', value)]);
const lv = (on: boolean) => line('lv_1', 'output', on);
const hv = (on: boolean) => line('hv_1', 'output', on);
const rules = { maxStep: 5 };

test('an orderly run breaks no rule', () => {
  const judgement = judge([lv(true), hv(true), ...ramp(-5, -10, -5, 0), hv(false), lv(false)], rules);
  expect(judgement).toMatchObject({ violations: [], deepestBias: -10, endsSafe: true, zeroSince: 0 });
  expect(judgement.outputs).toEqual(['lv_1:1 on', 'hv_1:1 on', 'hv_1:1 off', 'lv_1:1 off']);
  expect(judgement.setpoints).toEqual(['hv_1:1 -5', 'hv_1:1 -10', 'hv_1:1 -5', 'hv_1:1 0']);
});

test.for<[string, WitnessLine[], RegExp]>([
  ['a jump up', [lv(true), hv(true), ...ramp(-10)], /stepped from 0 V to -10 V/],
  ['a jump down', [lv(true), hv(true), ...ramp(-5, -10, 0)], /stepped from -10 V to 0 V/],
  ['HV on without LV', [lv(true), lv(false), hv(true)], /went on while LV was off/],
  ['LV off under HV', [lv(true), hv(true), ...ramp(-5), lv(false)], /went off under a biased sensor/],
  ['HV off at a voltage', [lv(true), hv(true), ...ramp(-5), hv(false)], /went off at -5 V/],
])('%s is a violation', ([, lines, what]) => {
  const { violations } = judge(lines, rules);
  expect(violations).toHaveLength(1);
  expect(violations[0]).toMatch(what);
});

test('an output that is left on, or a sensor that is left biased, does not end safe', () => {
  expect(judge([lv(true)], rules).endsSafe).toBe(false);
  expect(judge([lv(true), hv(true), ...ramp(-5), lv(false)], rules).endsSafe).toBe(false);
});

test('a protection that switches LV off under HV is no violation of whoever commands', () => {
  const trip: WitnessLine = { ...line('lv_1', 'trip', false), value: 'over-current' };
  expect(judge([lv(true), hv(true), ...ramp(-5), trip, lv(false)], rules).violations).toEqual([]);
  expect(
    judge([lv(true), trip, lv(false), lv(true), hv(true), ...ramp(-5), lv(false)], rules).violations,
  ).toHaveLength(1);
});

test('named low-voltage supplies must all be on before high voltage', () => {
  const named = { ...rules, lv: ['lv_1', 'lv_2'] };
  expect(judge([lv(true), hv(true)], named).violations).toHaveLength(1);
  expect(judge([lv(true), line('lv_2', 'output', true), hv(true)], named).violations).toEqual([]);
});

test('a bias that falls by itself is no step of anybody where the sensor breaks down, and one elsewhere', () => {
  const falls = [lv(true), hv(true), ...ramp(-5, -10, -15), line('hv_1', 'bias', -6), ...ramp(-5, 0)];
  expect(judge(falls, rules).violations).toMatchObject([/stepped from -15 V to -6 V/]);
  const fault = { t: 0, instrument: 'station', kind: 'fault', value: 'early-breakdown:V=-6 begins' };
  expect(judge([fault, ...falls], rules).violations).toEqual([]);
  const commanded = [fault, ...falls.slice(0, -5), ...ramp(-5), ...falls.slice(-4)];
  expect(judge(commanded, rules).violations).toMatchObject([/stepped from -15 V to -5 V/]);
});
