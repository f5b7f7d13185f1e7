import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RunJournal } from '../../src/guardian/runJournal.ts';
import type { JournalLine } from '../../src/journal/event.ts';
import { readJournal } from '../../src/journal/read.ts';
import type { RunRecord } from '../../src/journal/record.ts';
import { JournalTail } from '../../src/journal/tail.ts';

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'baton-journal-'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const lines = [
  {
    event: 'run.started',
    run: 'r',
    title: 'T',
    station: { id: 's', site: 'x', simulated: true, timeScale: 1 },
    modules: [{ index: '0', name: 'M', chips: [] }],
    files: [],
  },
  {
    event: 'plan.made',
    reason: 'the sequence begins',
    steps: [1, 2].map((step) => ({
      step,
      calibration: 'iv_curve',
      category: 'ivcurve',
      folder: `0${step}`,
      estimate: 1,
    })),
    actions: [],
    estimate: 2,
  },
  { event: 'step.started', step: 1, calibration: 'iv_curve', argv: [], folder: '01' },
].map((event, n) => ({ n, t: 1000 + n, ...event }));
const whole = lines.map((line) => `${JSON.stringify(line)}\n`).join('');

function runDirectory(journal?: string): string {
  const directory = mkdtempSync(join(root, 'run-'));
  if (journal !== undefined) writeFileSync(join(directory, 'journal.jsonl'), journal);
  mkdirSync(join(directory, '01'));
  writeFileSync(join(directory, '01', 'half.csv'), '1,2\n');
  writeFileSync(join(directory, '01', 'keeper'), '4711 130\n');
  return directory;
}

async function end(directory: string, safe = true): Promise<string[]> {
  const told: string[] = [];
  const journal = new RunJournal(directory, (text) => told.push(text));
  journal.note({ event: 'guardian.tookOver', by: 'guardian', reason: 'a test', runner: 1, killed: false });
  await journal.finish(safe, 'SIGINT');
  return told;
}

const written = async (directory: string): Promise<readonly JournalLine[]> =>
  (await readJournal(join(directory, 'journal.jsonl'))).lines;
const record = (directory: string) =>
  JSON.parse(readFileSync(join(directory, 'record.json'), 'utf8')) as RunRecord;

describe('the journal of a run that somebody else ends', () => {
  test('says what became of each step, never a PASS, and keeps what was measured', async () => {
    const directory = runDirectory(whole);
    expect(await end(directory)).toEqual([]);
    expect((await written(directory)).slice(3)).toMatchObject([
      { event: 'guardian.tookOver' },
      {
        event: 'step.ended',
        step: 1,
        end: 'failed',
        exitCode: 130,
        artefacts: [{ path: '01/half.csv', bytes: 4 }],
        problems: [{ code: 'E6502' }],
      },
      { event: 'step.skipped', step: 2 },
      { event: 'problem', problem: { code: 'E6501' } },
      { event: 'run.ended', end: 'failed', verdict: 'ERROR', exitCode: 3 },
    ]);
    expect(record(directory)).toMatchObject({
      state: 'ended',
      verdict: 'ERROR',
      takenOver: { by: 'guardian' },
    });
  });

  test('calls for a person when the station could not be made safe', async () => {
    const directory = runDirectory(whole);
    await end(directory, false);
    expect(record(directory)).toMatchObject({ end: 'unsafe', exitCode: 5 });
  });

  test('that was ended by the runner is not ended twice', async () => {
    const ended = { n: 3, t: 2000, event: 'run.ended', end: 'unsafe', verdict: 'ERROR', exitCode: 5 };
    const directory = runDirectory(`${whole}${JSON.stringify(ended)}\n`);
    await end(directory);
    const events = (await written(directory)).map(({ event }) => event);
    expect(events.filter((event) => event === 'run.ended')).toHaveLength(1);
  });

  test('is readable again wherever a crash has cut it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: whole.length }), async (cut) => {
        const directory = runDirectory(whole.slice(0, cut));
        expect(await end(directory)).toEqual([]);
        const after = await written(directory);
        const kept = whole
          .slice(0, cut)
          .split('\n')
          .filter((line) => lines.some((one) => JSON.stringify(one) === line));
        expect(after.slice(0, kept.length)).toEqual(lines.slice(0, kept.length));
        const repaired = after.some(({ event }) => event === 'journal.repaired');
        expect(repaired).toBe(whole[cut - 1] !== '\n');
      }),
      { numRuns: 60 },
    );
  });

  test.each([
    ['is gone', undefined],
    ['was changed in its middle', `${whole.slice(0, 40)}\n${whole}`],
  ])('that %s is told, and holds nothing up', async (_what, text) => {
    const directory = runDirectory(text);
    expect((await end(directory)).join()).toContain('the journal could not be written');
  });
});

test('who follows a journal sees each whole line once, whatever is torn and taken off meanwhile', () => {
  const path = join(runDirectory(''), 'journal.jsonl');
  const tail = new JournalTail(path, 1);
  const seen = () => tail.read().map(({ n }) => n);
  expect(seen()).toEqual([]);
  appendFileSync(path, whole.slice(0, whole.length - 30));
  expect(seen()).toEqual([1]);
  writeFileSync(path, whole.slice(0, whole.lastIndexOf('{"n":2')));
  expect(seen()).toEqual([]);
  appendFileSync(path, `${JSON.stringify({ n: 2, t: 1, event: 'stop.requested', by: 'x' })}\n`);
  expect(seen()).toEqual([2]);
});
