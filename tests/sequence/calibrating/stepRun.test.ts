import { expect, test } from 'vitest';
import { StepRun } from '../../../src/sequence/calibrating/stepRun.ts';
import type { CalibrationStep } from '../../../src/sequence/step.ts';

const step = {
  number: 1,
  calibration: 'iv_curve',
  folder: '01_iv_curve',
  entry: { artefacts: [] },
} as unknown as CalibrationStep;
const artefacts = [{ path: '01_iv_curve/curve.csv', bytes: 4, sha256: 'x' }];

test('a step whose run ends before its results are read is as good as its calibration was', () => {
  const unsafe = new StepRun(step);
  unsafe.end = { exitCode: 5, errorLines: [], errorCount: 0 };
  expect(unsafe.ended(artefacts)).toMatchObject({
    end: 'failed',
    exitCode: 5,
    problems: [{ code: 'E4301' }],
  });

  const well = new StepRun(step);
  well.end = { exitCode: 0, errorLines: [], errorCount: 0 };
  expect(well.ended(artefacts)).toMatchObject({ end: 'completed', problems: [] });
});

test('a bad end is told once, whoever asks', () => {
  const run = new StepRun(step);
  run.end = { exitCode: 1, errorLines: [], errorCount: 0 };
  run.addEndProblems(artefacts);
  expect(run.ended(artefacts).problems).toHaveLength(1);
});
