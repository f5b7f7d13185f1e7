import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Action } from '../../src/calibrations/action.ts';
import { expectSafe, judge, readWitness } from '../witness.ts';
import { simulatedRun } from './baton.ts';

const minute = 60_000;

describe('a named sequence on the simulated station', () => {
  test('ends with exit 0, five finished steps, real data, and HV and LV at zero', {
    timeout: minute,
  }, async () => {
    const run = await simulatedRun();
    expect(run.stdout + run.stderr).toContain('PASS');
    expect(run.exitCode).toBe(0);
    expect(run.record.verdict).toBe('PASS');
    expect(run.record.steps.map(({ calibration, state }) => [calibration, state])).toEqual([
      ['sldo_vi_curves', 'completed'],
      ['voltage_trimming', 'completed'],
      ['iv_curve', 'completed'],
      ['calibrate_module', 'completed'],
      ['crosstalk_method', 'completed'],
    ]);
    const iv = readFileSync(join(run.directory!, '03_iv_curve', 'Module0_iv_curve.csv'), 'utf8')
      .trim()
      .split('\n');
    expect(iv.length).toBeGreaterThan(20);
    const sldo = readFileSync(join(run.directory!, '01_sldo_vi_curves', 'Module0_full.csv'), 'utf8')
      .trim()
      .split('\n');
    expect(sldo.length).toBeGreaterThan(20);

    const judgement = expectSafe(run.witness, { maxStep: 5 });
    expect(judgement.setpoints).toContain('hv_1:1 -60');
    expect(judgement.deepestBias).toBeLessThan(-59);
  });

  test('does outside of hand-overs what the plan says, in that order, and nothing else', {
    timeout: minute,
  }, async () => {
    const { journal, witness } = await simulatedRun();
    const plan = journal.find((line) => line.event === 'plan.made')!;
    const actions = plan.actions as unknown as Action[];
    expect(ownSetpoints(journal, witness)).toEqual(plannedSetpoints(actions));
  });

  test('passes over pseudo-terminals as over TCP', { timeout: minute }, async () => {
    const run = await simulatedRun({ args: ['--transport', 'pty'] });
    expect(run.stdout + run.stderr).toContain('PASS');
    expect(run.exitCode).toBe(0);
    expect(run.record.instruments.every(({ simulated }) => simulated)).toBe(true);
    expectSafe(run.witness, { maxStep: 5 });
  });

  test('the same seed gives the same numbers, another seed others', { timeout: minute }, async () => {
    const breakdownAndLeakage = async (seed: number) => {
      const { record } = await simulatedRun({
        sequence: 'tests/fixtures/iv-and-tuning.scr',
        args: ['--seed', String(seed)],
      });
      return record.steps.flatMap(({ results }) =>
        results.flatMap(({ measurements }) =>
          measurements.filter(({ name }) => /eFuse|threshold_mean/.test(name)).map(({ value }) => value),
        ),
      );
    };
    const [first, again, other] = await Promise.all([
      breakdownAndLeakage(7),
      breakdownAndLeakage(7),
      breakdownAndLeakage(8),
    ]);
    expect(first.length).toBeGreaterThan(0);
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
  });
});

describe('a bad module ends with exit 1 and the criterion named:', () => {
  const bad: [string, string, string][] = [
    ['a regulator that holds another voltage', 'bad-regulator:rail=VDDA,V=1.0,chip=2', 'VDDA_ROC2_min'],
    ['a leaky sensor', 'high-leakage:factor=25', 'leakage_at_operating_voltage_20C'],
    ['a sensor that breaks down early', 'early-breakdown:V=-40', 'breakdown_voltage'],
    ['dead pixels', 'dead-pixels:chip=1,pixels=1500', 'chip1_dead_pixels'],
    ['open bumps', 'open-bumps:chip=3,pixels=1500', 'chip3_disconnected'],
    ['a dead chip', 'dead-chip:chip=0', 'chip0_answers'],
  ];
  test.each(bad)('%s', { timeout: minute }, async (_what, fault, criterion) => {
    const run = await simulatedRun({ faults: [fault] });
    const failing = run.record.steps.flatMap(({ results }) =>
      results.flatMap(({ measurements }) =>
        measurements.filter(({ verdict }) => verdict === 'FAIL').map(({ name }) => name),
      ),
    );
    expect(failing).toContain(criterion);
    expect(run.stdout).toContain(criterion);
    expect(run.exitCode).toBe(1);
    expect(run.record.verdict).toBe('FAIL');
    expectSafe(run.witness, { maxStep: 5 });
  });
});

test('a sensor that breaks down at −40 V, where dirigent’s own rule does not look, is never biased beyond it', {
  timeout: minute,
}, async () => {
  const run = await simulatedRun({
    sequence: 'tests/fixtures/keep-going.scr',
    faults: ['early-breakdown:V=-40'],
  });
  expect(run.exitCode).toBe(1);
  expect(run.record.bias.map(({ allowed }) => allowed)).toEqual([false]);
  const skipped = run.record.steps.filter(({ state }) => state === 'skipped');
  expect(skipped.map(({ calibration }) => calibration)).toEqual(['calibrate_module', 'crosstalk_method']);
  expect(skipped[0]?.reason).toContain('breaks down at');
  expect(run.record.modules[0]?.breakdown).toMatchObject({ found: 'at' });
  expectSafe(run.witness, { maxStep: 5 });
  // Outside of the IV, which stops at the compliance, no bias at all.
  expect(ownSetpoints(run.journal, run.witness).filter((point) => point.startsWith('hv_1'))).toEqual([]);
});

/** Set-points and outputs that the runner itself wrote: those between hand-overs, by the clock. */
function ownSetpoints(
  journal: Awaited<ReturnType<typeof simulatedRun>>['journal'],
  witness: string,
): string[] {
  const away: [number, number][] = [];
  let since: number | undefined;
  for (const line of journal) {
    if (line.event === 'step.started' && /iv_curve|sldo/.test(line.calibration)) since = line.t;
    if (line.event === 'action.started' && line.do === 'takeBack' && since !== undefined) {
      away.push([since, line.t]);
      since = undefined;
    }
  }
  const own = readWitness(witness).filter(({ t }) => !away.some(([from, to]) => t >= from && t <= to));
  const { setpoints, outputs } = judge(own, { maxStep: 1e9 });
  return [...setpoints.filter((point) => point.startsWith('hv_1')), ...outputs];
}

function plannedSetpoints(actions: readonly Action[]): string[] {
  const setpoints: string[] = [];
  const outputs: string[] = [];
  for (const action of actions) {
    if (action.do === 'output') outputs.push(`${action.at} ${action.on ? 'on' : 'off'}`);
    if (action.do !== 'ramp') continue;
    const steps = Math.ceil(Math.abs(action.to - action.from) / action.stepSize);
    for (let k = 1; k <= steps; k++)
      setpoints.push(`${action.at} ${action.from + ((action.to - action.from) * k) / steps}`);
  }
  return [...setpoints, ...outputs];
}
