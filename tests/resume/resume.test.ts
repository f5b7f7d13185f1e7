import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { runForUpload } from '../../src/cli/database/runForUpload.ts';
import { documentsOfRun } from '../../src/itkdb/testRuns/runDocuments.ts';
import { readTestTypeMapping } from '../../src/itkdb/testRuns/testTypeMapping.ts';
import type { JournalLine } from '../../src/journal/event.ts';
import { foldJournal } from '../../src/journal/record.ts';
import { sequence } from '../e2e/baton.ts';
import { guardianDone, held } from '../guardian/takenOver.ts';
import { expectDescribed } from '../journal/schemas.ts';
import { type Bench, eventually, isAlive, openBench, type RunUnderTest } from '../runUnderTest.ts';
import { expectSafe, judge } from '../witness.ts';

// Many processes on few processors: what takes long here is the machine.
vi.setConfig({ testTimeout: 180_000 });

let bench: Bench;
beforeAll(() => {
  bench = openBench();
});
afterAll(() => bench.close());

const hangs = { env: { BATON_SIMULATED_FAULT: 'crosstalk_method:hang' } };

const resume = (run: RunUnderTest, ...words: string[]) =>
  bench.baton(['runs', 'resume', run.path, '--yes', '--renderer', 'plain', ...words]);

/** Lines of the journal from the last time on that the run went on. */
function since(run: RunUnderTest): JournalLine[] {
  const lines = run.journal();
  return lines.slice(lines.findLastIndex(({ event }) => event === 'run.resumed'));
}

const started = (lines: readonly JournalLine[]) =>
  lines.flatMap((line) => (line.event === 'step.started' ? [line.step] : []));

/** It ends as if nothing had happened, and the station's log of each time kept the rules. */
async function expectPass(run: RunUnderTest) {
  const resumed = resume(run);
  expect(await resumed.ended, resumed.stderr()).toBe(0);
  expect(run.record()).toMatchObject({ state: 'ended', end: 'completed', verdict: 'PASS', exitCode: 0 });
  expectOneJournal(run);
  return resumed;
}

function expectOneJournal(run: RunUnderTest): void {
  const lines = run.journal();
  expect(lines.map(({ n }) => n)).toEqual(lines.map((_, n) => n));
  expect(run.record()).toEqual(JSON.parse(JSON.stringify(foldJournal(lines))));
  expectDescribed(lines, run.record());
  for (const log of readdirSync(run.path).filter((name) => /^witness.*\.jsonl$/.test(name)))
    expectSafe(join(run.path, log), { maxStep: 5 });
}

/** The document of each step for the database, as its draft is known there. */
async function documents({ path, record }: RunUnderTest): Promise<Map<string, string>> {
  const file = join('config', 'test-types.json');
  const mapping = readTestTypeMapping(readFileSync(file, 'utf8'), file);
  const { testRuns } = documentsOfRun(await runForUpload(record(), path), mapping);
  return new Map(testRuns.map((one) => [one.draft.runNumber, JSON.stringify(one)]));
}

describe('a run that was interrupted', () => {
  test('by SIGKILL in its last step keeps the IV, is biased by what that told, and ends as it would have', async () => {
    const run = await bench.run(bench.sequence('iv_curve', 'crosstalk_method'), hangs);
    await held(run);
    process.kill(run.pid, 'SIGKILL');
    await guardianDone(run);
    const before = await documents(run);
    // Half a line, as a crash of the machine leaves it.
    writeFileSync(join(run.path, 'journal.jsonl'), '{"n":', { flag: 'a' });

    const resumed = await expectPass(run);
    expect(resumed.stdout()).toContain('was taken off its end');
    expect(started(since(run))).toEqual([2]);
    expect(since(run)[0]).toMatchObject({ kept: [{ step: 1, calibration: 'iv_curve' }] });
    expect(run.record().resumed).toMatchObject([{ before: { exitCode: 3, problems: [{ code: 'E6501' }] } }]);
    const after = await documents(run);
    expect(before.size).toBe(1);
    for (const [number, document] of before)
      expect(
        after.get(number),
        'what was uploaded before is the same document, and so is not sent twice',
      ).toBe(document);

    const again = resume(run);
    expect(await again.ended).toBe(2);
    expect(again.stderr()).toContain('E5006');
  });

  test('after its IV had ended, and before anybody wrote that down, adopts it', async () => {
    const run = await bench.run(bench.sequence('iv_curve', 'crosstalk_method'));
    await run.sees((line) => line.event === 'action.started' && line.do === 'takeBack');
    process.kill(run.pid, 'SIGKILL');
    await guardianDone(run);
    expect(run.record().steps[0]).toMatchObject({ state: 'failed', exitCode: 0 });

    await expectPass(run);
    expect(since(run)[0]).toMatchObject({ kept: [{ step: 1, adopted: true }] });
    expect(started(since(run))).toEqual([2]);
    expect(run.record().steps[0]!.results).toMatchObject([{ verdict: 'PASS' }]);
  });

  test('by the death of runner and guardian under bias is made safe first, and then goes on', async () => {
    const run = await bench.run(bench.sequence('iv_curve', 'crosstalk_method'), hangs);
    await held(run);
    const guardian = run.guardian();
    for (const pid of [guardian, run.pid]) process.kill(pid, 'SIGKILL');
    await eventually(
      () => !isAlive(guardian) && !isAlive(run.pid),
      () => 'both to die',
    );
    expect(judge(run.witness(), { maxStep: 5 }).endsSafe).toBe(false);

    await expectPass(run);
    const took = run.journal().find(({ event }) => event === 'guardian.tookOver');
    expect(took).toMatchObject({ by: 'baton' });
    expect(started(since(run))).toEqual([2]);
  });

  test('by its operator, and then by a trip, goes on each time', async () => {
    const run = await bench.run(bench.sequence('iv_curve', 'crosstalk_method'), hangs);
    await held(run);
    process.kill(run.pid, 'SIGINT');
    expect(await run.process.ended).toBe(130);

    const tripping = resume(run, '--fault', 'compliance-trip:V=-30');
    expect(await tripping.ended, tripping.stderr()).toBe(4);
    expectOneJournal(run);
    await expectPass(run);
    expect(run.record().resumed?.map(({ before }) => before.exitCode)).toEqual([130, 4]);
    expect(started(since(run))).toEqual([2]);
  });

  test('by a full disk stopped before the next volt, and goes on when there is room', async () => {
    const run = await bench.run(bench.sequence('voltage_trimming', 'iv_curve'));
    await eventually(
      () => existsSync(join(run.path, '01_voltage_trimming', 'keeper')),
      () => 'the calibration to have started',
    );
    // No file of theirs can grow any more: the same error that a full disk gives.
    for (const pid of [run.pid, run.guardian()])
      expect(spawnSync('prlimit', ['--pid', String(pid), '--fsize=0:0']).status).toBe(0);
    expect(await run.process.ended).toBe(3);
    await guardianDone(run);
    const { outputs, violations, endsSafe } = judge(run.witness(), { maxStep: 5 });
    expect({ violations, endsSafe }).toEqual({ violations: [], endsSafe: true });
    expect(outputs.filter((one) => one.startsWith('hv'))).toEqual([]);

    await expectPass(run);
    // It had ended well, and there was no room to say so.
    expect(since(run)[0]).toMatchObject({ kept: [{ step: 1, adopted: true }] });
    expect(started(since(run))).toEqual([2]);
  });

  test('goes on with the same chips alone, and says by what it knows them', async () => {
    const script = sequence(['get_module_info', 'iv_curve', 'crosstalk_method'], { failFast: false });
    const run = await bench.run(script, { env: { BATON_SIMULATED_FAULT: 'iv_curve:hang@20' } });
    await run.sees((line) => line.event === 'step.started' && line.step === 2);
    process.kill(run.pid, 'SIGINT');
    expect(await run.process.ended).toBe(130);

    mountSeed(run, 2);
    const other = resume(run);
    expect(await other.ended, other.stderr()).toBe(3);
    expect(other.stdout()).toContain('E4406');
    expect(judge(run.witness(), { maxStep: 5 }).outputs).not.toContain('hv_1:1 on');

    mountSeed(run, 1);
    const same = resume(run);
    await same.ended;
    expect(since(run).find(({ event }) => event === 'module.confirmed')).toMatchObject({
      by: 'the eFuse codes of its chips',
    });
    expectOneJournal(run);
  });
});

/** Of the simulated station, the module is the seed. */
function mountSeed({ path }: RunUnderTest, seed: number): void {
  const file = join(path, 'station', 'simulation.json');
  const making = JSON.parse(readFileSync(file, 'utf8')) as object;
  writeFileSync(file, JSON.stringify({ ...making, seed }));
}
