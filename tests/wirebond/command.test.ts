import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { BatonError } from '../../src/base/errors.ts';
import { programPath } from '../../src/base/programs.ts';
import { type Asker, askWith } from '../../src/cli/asking/ask.ts';
import { runWirebond, type WirebondArguments } from '../../src/cli/wirebond.ts';
import type { Attachment, PullTestDocument } from '../../src/wirebond/document.ts';
import { dageFile } from './dageText.ts';
import { component, now } from './settings.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wirebond-'));
  cpSync('config/wirebond.json', join(folder, 'wirebond.json'));
  cpSync('config/criteria', join(folder, 'criteria'), { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function site(change: (config: Record<string, unknown>) => void): void {
  const path = join(folder, 'wirebond.json');
  const config = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
  change(config);
  writeFileSync(path, JSON.stringify(config));
}
const confirmedSite = () =>
  site((config) => {
    config.dateOrder = 'dmy';
    config.timeZone = 'UTC';
    for (const table of config.grades as { assumed: boolean }[]) table.assumed = false;
  });

function file(name: string, content: string): string {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
}
const tenPulls = (header: Record<string, string> = {}, load = 8) =>
  dageFile(
    Array.from({ length: 10 }, (_, index) => ({ load: load + index / 10 })),
    header,
  );

/** Answers in turn, and keeps what was asked; a question too many fails. */
function scripted(...answers: string[]): Asker & { asked: string[] } {
  const asked: string[] = [];
  const next = (question: string) => {
    asked.push(question);
    const answer = answers.shift();
    if (answer === undefined) throw new Error(`nobody expected the question: ${question}`);
    return answer;
  };
  return {
    asked,
    choose: async <T extends string>(question: string) => next(question) as T,
    text: async (question) => next(question),
    confirm: async (question) => next(question) === 'y',
  };
}

interface Queued {
  document: PullTestDocument;
  attachments: readonly Attachment[];
}

async function run(files: string[], more: Partial<WirebondArguments> = {}, asker?: Asker) {
  const queue: Queued[] = [];
  const out: string[] = [];
  const complaints: string[] = [];
  const args: WirebondArguments = {
    files,
    component,
    title: 'Wirebond pulls',
    json: false,
    dryRun: false,
    yes: false,
    config: folder,
    local: false,
    criteria: undefined,
    institution: undefined,
    stage: undefined,
    dateOrder: undefined,
    unit: undefined,
    operator: undefined,
    instrument: undefined,
    date: undefined,
    ...more,
  };
  const exitCode = await runWirebond(args, {
    queueDocument: async (document, attachments) => {
      if (document.properties.OPERATOR === 'nobody')
        throw new BatonError({ code: 'E9999', what: 'The disk is full.', remedy: 'Make room.' });
      queue.push({ document, attachments });
      return { id: `id-${queue.length}`, already: false };
    },
    asker,
    write: (line) => void out.push(line),
    complain: (line) => void complaints.push(line),
    now: () => now,
  });
  return { exitCode, queue, out: out.join('\n'), complaints: complaints.join('\n') };
}

test('a file is shown, confirmed and queued, with the raw file attached', async () => {
  confirmedSite();
  const pulls = file('pulls.csv', tenPulls());
  const asker = scripted('y');
  const { exitCode, queue, out } = await run(
    [pulls],
    { title: 'Lot 7', stage: 'MODULE/WIREBONDING', institution: 'GL' },
    asker,
  );
  expect(exitCode).toBe(0);
  expect(asker.asked).toEqual(['Queue this test run (PASS) for upload?']);
  expect(queue).toHaveLength(1);
  expect(queue[0]?.document).toMatchObject({
    component,
    passed: true,
    problems: false,
    stage: 'MODULE/WIREBONDING',
    institution: 'GL',
  });
  expect(queue[0]?.document.comments[0]).toBe('Lot 7 1/1');
  expect(queue[0]?.attachments).toMatchObject([{ path: pulls }]);
  expect(out).toContain('10 pulls: mean 8.450 g');
  expect(out).toContain('PASS  by Module Yield Task Force recommendation of 2025-10-02');
  expect(out).toContain(`Queued: ${component}, 10 pulls, id-1`);
});

test('a no at the preview queues nothing', async () => {
  confirmedSite();
  const { exitCode, queue, complaints } = await run([file('pulls.csv', tenPulls())], {}, scripted('n'));
  expect([exitCode, queue, complaints]).toEqual([130, [], 'Nothing was queued.']);
});

test('--yes queues without a question, nobody being there', async () => {
  confirmedSite();
  const { exitCode, queue } = await run([file('pulls.csv', tenPulls())], { yes: true });
  expect([exitCode, queue.length]).toEqual([0, 1]);
});

test('without --yes and without a terminal nothing is even read', async () => {
  await expect(run([join(folder, 'not there.csv')])).rejects.toMatchObject({ code: 'E9222' });
});

test('--dry-run queues nothing, and --json prints the document and the statistics', async () => {
  confirmedSite();
  const { exitCode, queue, out } = await run([file('pulls.csv', tenPulls())], { dryRun: true, json: true });
  expect([exitCode, queue]).toEqual([0, []]);
  const printed = JSON.parse(out) as {
    tests: { statistics: object; document: PullTestDocument }[];
    problems: [];
  };
  expect(printed.problems).toEqual([]);
  expect(printed.tests[0]?.statistics).toMatchObject({ WIRE_PULLS: 10, PULL_STRENGTH_MIN: 8 });
  expect(printed.tests[0]?.document).toMatchObject({ testType: 'WIREBOND_PULL_TEST', component });
  expect(printed.tests[0]?.document.results.PULL_STRENGTH_DATA).toHaveLength(10);
});

test('the shipped table of grades is only assumed: asked on a terminal, refused with --yes alone', async () => {
  const pulls = file('pulls.csv', tenPulls());
  const alone = await run([pulls], { yes: true, dateOrder: 'dmy' });
  expect([alone.exitCode, alone.queue]).toEqual([2, []]);
  expect(alone.complaints).toContain('E9211');

  const asker = scripted('y', 'y');
  const asked = await run([pulls], { dateOrder: 'dmy' }, asker);
  expect([asked.exitCode, asked.queue.length]).toEqual([0, 1]);
  expect(asker.asked[0]).toContain('6 error. Is it so on this machine?');

  const denied = await run([pulls], { dateOrder: 'dmy' }, scripted('n'));
  expect([denied.exitCode, denied.queue]).toEqual([2, []]);
});

test('an ambiguous date is asked once for all files; without anybody to ask, statistics are shown and nothing queued', async () => {
  confirmedSite();
  site((config) => {
    delete config.dateOrder;
  });
  const one = file('one.csv', tenPulls({ DATE: '10/09/2024' }));
  const two = file('two.csv', tenPulls({ DATE: '11/09/2024' }));
  const asker = scripted('mdy', 'y');
  const { queue } = await run([one, two], {}, asker);
  expect(asker.asked[0]).toContain('"10/09/2024" may be 2024-09-10 or 2024-10-09.');
  expect(queue.map(({ document }) => document.date.slice(0, 10))).toEqual(['2024-10-09', '2024-11-09']);

  const alone = await run([one], { yes: true });
  expect([alone.exitCode, alone.queue]).toEqual([2, []]);
  expect(alone.out).toContain('mean 8.450 g');
  expect(alone.complaints).toContain('E9212');
});

test('what three columns do not say is asked, the date for each file, the person once', async () => {
  confirmedSite();
  const rows = '8.5,Midspan break\n7,Midspan break\n';
  const files = [file('one.csv', rows), file('two.csv', `${rows}9,Midspan break\n`)];
  const asker = scripted('2024-05-01', 'Ann', 'Bench', '2024-05-02', 'y');
  const { queue, exitCode } = await run(files, {}, asker);
  expect(asker.asked).toHaveLength(5);
  expect(queue.map(({ document }) => [document.properties.OPERATOR, document.properties.INSTRUMENT])).toEqual(
    [
      ['Ann', 'Bench'],
      ['Ann', 'Bench'],
    ],
  );
  // Two and three pulls are too few to pass.
  expect([exitCode, queue.map(({ document }) => document.passed)]).toEqual([1, [false, false]]);
});

test('of a bad file nothing is queued, of the good ones beside it everything, and the exit code says so', async () => {
  confirmedSite();
  const bad = file('bad.csv', tenPulls({ LOADUNIT: 'oz' }));
  const { exitCode, queue, complaints } = await run([bad, file('good.csv', tenPulls())], { yes: true });
  expect([exitCode, queue.length]).toEqual([3, 1]);
  expect(complaints).toContain('bad.csv:7');
});

test('one that cannot be queued keeps no other from it, and is named', async () => {
  confirmedSite();
  const files = [file('one.csv', tenPulls({ OPERATOR: 'nobody' })), file('two.csv', tenPulls())];
  const { exitCode, queue, complaints } = await run(files, { yes: true });
  expect([exitCode, queue.length]).toEqual([3, 1]);
  expect(complaints).toContain('The disk is full.');
});

test('a file that is not there, one that is far too long, and one that is given twice, are named', async () => {
  confirmedSite();
  const pulls = file('pulls.csv', tenPulls());
  const copy = file('copy.csv', tenPulls());
  const log = file('log.csv', '');
  truncateSync(log, 100e6);
  const paths = [join(folder, 'none.csv'), log, pulls, copy];
  const { exitCode, queue, complaints } = await run(paths, { yes: true });
  expect([exitCode, queue.length]).toEqual([3, 1]);
  expect(complaints).toContain('100 MB: no pull test is that long');
  expect(complaints).toContain('E9201');
  expect(complaints).toContain('E9223');
});

test('several modules in one file become several test runs with their place in the title', async () => {
  confirmedSite();
  const both = tenPulls({ 'Serial Number': component }) + tenPulls({ 'Serial Number': '20UPGM22110132' }, 5);
  const { exitCode, queue } = await run([file('both.csv', both)], {
    yes: true,
    component: undefined,
    title: 'T',
  });
  expect(exitCode).toBe(1);
  expect(queue.map(({ document: { component: of, comments, passed } }) => [of, comments[0], passed])).toEqual(
    [
      [component, 'T 1/2', true],
      ['20UPGM22110132', 'T 2/2', false],
    ],
  );
});

test('without criteria a test run is queued as not passed, and it is said', async () => {
  confirmedSite();
  rmSync(join(folder, 'criteria'), { recursive: true });
  const { exitCode, queue, complaints } = await run([file('pulls.csv', tenPulls())], { yes: true });
  expect([exitCode, queue[0]?.document.passed]).toEqual([1, false]);
  expect(complaints).toContain('E9220');
});

test('every fault of wirebond.json and of the criteria is told at once', async () => {
  site((config) => {
    config.dateOrder = 'american';
    config.gardes = [];
  });
  writeFileSync(join(folder, 'criteria', 'wirebond-2026-01-01.json'), '{');
  const refused = run([file('pulls.csv', tenPulls())], { yes: true });
  const error = await refused.then(
    () => undefined,
    (thrown: BatonError) => thrown,
  );
  expect(error?.problems.map(({ code }) => code).sort()).toEqual(['E9219', 'E9219', 'E9220']);
});

test('a time zone that does not exist is refused', async () => {
  site((config) => {
    config.timeZone = 'Mars/Olympus';
  });
  await expect(run([file('pulls.csv', tenPulls())], { yes: true })).rejects.toMatchObject({ code: 'E9219' });
});

test('the built program prints the document of a dry run on standard output and nothing else', () => {
  confirmedSite();
  const pulls = file('pulls.csv', tenPulls());
  const args = ['wirebond', pulls, '--component', component, '--config', folder, '--dry-run', '--json'];
  const done = spawnSync(process.execPath, [programPath('baton'), ...args], { encoding: 'utf8' });
  expect([done.status, done.stderr]).toEqual([0, '']);
  const printed = JSON.parse(done.stdout) as { tests: { document: PullTestDocument }[] };
  expect(printed.tests[0]?.document.component).toBe(component);
});

test('the built program ends with exit code 2 and the file and line of an unreadable row', () => {
  const pulls = file('pulls.csv', tenPulls().replace('"1",8,', '"1",much,'));
  const args = ['wirebond', pulls, '--component', component, '--config', folder, '--dry-run'];
  const done = spawnSync(process.execPath, [programPath('baton'), ...args], { encoding: 'utf8' });
  expect(done.status).toBe(2);
  expect(done.stderr).toContain(`E9204  ${pulls}:9  `);
});

const typed = (...lines: string[]) => askWith(async () => lines.shift());

test('a question is asked again until the answer is one of the options, and only a yes is a yes', async () => {
  await expect(typed('what', '', ' DMY ').choose('Which order?', ['dmy', 'mdy'])).resolves.toBe('dmy');
  await expect(typed('', ' ', 'Ann').text('Who?')).resolves.toBe('Ann');
  await expect(typed('Y').confirm('Queue?')).resolves.toBe(true);
  for (const answer of ['', 'n', 'yess', 'ok'])
    await expect(typed(answer).confirm('Queue?')).resolves.toBe(false);
});

test('no answer is a stop, and never a yes', async () => {
  await expect(typed().confirm('Queue?')).rejects.toMatchObject({ code: 'E1010', exitCode: 130 });
});
