import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { JournalLine } from '../../src/journal/event.ts';
import { foldJournal } from '../../src/journal/record.ts';
import { guardianDone, held } from '../guardian/takenOver.ts';
import { expectDescribed } from '../journal/schemas.ts';
import { type Bench, openBench, type RunUnderTest } from '../runUnderTest.ts';
import { expectSafe } from '../witness.ts';

// Many processes on few processors: what takes long here is the machine.
vi.setConfig({ testTimeout: 120_000 });

let bench: Bench;
beforeAll(() => {
  bench = openBench();
});
afterAll(() => bench.close());

const resume = (run: RunUnderTest, ...words: string[]) =>
  bench.baton(['runs', 'resume', run.path, '--yes', '--renderer', 'plain', ...words]);

/** Lines of the journal from the last time on that the run went on. */
const since = (run: RunUnderTest): JournalLine[] => {
  const lines = run.journal();
  return lines.slice(lines.findLastIndex(({ event }) => event === 'run.resumed'));
};

const started = (lines: readonly JournalLine[]) =>
  lines.flatMap((line) => (line.event === 'step.started' ? [line.step] : []));

/** It ends as if nothing had happened, and both logs of the station kept the rules. */
async function expectPass(run: RunUnderTest, ...words: string[]) {
  const resumed = resume(run, ...words);
  expect(await resumed.ended, resumed.stderr()).toBe(0);
  const lines = run.journal();
  expect(lines.map(({ n }) => n)).toEqual(lines.map((_, n) => n));
  expect(run.record()).toMatchObject({ state: 'ended', end: 'completed', verdict: 'PASS', exitCode: 0 });
  expect(run.record()).toEqual(JSON.parse(JSON.stringify(foldJournal(lines))));
  expectDescribed(lines, run.record());
  for (const log of readdirSync(run.path).filter((name) => /^witness.*\.jsonl$/.test(name)))
    expectSafe(join(run.path, log), { maxStep: 5 });
  return resumed;
}

describe('a run that was interrupted', () => {
  test('by SIGKILL in its last step, with the IV kept, is biased by what that told, and ends as it would have', async () => {
    const run = await bench.run(bench.sequence('iv_curve', 'crosstalk_method'), {
      env: { BATON_SIMULATED_FAULT: 'crosstalk_method:hang' },
    });
    await held(run);
    process.kill(run.pid, 'SIGKILL');
    await guardianDone(run);
    // Half a line, as a crash of the machine leaves it.
    writeFileSync(join(run.path, 'journal.jsonl'), '{"n":', { flag: 'a' });

    const resumed = await expectPass(run);
    expect(resumed.stdout()).toContain('was taken off its end');
    expect(started(since(run))).toEqual([2]);
    expect(since(run)[0]).toMatchObject({ kept: [{ step: 1, calibration: 'iv_curve' }] });
    expect(run.record().resumed).toMatchObject([{ before: { exitCode: 3, problems: [{ code: 'E6501' }] } }]);

    const again = resume(run);
    expect(await again.ended).toBe(2);
    expect(again.stderr()).toContain('E5006');
  });
});
