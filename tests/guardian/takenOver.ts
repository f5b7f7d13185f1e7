import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { JournalLine } from '../../src/journal/event.ts';
import { expectDescribed } from '../journal/schemas.ts';
import { eventually, isAlive, type RunUnderTest } from '../runUnderTest.ts';
import { judge, type WitnessLine } from '../witness.ts';

export function biasSeen(run: RunUnderTest, volts: number): Promise<WitnessLine> {
  return eventually(
    () => run.witness().find(({ kind, value }) => kind === 'bias' && Number(value) <= volts),
    () => `a bias of ${volts} V`,
  );
}

/** The calibration of step 1 runs while LV is on. */
export function powered(run: RunUnderTest): Promise<JournalLine> {
  return run.sees(
    (line) => line.event === 'power' && line.role === 'lv' && line.output === true && isDuring(run),
  );
}

function isDuring(run: RunUnderTest): boolean {
  return run.journal().some(({ event }) => event === 'step.started');
}

/** A calibration runs while the module is held at its bias, which is looked at. */
export async function held(run: RunUnderTest): Promise<JournalLine> {
  await run.sees((line) => line.event === 'step.started' && line.calibration === 'crosstalk_method');
  return run.sees((line) => line.event === 'power' && line.role === 'hv' && (line.voltage ?? 0) < -50);
}

/** The calibration of step 1 does nothing any more. */
export function hangs(run: RunUnderTest): Promise<true> {
  const step = () => readdirSync(run.path).find((name) => name.startsWith('01_'));
  const output = () => {
    const folder = step();
    const path = folder && join(run.path, folder, 'stdout.log');
    return path && existsSync(path) ? readFileSync(path, 'utf8') : '';
  };
  return eventually(
    () => output().includes('Simulated fault: hang'),
    () => `the calibration to hang; it said ${output()}`,
  );
}

export async function guardianDone(run: RunUnderTest): Promise<void> {
  const pid = run.guardian();
  await eventually(
    () => !isAlive(pid),
    () => `the guardian to end; it said ${run.guardianLog()}`,
  );
}

/** The action, or the making safe, that was under way when the runner died. */
export function lastBeforeTakeOver(run: RunUnderTest): string | undefined {
  const lines = run.journal();
  const before = lines.slice(
    0,
    lines.findIndex(({ event }) => event === 'guardian.tookOver'),
  );
  const last = before.findLast(({ event }) => event === 'action.started' || event === 'safe.started');
  return last?.event === 'action.started' ? last.do : last?.event;
}

export function expectTakenOver(run: RunUnderTest, by: 'guardian' | 'baton' = 'guardian'): void {
  const { violations, endsSafe } = judge(run.witness(), { maxStep: 5 });
  expect(violations, 'rules broken at the module').toEqual([]);
  expect(endsSafe, 'every output off').toBe(true);
  const lines = run.journal();
  expect(lines.map(({ n }) => n)).toEqual(lines.map((_, n) => n));
  expect(lines.at(-1)).toMatchObject({ event: 'run.ended', verdict: 'ERROR', exitCode: 3 });
  const events = lines.map(({ event }) => event);
  const took = events.indexOf('guardian.tookOver');
  expect(took).toBeGreaterThan(0);
  expect(events.slice(took)).toContain('safe.started');
  expect(lines.findLast(({ event }) => event === 'safe.ended')).toMatchObject({ verified: true });
  const record = run.record();
  expect(record.state).toBe('ended');
  expect(record.steps.filter(({ state }) => state === 'running' || state === 'waiting')).toEqual([]);
  expect(record.takenOver?.by).toBe(by);
  expectDescribed(lines, record);
}
