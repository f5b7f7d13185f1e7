import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { TestRun } from '../../src/itkdb/model.ts';
import { earlierRuns } from '../../src/itkdb/testRuns/earlierResults.ts';
import { documentsOfRun } from '../../src/itkdb/testRuns/runDocuments.ts';
import type { ModuleForUpload, RunForUpload, StepForUpload } from '../../src/itkdb/testRuns/runForUpload.ts';
import { readTestTypeMapping } from '../../src/itkdb/testRuns/testTypeMapping.ts';

const path = 'config/test-types.json';
const mapping = readTestTypeMapping(readFileSync(path, 'utf8'), path);

const measured = {
  leakage_at_operating_voltage: { value: 2.5e-7, unit: 'A' },
  temperature: { value: 21.5, unit: 'C' },
  measured_to: { value: -80, unit: 'V' },
};
const tuned = {
  chip12_threshold_mean: { value: 1001, unit: 'e' },
  chip13_threshold_mean: { value: 999.5, unit: 'e' },
};

function step(index: number, calibration: string, more: Partial<StepForUpload>): StepForUpload {
  return {
    index,
    count: 2,
    calibration,
    verdict: 'PASS',
    ended: Date.UTC(2026, 0, 2, 3, index),
    measurements: {},
    curves: {},
    files: [],
    ...more,
  };
}

/** A run's test runs as the database would show them. */
function uploaded(runId: string, module: Partial<ModuleForUpload>): TestRun[] {
  const run = {
    runId,
    title: 'Morning QC',
    station: 'bench',
    simulated: true,
    operator: 'Jo',
    software: 'baton 0',
    modules: [{ serialNumber: '20UPGM22110001', steps: [], ...module }],
    unnumbered: [],
  } as unknown as RunForUpload;
  return documentsOfRun(run, mapping).testRuns.map(
    ({ draft }, i) =>
      ({
        ...draft,
        id: `${runId}${i}`,
        component: { code: '', serialNumber: '20UPGM22110001', stage: 'MODULE/INITIAL_WARM' },
      }) as unknown as TestRun,
  );
}

const iv = step(1, 'iv_curve', {
  measurements: measured,
  curves: {
    voltage: { values: [0, -40, -80], unit: 'V' },
    current: { values: [0, -1e-7, -3e-7], unit: 'A' },
  },
});
const tuning = step(2, 'calibrate_module', { measurements: tuned, verdict: 'FAIL' });

test('what was uploaded of a run is read back as it was measured, its results put together', () => {
  const id = '20260102T030405Z_bench_QC_20UPGM22110001';
  const testRuns = uploaded(id, { steps: [{ ...iv, breakdown: { found: 'none' } }, tuning] });
  const [run, ...others] = earlierRuns(testRuns, mapping, ['12', '13']);
  expect(others).toEqual([]);
  expect(run).toMatchObject({ run: id, title: 'Morning QC', stage: 'MODULE/INITIAL_WARM', verdict: 'FAIL' });
  expect(run!.values).toMatchObject({
    'iv_curve.leakage_at_operating_voltage': { value: 2.5e-7, unit: 'A' },
    'iv_curve.temperature': { value: 21.5, unit: 'C' },
    'iv_curve.breakdown_voltage': { value: 80, unit: 'V' },
    'calibrate_module.chip12_threshold_mean': { value: 1001, unit: 'e' },
    'calibrate_module.chip13_threshold_mean': { value: 999.5, unit: 'e' },
  });
  expect(run!.iv!.voltage.map(Math.abs)).toEqual([0, 40, 80]);
  expect(run!.iv!.current.at(-1)).toBe(-3e-7);
});

test('a breakdown that was found is one, and what nobody knows is not there', () => {
  const id = '20260103T030405Z_bench_QC_20UPGM22110001';
  const breakdown = (found: StepForUpload['breakdown']) =>
    earlierRuns(uploaded(id, { steps: [{ ...iv, ...(found ? { breakdown: found } : {}) }] }), mapping, [])[0]!
      .values['iv_curve.breakdown_voltage'];
  expect(breakdown({ found: 'at', voltage: -66 })).toEqual({ value: 66, unit: 'V' });
  expect(breakdown(undefined)).toBeUndefined();
});

test('results that other programs uploaded stand on their own; what fits no test type is left out', () => {
  const foreign = uploaded('7', { steps: [iv] }).map((one) => ({ ...one, runNumber: '7', comments: [] }));
  const strange = { ...foreign[0]!, testType: 'VISUAL_INSPECTION' };
  const broken = { ...foreign[0]!, runNumber: '8', results: { IV_ARRAY: 'text', LEAK_CURRENT: null } };
  expect(
    earlierRuns([strange, ...foreign, broken], mapping, []).map(({ run, values }) => [
      run,
      Object.keys(values).length,
    ]),
  ).toEqual([
    ['IV_MEASURE 7', 3],
    ['IV_MEASURE 8', 0],
  ]);
});
