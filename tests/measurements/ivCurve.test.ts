import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isBatonError } from '../../src/base/errors.ts';
import { Stopped } from '../../src/measurements/calibration.ts';
import { ivCurve } from '../../src/measurements/ivCurve.ts';
import { type FakeBench, fakeBench, sensor } from './fakes.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'iv-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const one = { 0: { lv: { instrument: 'lv_1', channel: 1 }, hv: { instrument: 'hv_1', channel: 1 } } };
const lv = { measure: () => ({ voltage: 1.8, current: 2 }) };
const defaults = Object.fromEntries(
  Object.entries(ivCurve.options).flatMap(([key, spec]) =>
    spec.default === undefined ? [] : [[key, spec.default]],
  ),
);
const run = ({ context }: FakeBench, options: object = {}) =>
  ivCurve.run(context, { ...defaults, max_voltage: -20, step_size: 5, ...options });
const rows = (module = 0) =>
  parse(readFileSync(join(directory, `Module${module}_iv_curve.csv`)), { columns: true }) as Record<
    string,
    string
  >[];
const biases = (deeds: readonly string[], name = 'hv_1') =>
  deeds.flatMap((deed) =>
    deed.startsWith(`${name}:1 `) && deed.endsWith(' V')
      ? [Number.parseFloat(deed.slice(name.length + 3))]
      : [],
  );

test('LV goes on first and off last; the bias goes up in steps, comes down in steps, and ends at zero and off', async () => {
  const bench = fakeBench(directory, one, { lv_1: lv, hv_1: sensor() });
  await run(bench);
  expect(bench.deeds).toEqual(
    [
      'lv_1:1 1.8 V',
      'lv_1:1 3 A',
      'lv_1:1 on',
      'hv_1:1 0 V',
      'hv_1:1 0.00001 A',
      'hv_1:1 on',
      ...[-5, -10, -15, -20, -15, -10, -5, 0].map((voltage) => `hv_1:1 ${voltage} V`),
      'hv_1:1 off',
      'lv_1:1 off',
    ].map((deed) => deed.replace('0.00001', String(1e-5))),
  );
  expect([...bench.closed].sort()).toEqual(['hv_1', 'lv_1']);
});

test('every point is in the file with its units, as it was measured', async () => {
  await run(fakeBench(directory, one, { lv_1: lv, hv_1: sensor() }));
  expect(
    rows().map((row) => [
      row['Voltage set (V)'],
      row['Voltage (V)'],
      row['Current (A)'],
      row.Compliance,
      row.Leg,
    ]),
  ).toEqual(
    [0, -5, -10, -15, -20].map((voltage) => [
      String(voltage),
      String(voltage),
      String(voltage * 1e-9),
      '0',
      'out',
    ]),
  );
});

test('it stops at compliance, marks the point with the voltage that the module really saw, and goes on to success', async () => {
  const bench = fakeBench(directory, one, { lv_1: lv, hv_1: sensor(-42) });
  await run(bench, { max_voltage: -80, write_breakdowns: true });
  const last = rows().at(-1)!;
  expect(last.Compliance).toBe('1');
  expect(Number(last['Voltage (V)'])).toBeCloseTo(-42.99, 2);
  expect(last['Voltage set (V)']).toBe('-45');
  expect(Math.min(...biases(bench.deeds))).toBe(-45);
  expect(bench.lines.join('\n')).toContain('compliance reached at');
  expect(JSON.parse(readFileSync(join(directory, 'breakdowns.json'), 'utf8'))).toEqual({ 0: null });
});

test('both ways after compliance comes back over the points that were reached', async () => {
  await run(fakeBench(directory, one, { lv_1: lv, hv_1: sensor(-42) }), {
    max_voltage: -80,
    both_ways: true,
  });
  const legs = rows().map((row) => `${row.Leg} ${row['Voltage set (V)']}`);
  expect(legs.slice(-4)).toEqual(['back -15', 'back -10', 'back -5', 'back 0']);
  expect(legs).not.toContain('back -45');
});

test('the breakdown that was written is that of the rule', async () => {
  const bench = fakeBench(directory, one, {
    lv_1: lv,
    hv_1: { measure: (v) => ({ voltage: v, current: v < -88 ? -3e-6 : v * 1e-9 }) },
  });
  await run(bench, { max_voltage: -120, write_breakdowns: true });
  expect(JSON.parse(readFileSync(join(directory, 'breakdowns.json'), 'utf8'))).toEqual({ 0: -90 });
});

test('modules on one HV channel are measured once, with a curve for each and a word about it', async () => {
  const two = {
    0: one[0],
    1: { lv: { instrument: 'lv_2', channel: 1 }, hv: { instrument: 'hv_1', channel: 1 } },
  };
  const bench = fakeBench(directory, two, { lv_1: lv, lv_2: lv, hv_1: sensor() });
  await run(bench, { write_breakdowns: true });
  expect(rows(0)).toEqual(rows(1));
  expect(bench.deeds.filter((deed) => deed === 'hv_1:1 on')).toHaveLength(1);
  expect(bench.deeds.indexOf('lv_2:1 on')).toBeLessThan(bench.deeds.indexOf('hv_1:1 on'));
  expect(bench.lines.join('\n')).toContain('Modules 0, 1 share hv_1:1');
  expect(Object.keys(JSON.parse(readFileSync(join(directory, 'breakdowns.json'), 'utf8')))).toEqual([
    '0',
    '1',
  ]);
});

test('modules on their own HV channels are measured in series, one bias off before the next goes on', async () => {
  const two = {
    0: one[0],
    1: { lv: { instrument: 'lv_1', channel: 1 }, hv: { instrument: 'hv_2', channel: 1 } },
  };
  const bench = fakeBench(directory, two, { lv_1: lv, hv_1: sensor(), hv_2: sensor() });
  await run(bench);
  expect(bench.deeds.indexOf('hv_1:1 off')).toBeLessThan(bench.deeds.indexOf('hv_2:1 on'));
  expect(bench.deeds.filter((deed) => deed === 'lv_1:1 on')).toHaveLength(1);
});

test('outputs that are found on are brought down in steps before anything goes on', async () => {
  const bench = fakeBench(directory, one, { lv_1: lv, hv_1: sensor() });
  Object.assign(bench.channel('hv_1'), { on: true, setpoint: -12, limit: 1e-5 });
  bench.channel('lv_1').on = true;
  await run(bench);
  expect(bench.deeds.slice(0, 5)).toEqual([
    'hv_1:1 -8 V',
    'hv_1:1 -4 V',
    'hv_1:1 0 V',
    'hv_1:1 off',
    'lv_1:1 off',
  ]);
});

test('a stop in the middle ramps down and off, keeps what was measured, and says that it was stopped', async () => {
  const bench = fakeBench(directory, one, { lv_1: lv, hv_1: sensor() });
  bench.channel('hv_1').beforeWrite = (what) => {
    if (what === '-15 V') bench.stop.abort();
  };
  await expect(run(bench)).rejects.toThrow(Stopped);
  expect(bench.deeds.slice(-5)).toEqual([
    'hv_1:1 -10 V',
    'hv_1:1 -5 V',
    'hv_1:1 0 V',
    'hv_1:1 off',
    'lv_1:1 off',
  ]);
  expect(rows().map((row) => row['Voltage set (V)'])).toEqual(['0', '-5', '-10']);
});

test('a supply that does not take a set-point ends the sweep, and everything is off all the same', async () => {
  const bench = fakeBench(directory, one, { lv_1: lv, hv_1: sensor() });
  let refusals = 1;
  bench.channel('hv_1').beforeWrite = (what) => {
    if (what === '-15 V' && refusals-- > 0) throw new Error('no reply');
  };
  await expect(run(bench)).rejects.toSatisfy((error) => isBatonError(error, 'E9107') && error.exitCode === 3);
  expect(bench.channel('hv_1')).toMatchObject({ on: false, setpoint: 0 });
  expect(bench.channel('lv_1').on).toBe(false);
  expect(rows()).toHaveLength(3);
});

test('where the bias cannot be brought down LV stays on, and the exit code calls for a person', async () => {
  const bench = fakeBench(directory, one, { lv_1: lv, hv_1: sensor() });
  bench.channel('hv_1').beforeWrite = (what) => {
    if (bench.channel('hv_1').setpoint === -20) throw new Error(`stuck at -20 V, asked for ${what}`);
  };
  await expect(run(bench)).rejects.toSatisfy((error) => isBatonError(error, 'E9108') && error.exitCode === 5);
  expect(bench.channel('lv_1').on).toBe(true);
});

test('the temperature is taken at the voltage that was asked for', async () => {
  const withCard = { 0: { ...one[0], ab: { instrument: 'ab_1' } } };
  await run(fakeBench(directory, withCard, { lv_1: lv, hv_1: sensor() }), {
    temp_mon: true,
    temp_voltage: -10,
  });
  expect(rows().map((row) => row['Temperature (C)'])).toEqual(['', '', '24.5', '', '']);
});

test('a sweep that ends early takes the temperature at its last point', async () => {
  const bench = fakeBench(directory, one, { lv_1: lv, hv_1: sensor(-7) });
  await run({ ...bench, context: { ...bench.context, readTemperature: async () => 31 } }, { temp_mon: true });
  expect(rows().map((row) => row['Temperature (C)'])).toEqual(['', '', '31']);
});

test('with nobody to ask, the column stays empty and a warning says so', async () => {
  const bench = fakeBench(directory, one, { lv_1: lv, hv_1: sensor() });
  await run(bench, { temp_mon: true });
  expect(
    bench.lines.filter((line) => line.startsWith('WARNING') && line.includes('temperature')),
  ).toHaveLength(1);
});

test.each([
  ['a positive end', { max_voltage: 10 }, {}],
  ['an end beyond the limit', { max_voltage: -400 }, {}],
  ['a temperature voltage beside the sweep', { temp_mon: true, temp_voltage: -30 }, {}],
  ['a supply without a compliance', {}, { hv_1: { default_current: 0 } }],
  ['an LV without a voltage', {}, { lv_1: { default_voltage: -1 } }],
])('%s is refused with exit code 2, and nothing is touched', async (_, options, instruments) => {
  const bench = fakeBench(directory, one, { lv_1: lv, hv_1: sensor() }, instruments);
  await expect(run(bench, options)).rejects.toSatisfy((error) => isBatonError(error) && error.exitCode === 2);
  expect(bench.deeds).toEqual([]);
  expect(readdirSync(directory)).toEqual([]);
});

test('a curve that is there already is kept beside the new one', async () => {
  await run(fakeBench(directory, one, { lv_1: lv, hv_1: sensor() }));
  await run(fakeBench(directory, one, { lv_1: lv, hv_1: sensor() }));
  expect(readdirSync(directory).sort()).toEqual(['Module0_iv_curve.csv', 'Module0_iv_curve.csv.1']);
});

test('the plot has a point for each measurement', async () => {
  await run(fakeBench(directory, one, { lv_1: lv, hv_1: sensor() }), { plot: true });
  const svg = readFileSync(join(directory, 'Module0_iv_curve.svg'), 'utf8');
  expect(svg.match(/<circle /g)).toHaveLength(5);
});

test('whatever the sweep, the bias never moves further than a step at once, never beyond the end, and ends off', async () => {
  const sweeps = fc.record({
    max_voltage: fc.integer({ min: -90, max: -1 }),
    step_size: fc.integer({ min: 1, max: 30 }),
    both_ways: fc.boolean(),
    positive: fc.boolean(),
    breakdown: fc.integer({ min: -120, max: -3 }),
  });
  await fc.assert(
    fc.asyncProperty(sweeps, async ({ breakdown, ...options }) => {
      const bench = fakeBench(directory, one, { lv_1: lv, hv_1: sensor(breakdown) });
      await run(bench, options);
      const moves = biases(bench.deeds);
      // In compliance the module sees less than the set-point, and the way down begins at what it sees.
      const seen = (setpoint: number) => sensor(breakdown).measure(setpoint, 1e-5).voltage;
      for (const [k, bias] of moves.entries()) {
        expect(bias).toBeGreaterThanOrEqual(options.max_voltage);
        expect(bias).toBeLessThanOrEqual(options.positive ? 0.4 : 0);
        expect(Math.abs(seen(bias) - seen(moves[k - 1] ?? 0))).toBeLessThanOrEqual(5 + 1e-6);
      }
      expect(bench.channel('hv_1')).toMatchObject({ on: false, setpoint: 0 });
      expect(bench.channel('lv_1').on).toBe(false);
    }),
    { numRuns: 40 },
  );
});
