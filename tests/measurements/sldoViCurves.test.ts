import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isBatonError } from '../../src/base/errors.ts';
import { Stopped } from '../../src/measurements/calibration.ts';
import { sldoViCurves } from '../../src/measurements/sldoViCurves.ts';
import { type FakeBench, fakeBench, shuntLdo } from './fakes.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'sldo-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const one = { 0: { lv: { instrument: 'lv_1', channel: 1 }, ab: { instrument: 'ab_1' } } };
const run = ({ context }: FakeBench, options: object = {}) =>
  sldoViCurves.run(context, { initial_current: 1, step_size: 1, delay: 0.2, ...options } as never);
const rows = () =>
  parse(readFileSync(join(directory, 'Module0_full.csv')), { columns: true }) as Record<string, string>[];

test('the current goes up and down between off and off, and the needles are read at each point', async () => {
  const bench = fakeBench(directory, one, { lv_1: shuntLdo });
  await run(bench);
  expect(bench.deeds).toEqual([
    'lv_1:1 1.8 V',
    'lv_1:1 1 A',
    'lv_1:1 on',
    ...[1, 2, 3, 2, 1].map((current) => `lv_1:1 ${current} A`),
    'lv_1:1 off',
  ]);
  expect(rows().map((row) => [row['Current (A)'], row['Voltage (V)'], row.Direction])).toEqual([
    ['1', '1.2', 'up'],
    ['2', '1.4', 'up'],
    ['3', '1.6', 'up'],
    ['2', '1.4', 'down'],
    ['1', '1.2', 'down'],
  ]);
});

test('the columns are those of dirigent, and what the card does not have stays empty', async () => {
  await run(fakeBench(directory, one, { lv_1: shuntLdo }));
  expect(Object.keys(rows()[0]!)).toEqual([
    'Current (A)',
    'Voltage (V)',
    'VIN',
    'VOFS',
    ...[0, 1, 2, 3].map((chip) => `VDDD_ROC${chip}`),
    ...[0, 1, 2, 3].map((chip) => `VDDA_ROC${chip}`),
    'Time (s)',
    'Direction',
  ]);
  expect(rows()[0]).toMatchObject({ VIN: '1.6', VDDD_ROC1: '1.19', VDDA_ROC1: '1.22', VDDD_ROC2: '' });
});

test('below the monitor current the needles are left alone', async () => {
  await run(fakeBench(directory, one, { lv_1: shuntLdo }), { monitor_current: 2 });
  expect(rows().map(({ VIN }) => VIN)).toEqual(['', '1.6', '1.6', '1.6', '']);
});

test('at the voltage limit the way up ends, with a warning, and the way down is still measured', async () => {
  const bench = fakeBench(directory, one, { lv_1: shuntLdo });
  await run(bench, { final_current: 6, voltage_limit: 1.65 });
  expect(rows().map(({ Direction }) => Direction)).toEqual([
    'up',
    'up',
    'up',
    'up',
    ...Array(5).fill('down'),
  ]);
  expect(bench.lines.join('\n')).toContain('voltage limit reached');
  expect(bench.channel('lv_1').on).toBe(false);
});

test('a stop switches LV off and keeps what was measured', async () => {
  const bench = fakeBench(directory, one, { lv_1: shuntLdo });
  bench.channel('lv_1').beforeWrite = (what) => {
    if (what === '3 A') bench.stop.abort();
  };
  await expect(run(bench)).rejects.toThrow(Stopped);
  expect(bench.deeds.at(-1)).toBe('lv_1:1 off');
  expect(rows()).toHaveLength(2);
});

test('LV that is found on is switched off before the sweep', async () => {
  const bench = fakeBench(directory, one, { lv_1: shuntLdo });
  bench.channel('lv_1').on = true;
  await run(bench);
  expect(bench.deeds[0]).toBe('lv_1:1 off');
});

test('a module that comes with its hv is refused, and nothing is touched', async () => {
  const bench = fakeBench(
    directory,
    { 0: { ...one[0], hv: { instrument: 'hv_1', channel: 1 } } },
    { lv_1: shuntLdo, hv_1: shuntLdo },
  );
  await expect(run(bench)).rejects.toSatisfy((error) => isBatonError(error, 'E9109'));
  expect(bench.deeds).toEqual([]);
});
