import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { WitnessEvent } from '../../../src/simulator/witness.ts';
import { type Benchtop, setUp } from './benchtop.ts';

const supplies = ['hv', 'lv'];

describe('on a sound station', () => {
  let bench: Benchtop;
  beforeAll(async () => {
    bench = await setUp();
  });
  afterAll(() => bench.close());

  test('iv_curve measures a plausible curve, and ends with both supplies off', async () => {
    const { code, output } = await bench.run(
      ['iv_curve', '-f', '-60', '-s', '5', '-d', '1', '-t', '-w', '-P'],
      {
        roles: supplies,
        folder: 'iv',
      },
    );
    expect(output).toContain('===== 13/13 Module 0: -60 V =====');
    expect(code, output).toBe(0);
    const points = table(bench, 'iv', 'Module0_iv_curve.csv');
    expect(points.map((row) => Number(row['Voltage set (V)']))).toEqual(
      Array.from({ length: 13 }, (_, k) => 0 - 5 * k),
    );
    const currents = points.map((row) => Math.abs(Number(row['Current (A)'])));
    expect(currents.at(-1)).toBeGreaterThan(currents[2]!);
    expect(currents.at(-1)).toBeLessThan(10e-6);
    expect(Number(points.at(-1)!['Temperature (C)'])).toBeGreaterThan(10);
    expect(bench.result('breakdowns.json', 'iv')).toEqual({ 0: null });
    expect(readdirSync(join(bench.directory, 'iv')).sort()).toEqual([
      'Module0_iv_curve.csv',
      'Module0_iv_curve.svg',
      'breakdowns.json',
    ]);
    judge(bench, -60);
  });

  test('the same curve comes from the program for stations without dirigent', async () => {
    const { code, output } = await bench.run(['iv_curve', '-f', '-20', '-s', '10'], {
      program: 'measure',
      roles: supplies,
      folder: 'measure',
    });
    expect(code, output).toBe(0);
    expect(table(bench, 'measure', 'Module0_iv_curve.csv')).toHaveLength(3);
    judge(bench, -60);
  });

  test('a bare module is measured without LV', async () => {
    const { code, output } = await bench.run(['iv_curve', '-f', '-10', '-s', '5'], {
      roles: ['hv'],
      folder: 'bare',
    });
    expect(code, output).toBe(0);
    expect(table(bench, 'bare', 'Module0_iv_curve.csv')).toHaveLength(3);
  });

  test('a SIGINT in the middle ramps down in steps and exits 130, and a second one does not cut it short', async () => {
    const start = bench.witness().length;
    const { child, printed, ended } = bench.start(['iv_curve', '-f', '-80', '-s', '5', '-d', '20'], {
      roles: supplies,
      folder: 'stopped',
    });
    await printed('Module 0: -40 V =====');
    const before = bench.witness().length;
    child.kill('SIGINT');
    child.kill('SIGINT');
    const { code, output } = await ended;
    expect(code, output).toBe(130);
    judge(bench, -80, start);
    const biases = levels(bench.witness().slice(before));
    expect(biases.at(-1)).toBeCloseTo(0, 1);
    expect(biases.length).toBeGreaterThan(4);
    expect(table(bench, 'stopped', 'Module0_iv_curve.csv').length).toBeGreaterThan(5);
  });

  test('a reader that is gone does not end the way down', async () => {
    const start = bench.witness().length;
    const { child, printed, ended } = bench.start(['iv_curve', '-f', '-80', '-s', '5', '-d', '20'], {
      roles: supplies,
      folder: 'unread',
    });
    await printed('Module 0: -20 V =====');
    child.stdout!.destroy();
    child.stderr!.destroy();
    child.kill('SIGINT');
    expect((await ended).code).toBe(130);
    judge(bench, -80, start);
  });

  test('sldo_vi_curves shows regulators that regulate, up and down', async () => {
    const start = bench.witness().length;
    const { code, output } = await bench.run(['sldo_vi_curves', '-f', '5', '-s', '0.5'], {
      roles: ['lv', 'ab'],
      folder: 'sldo',
    });
    expect(code, output).toBe(0);
    const points = table(bench, 'sldo', 'Module0_full.csv');
    expect(points).toHaveLength(17);
    const top = points[8]!;
    expect(Number(top['Current (A)'])).toBeCloseTo(5, 1);
    for (const rail of ['VDDA_ROC0', 'VDDD_ROC3'])
      expect(Math.abs(Number(top[rail]) - 1.2)).toBeLessThan(0.05);
    expect(Number(top.VIN)).toBeGreaterThan(Number(points[0]!.VIN));
    expect(points.at(-1)!.Direction).toBe('down');
    judge(bench, 0, start);
  });

  test('sldo_vi_curves_GADC lets the chips measure, and leaves empty what they cannot', async () => {
    const { code, output } = await bench.run(['sldo_vi_curves_GADC', '-i', '0.5', '-f', '5', '-s', '0.5'], {
      roles: ['lv'],
      folder: 'gadc',
    });
    expect(code, output).toBe(0);
    const points = table(bench, 'gadc', 'Module0_full.csv');
    expect(points[0]).toMatchObject({ VIN: '', VDDA_ROC0: '' });
    expect(Math.abs(Number(points[9]!.VDDA_ROC2) - 1.2)).toBeLessThan(0.1);
  });

  test('a positive end voltage and a time scale that is no number are refused before anything is written', async () => {
    const before = bench.witness().length;
    const positive = await bench.run(['iv_curve', '-f', '400'], { roles: supplies, folder: 'refused' });
    expect(positive.code).toBe(2);
    expect(positive.output).toContain('E9101');
    const fast = await bench.run(['iv_curve'], { roles: supplies, env: { BATON_TIME_SCALE: 'fast' } });
    expect(fast.code).toBe(2);
    expect(fast.output).toContain('E9110');
    // An earlier client may be told as gone only now; what counts is that nobody said anything.
    const since = bench.witness().slice(before);
    expect(since.filter(({ kind, value }) => kind !== 'client' || value !== 'gone')).toEqual([]);
  });

  test('the limit is what the runner says of the sensor; unsaid, it is that of a 3D sensor', async () => {
    const refused = await bench.run(['iv_curve', '-f', '-100'], { roles: supplies });
    expect(refused.code).toBe(2);
    expect(refused.output).toContain('beyond the limit of -80 V');
    const env = { BATON_BIAS_LIMIT: '-50' };
    const lower = await bench.run(['iv_curve', '-f', '-60'], { roles: supplies, env });
    expect(lower.code).toBe(2);
    expect(lower.output).toContain('beyond the limit of -50 V');
  });

  test('an unknown calibration ends with 2 and the words of click', async () => {
    const { code, output } = await bench.run(['tune_everything']);
    expect(code).toBe(2);
    expect(output).toBe(
      "Usage: dirigent [OPTIONS] COMMAND [ARGS]...\nTry 'dirigent --help' for help.\n\nError: No such command 'tune_everything'.\n",
    );
  });
});

describe('on a station with a fault', () => {
  let bench: Benchtop;
  afterEach(() => bench.close());

  test('compliance ends the sweep where the sensor breaks down, and the step is a success', async () => {
    bench = await setUp({ faults: ['early-breakdown:V=-40'] });
    const { code, output } = await bench.run(['iv_curve', '-f', '-80', '-s', '5', '-w'], { roles: supplies });
    expect(code, output).toBe(0);
    const last = table(bench, 'step', 'Module0_iv_curve.csv').at(-1)!;
    expect(last.Compliance).toBe('1');
    expect(Number(last['Voltage (V)'])).toBeLessThan(-35);
    expect(Number(last['Voltage (V)'])).toBeGreaterThan(-55);
    judge(bench, -80);
  });

  test('an HV output that cannot be switched off keeps its LV, and calls for a person', async () => {
    bench = await setUp({ faults: ['output-stuck:instrument=hv_1'] });
    const { code, output } = await bench.run(['iv_curve', '-f', '-20', '-s', '5'], { roles: supplies });
    expect(code).toBe(5);
    expect(output).toMatch(/ERROR iv_curve - E9108 {2}HV hv_1:1 could not be verified as off/);
    expect(outputs(bench.witness(), 'lv_1')).toEqual([true]);
    expect(levels(bench.witness()).at(-1)).toBeCloseTo(0, 0);
    expect(table(bench, 'step', 'Module0_iv_curve.csv')).toHaveLength(5);
  });
});

/** What must be true of any measurement, by the station's own log. */
function judge(bench: Benchtop, most: number, from = 0): void {
  const events = bench.witness().slice(from);
  const bias = levels(events);
  for (const [k, voltage] of bias.entries()) {
    expect(Math.abs(voltage - (bias[k - 1] ?? 0)), `step to ${voltage} V`).toBeLessThanOrEqual(5.1);
    expect(voltage).toBeGreaterThanOrEqual(most - 0.1);
    expect(voltage).toBeLessThanOrEqual(0.45);
  }
  expect(Math.abs(bias.at(-1) ?? 0)).toBeLessThan(1);
  let lvOn = false;
  let hvOn = false;
  for (const { kind, instrument, value } of events) {
    if (kind !== 'output') continue;
    if (instrument === 'hv_1') hvOn = value === true;
    if (instrument === 'lv_1') lvOn = value === true;
    expect(hvOn && !lvOn, 'HV on without LV').toBe(false);
  }
  expect([hvOn, lvOn]).toEqual([false, false]);
}

function levels(events: readonly WitnessEvent[]): number[] {
  return events.flatMap(({ kind, value }) => (kind === 'bias' ? [Number(value)] : []));
}

function outputs(events: readonly WitnessEvent[], name: string) {
  return events.flatMap(({ kind, instrument, value }) =>
    kind === 'output' && instrument === name ? [value] : [],
  );
}

function table(bench: Benchtop, folder: string, name: string): Record<string, string>[] {
  return parse(readFileSync(join(bench.directory, folder, name)), { columns: true });
}
