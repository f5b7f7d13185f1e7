import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Breakdown, Measurement } from '../../src/base/verdict.ts';
import type { RunRecord, StepRecord } from '../../src/journal/record.ts';
import { compareRuns } from '../../src/reports/compare/comparison.ts';
import { comparisonPage } from '../../src/reports/compare/comparisonPage.ts';
import { readRunData } from '../../src/reports/run/readRunData.ts';
import type { RunData } from '../../src/reports/run/runData.ts';
import { baton, scratch } from '../e2e/baton.ts';
import { simulatedRunDirectory } from './simulatedRuns.ts';

const day = (i: number) => new Date(Date.UTC(2026, 0, 5 + i));

/** Two runs of one module, the second changed as is wanted. */
async function twoRuns(
  change: (record: RunRecord) => void = () => {},
  leakage = 2e-7,
): Promise<[RunData, RunData]> {
  const root = scratch();
  const [one, other] = await Promise.all(
    [2e-7, leakage].map((current, i) => {
      const { path, record } = simulatedRunDirectory(root, { seed: 1, started: day(i), leakage: current });
      return readRunData({ path, id: record.run });
    }),
  );
  change(other!.record);
  return [one!, other!];
}

function told(one: RunData, other: RunData) {
  const { modules, unknown } = compareRuns(one, other);
  return {
    changes: modules.flatMap(({ changes }) => changes.map(({ name }) => name)),
    unknown: [...unknown],
  };
}

const step = (record: RunRecord, calibration: string) =>
  record.steps.find((one) => one.calibration === calibration)!;
const setMeasurements = (of: StepRecord, measurements: readonly Measurement[]) => {
  of.results = of.results.map((result) => ({ ...result, measurements }));
};
const noise = (value: number): Measurement => ({
  name: 'chip0_noise_mean',
  value,
  unit: 'e',
  verdict: 'PASS',
});
const breakdown = (value: number): Measurement => ({
  name: 'breakdown_voltage',
  value,
  unit: 'V',
  verdict: 'PASS',
});

test('tells what changed beyond a limit, and what it cannot tell, and says so by its exit code', async () => {
  const root = scratch();
  const runs = [2e-7, 2.1e-7, 5e-7].map((leakage, i) =>
    simulatedRunDirectory(root, { seed: 1, started: day(i), leakage }),
  );
  const compare = (...args: string[]) => baton(['compare', ...args, '--directory', root]);
  const same = await compare('20260105', '20260106');
  expect(same.exitCode).toBe(0);
  expect(same.stdout).toContain('+10 nA (+5.0 %)');
  expect(same.stdout).toContain('Nothing changed beyond a limit.\n');
  // Named the other way round it is the same comparison, and no module has healed.
  const worse = await compare('20260107', '20260105', '--json');
  expect(worse.exitCode).toBe(1);
  const { changes, page, before } = JSON.parse(worse.stdout);
  expect(before).toBe(runs[0]!.record.run);
  expect(changes.map(({ name }: { name: string }) => name)).toEqual([
    'iv_curve.leakage_at_operating_voltage_20C',
  ]);
  expect(readFileSync(page, 'utf8')).toContain('Two runs compared');
  expect((await compare('20260105', '20260105')).stderr).toContain('E9409');

  appendFileSync(join(runs[1]!.path, '02_iv_curve', 'Module0_iv_curve.csv'), '-82,-82,-82,-1e-3,20,0,out\n');
  const journal = readFileSync(join(runs[0]!.path, 'journal.jsonl'), 'utf8').split('\n');
  writeFileSync(join(runs[0]!.path, 'journal.jsonl'), journal.toSpliced(4, 1).join('\n'));
  const damaged = await compare('20260105', '20260106');
  expect(damaged.exitCode).toBe(3);
  expect(damaged.stdout).toContain('Nothing changed beyond a limit in what could be compared.');
  expect(damaged.stdout).toMatch(/Not known: .*20260105.* cannot be read/);
  expect(damaged.stdout).toMatch(/Not known: .*20260106.*iv_curve\.csv is not what it was/);
});

test('different modules have not changed, nor has one that only one run has a serial number for', async () => {
  const rename = (serialNumber: string | undefined) => (record: RunRecord) => {
    Object.assign(record.modules[0]!, { serialNumber });
  };
  const other = await twoRuns(rename('20UPGM22110009'), 9e-7);
  expect(told(...other)).toEqual({
    changes: [],
    unknown: [expect.stringContaining('are different modules')],
  });
  expect(comparisonPage(compareRuns(...other))).not.toContain('Nothing to note');
  const nameless = await twoRuns(rename(undefined), 9e-7);
  expect(told(...nameless)).toEqual({
    changes: [],
    unknown: [expect.stringContaining('may be different modules')],
  });
});

test('a module that one run alone has is named, and two runs without a common one are not called unchanged', async () => {
  const [one, other] = await twoRuns();
  const { changes, unknown } = told(one, { ...other, modules: [] });
  expect(changes).toEqual([]);
  expect(unknown).toEqual([
    expect.stringMatching(/^M-1 \(20UPGM22110001\) is in .*20260105.* alone/),
    'The two runs have no measurement in common.',
  ]);
});

test('a simulated run and a real one tell nothing of each other', async () => {
  const [one, other] = await twoRuns((record) => {
    record.station = { ...record.station, simulated: false };
  }, 9e-7);
  expect(told(one, other)).toEqual({
    changes: [],
    unknown: [expect.stringContaining('simulated instruments')],
  });
});

test('a run that was not completed, or did not measure what the other did, is not called unchanged', async () => {
  const stopped = await twoRuns((record) => {
    Object.assign(step(record, 'iv_curve'), { state: 'stopped' });
  }, 9e-7);
  expect(told(...stopped)).toMatchObject({
    changes: [],
    unknown: [expect.stringMatching(/1 of 3 steps was not completed, first iv_curve \(step 2\)/)],
  });
  const lost = await twoRuns((record) => setMeasurements(step(record, 'sldo_vi_curves'), []));
  expect(told(...lost).unknown).toEqual([
    expect.stringMatching(/^VIN slope .* was not measured in the later run/),
  ]);
  const otherUnit = await twoRuns((record) =>
    setMeasurements(step(record, 'sldo_vi_curves'), [
      { name: 'VIN_slope', value: 137, unit: 'mOhm', verdict: 'PASS' },
    ]),
  );
  expect(told(...otherUnit).unknown).toEqual([expect.stringContaining('in Ohm in the one run and in mOhm')]);
  expect(comparisonPage(compareRuns(...otherUnit)), 'no difference of unlike units').not.toMatch(
    /\+136|\+137/,
  );
});

test('of tunings the same one is compared, in whatever order the sequences have them', async () => {
  const tuning = (record: RunRecord, ...lists: [string, number][]) => {
    const at = record.steps.findIndex(({ calibration }) => calibration === 'calibrate_module');
    const made = lists.map(([list, value]): StepRecord => {
      const one = structuredClone(record.steps[at]!);
      setMeasurements(one, [noise(value)]);
      return { ...one, argv: ['dirigent', 'calibrate_module', '-t', list] };
    });
    record.steps.splice(at, 1, ...made);
  };
  const [one, other] = await twoRuns();
  tuning(one.record, ['threshold', 60], ['noise', 90]);
  tuning(other.record, ['noise', 90], ['threshold', 60]);
  expect(told(one, other)).toEqual({ changes: [], unknown: [] });
  const [first, twice] = await twoRuns();
  tuning(first.record, ['noise', 60]);
  tuning(twice.record, ['noise', 90], ['noise', 60]);
  expect(told(first, twice)).toEqual({
    changes: [],
    unknown: [expect.stringMatching(/^calibrate_module was done 1 time in .* and 2 times in/)],
  });
});

test('a calibration that was told other things is compared and said so, a tuning to another list is not', async () => {
  const [one, other] = await twoRuns((record) => {
    Object.assign(step(record, 'iv_curve'), { argv: ['dirigent', 'iv_curve', '--max-voltage', '-60'] });
    Object.assign(step(record, 'calibrate_module'), {
      argv: ['dirigent', 'calibrate_module', '-t', 'other'],
    });
  }, 9e-7);
  expect(told(one, other).changes).toEqual(['iv_curve.leakage_at_operating_voltage_20C']);
  expect(compareRuns(one, other).notes).toEqual([
    'iv_curve was told other things in the one run than in the other.',
    expect.stringMatching(/^calibrate_module was completed in .*20260105.* alone/),
    expect.stringMatching(/^calibrate_module was completed in .*20260106.* alone/),
  ]);
});

test('a sensor that was looked at less far has not come to break down earlier', async () => {
  const found = (what: Breakdown, volts: number) => (record: RunRecord) => {
    const iv = step(record, 'iv_curve');
    setMeasurements(iv, [breakdown(volts)]);
    Object.assign(record.modules[0]!, { breakdown: what, breakdownStep: iv.step });
  };
  const [one, other] = await twoRuns(found({ found: 'none' }, 60));
  found({ found: 'none' }, 80)(one.record);
  expect(told(one, other)).toEqual({
    changes: [],
    unknown: [expect.stringMatching(/^No breakdown up to 60 V in the later run, nor up to 80 V/)],
  });
  found({ found: 'at', voltage: -60 }, 60)(other.record);
  expect(told(one, other)).toEqual({ changes: ['iv_curve.breakdown_voltage'], unknown: [] });
});

test('runs of thousands of steps are compared at once', async () => {
  const [one, other] = await twoRuns();
  for (const { record } of [one, other]) {
    const many = Array.from({ length: 5000 }, (_, i) => ({
      ...step(record, 'calibrate_module'),
      step: i + 1,
    }));
    record.steps.push(...many);
  }
  expect(told(one, other)).toEqual({ changes: [], unknown: [] });
});
