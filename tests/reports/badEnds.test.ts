import { readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Event, JournalLine } from '../../src/journal/event.ts';
import { readRecord } from '../../src/journal/readRecord.ts';
import { outputSpans } from '../../src/reports/run/outputs.ts';
import { readRunData } from '../../src/reports/run/readRunData.ts';
import { buildRunReport } from '../../src/reports/writeRunReport.ts';
import { scratch } from '../e2e/baton.ts';
import { simulatedRunDirectory } from './simulatedRuns.ts';

/** A run whose journal ends otherwise: what `keep` does not want is left out, and `more` is written behind. */
function endedOtherwise(keep: (line: JournalLine) => boolean, more: readonly Event[]) {
  const { path, record } = simulatedRunDirectory(scratch(), {
    seed: 1,
    started: new Date(Date.UTC(2026, 0, 5)),
  });
  const journal = join(path, 'journal.jsonl');
  const lines = readFileSync(journal, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as JournalLine)
    .filter(keep);
  const last = lines.at(-1)!.t;
  for (const [i, event] of more.entries()) lines.push({ n: 0, t: last + 1000 * (i + 1), ...event });
  writeFileSync(journal, lines.map((line, n) => `${JSON.stringify({ ...line, n })}\n`).join(''));
  // Both were written within one tick of the clock of the file system.
  utimesSync(join(path, 'record.json'), last / 1000, last / 1000);
  return { path, id: record.run, lines };
}

const untilBias = ({ event }: JournalLine) => !/^(safe|run)\.ended$/.test(event);
const stuck = { at: 'hv_1:1', role: 'hv', off: false, problem: 'it reads on' } as const;
const off = { at: 'hv_1:1', role: 'hv', off: true } as const;
const reason = 'it ended without a goodbye';
const tookOver = [
  { event: 'guardian.tookOver', by: 'guardian', reason, runner: 1, killed: false },
  { event: 'safe.started', reason },
] as const;

describe('the report of a run that ended badly', () => {
  test('says before all else that nobody could show it is off', async () => {
    const { path } = endedOtherwise(untilBias, [
      { event: 'safe.started', reason: 'the run ends' },
      { event: 'safe.ended', verified: false, channels: [stuck] },
      { event: 'run.ended', end: 'unsafe', verdict: 'ERROR', exitCode: 5 },
    ]);
    const html = await buildRunReport(path);
    expect(html).toMatch(/<body>\n<p class="alarm" role="alert">NOT SAFE/);
    expect(html).toMatch(/class="verdict error long"[^>]*>NOT COMPLETED/);
  });

  test('tells that it was made safe later, when its guardian could', async () => {
    const { path } = endedOtherwise(untilBias, [
      { event: 'run.ended', end: 'unsafe', verdict: 'ERROR', exitCode: 5 },
      ...tookOver,
      { event: 'safe.ended', verified: true, channels: [off] },
    ]);
    const html = await buildRunReport(path);
    expect(html).not.toContain('class="alarm"');
    expect(html).toContain('made safe later');
    expect(html).toContain('it was verified later');
  });

  test('is never a PASS when no end was written, and says so', async () => {
    const { path } = endedOtherwise(untilBias, []);
    const html = await buildRunReport(path);
    expect(html).toMatch(/class="verdict none long"[^>]*>NO VERDICT<small>no end written, 3 of 3 steps done/);
    expect(html).toContain('The end of this run was not written');
  });

  test('a last line that is torn is left out, and the rest is told', async () => {
    const { path } = endedOtherwise(() => true, []);
    const journal = join(path, 'journal.jsonl');
    const whole = readFileSync(journal);
    writeFileSync(journal, whole.subarray(0, whole.length - 20));
    expect(await buildRunReport(path)).toContain('no end written');
  });

  test('a record that cannot be read, or is older than the journal, is made anew from that', async () => {
    const { path, id } = endedOtherwise(untilBias, [
      { event: 'run.ended', end: 'stopped', verdict: 'ERROR', exitCode: 130 },
    ]);
    expect((await readRecord({ path, id })).end, 'the record says completed, and is older').toBe('stopped');
    writeFileSync(join(path, 'record.json'), '{ "schema": 1, "ste');
    expect((await readRecord({ path, id })).end).toBe('stopped');
    expect(await buildRunReport(path)).toContain('stopped by the operator');
  });

  test('a journal that was changed is said, and the record is shown', async () => {
    const { path, id, lines } = endedOtherwise(() => true, []);
    writeFileSync(join(path, 'journal.jsonl'), lines.map((line) => `${JSON.stringify(line)}x\n`).join(''));
    const { record, problems } = await readRunData({ path, id });
    expect(record.end).toBe('completed');
    expect(problems.map(({ code }) => code)).toEqual(['E5002']);
  });

  test('an interrupted run that went on is one, with what is from before named', async () => {
    const { path } = endedOtherwise(untilBias, [
      ...tookOver,
      { event: 'safe.ended', verified: true, channels: [off] },
      { event: 'run.ended', end: 'failed', verdict: 'ERROR', exitCode: 3 },
      {
        event: 'run.resumed',
        operator: 'Ada',
        versions: { baton: '0', node: 'v20' },
        kept: [{ step: 1, calibration: 'sldo_vi_curves' }],
        repeated: [],
        changes: ['criteria/iv_curve.json'],
        files: [],
      },
      { event: 'safe.ended', verified: true, channels: [off] },
      { event: 'run.ended', end: 'completed', verdict: 'PASS', exitCode: 0 },
    ]);
    const html = await buildRunReport(path);
    expect(html).toContain('in 2 parts');
    expect(html).toMatch(
      /went on at 2026-01-05 00:\d\d:\d\d UTC, by Ada: step 1 sldo_vi_curves is from before/,
    );
    expect(html).toContain('agreed to: criteria/iv_curve.json');
  });
});

test('an output that was verified as off is off, though no reading said so any more', () => {
  const at = (t: number, event: Event): JournalLine => ({ n: 0, t, ...event });
  const read = (t: number, output: boolean) =>
    at(t, { event: 'power', at: 'hv_1:1', role: 'hv', output, voltage: 0, current: 0 });
  const handOver = [
    at(10, {
      event: 'plan.made',
      reason: '',
      steps: [],
      actions: [
        { do: 'handOver', roles: ['hv'] },
        { do: 'takeBack', roles: ['hv'] },
      ],
      estimate: 1,
    }),
    at(20, { event: 'action.started', action: 0, do: 'handOver', what: '', step: 3 }),
    // Read on the way out of our hands.
    read(21, false),
  ];
  expect(
    outputSpans([
      read(1, false),
      ...handOver,
      at(50, { event: 'safe.started', reason: '' }),
      read(60, true),
      at(90, { event: 'safe.ended', verified: true, channels: [off] }),
      at(400, { event: 'stop.requested', by: 'x' }),
    ]),
  ).toEqual([
    { at: 'hv_1:1', role: 'hv', from: 20, to: 60, state: 'handed over', step: 3 },
    { at: 'hv_1:1', role: 'hv', from: 60, to: 90, state: 'on' },
  ]);
});
