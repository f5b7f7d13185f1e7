import { BatonError, type ExitCode } from '../../base/errors.ts';
import { batonVersion } from '../../base/programs.ts';
import { counted } from '../../base/quantityText.ts';
import { alreadyThere } from '../../sensors/database/compare.ts';
import { queueSensorTests } from '../../sensors/database/queueSensorTests.ts';
import { judge } from '../../sensors/judged.ts';
import { waferName } from '../../sensors/record.ts';
import {
  changeDecisions,
  changeUploads,
  type ReviewedTest,
  startReview,
} from '../../sensors/review/review.ts';
import { askAtTerminal, isInteractive } from '../asking/question.ts';
import { command } from '../command.ts';
import { withDatabase } from '../database/connection.ts';
import { cellText } from '../printing/csv.ts';
import { printTable } from '../printing/table.ts';
import { siteLine } from './config.ts';
import { askDatabase, type UploadServices, withUploadServices } from './database.ts';
import {
  criteriaOf,
  importNamed,
  type SensorArguments,
  siteOf,
  tellUnread,
  withSensorCriteria,
  withSensorFiles,
} from './input.ts';

export interface UploadArguments extends SensorArguments {
  yes: boolean;
  dryRun: boolean;
}

/** A person who answers; undefined is no answer. */
export type Ask = (prompt: string) => Promise<string | undefined>;

export default command<UploadArguments>({
  usage: 'upload <paths..>',
  summary: 'review tests and queue them for the database',
  build: (parser) =>
    withDatabase(withSensorCriteria(withSensorFiles(parser)))
      .option('dry-run', { type: 'boolean', default: false, describe: 'show the list, queue nothing' })
      .option('yes', { type: 'boolean', default: false, describe: 'queue what passes, without asking' })
      .example('$0 sensors upload data/', 'look, change, confirm'),
  run: (args) =>
    withUploadServices(args, (services) =>
      runUpload(args, services, isInteractive() ? askPatiently : undefined),
    ),
});

/** ms; long enough to look at a report. */
const patience = 3600_000;
const askPatiently: Ask = (prompt) => askAtTerminal(prompt, { withinMs: patience });

/** 0 queued, or shown · 2 refused · 3 some could not be queued · 130 the person said no. */
export async function runUpload(
  args: UploadArguments,
  given: UploadServices,
  ask: Ask | undefined,
): Promise<ExitCode> {
  const site = siteOf(args);
  const criteria = criteriaOf(args);
  const imported = await importNamed(args);
  tellUnread(imported);
  const needsDatabase = !args.dryRun;
  const side = needsDatabase
    ? await askDatabase(
        await given.database(site),
        imported.tests.flatMap((test) => test.batch ?? []),
      )
    : undefined;
  const judged = imported.tests.map((test) => judge(side?.known.complete(test) ?? test, criteria));
  const there = side && alreadyThere(side.tests);
  const review = startReview(judged, ({ test }) => there?.(test));
  if (args.json && args.dryRun) process.stdout.write(`${JSON.stringify(review.map(asJson), null, 2)}\n`);
  else showReview(review);
  if (args.dryRun) return 0;

  if (!args.yes && !ask)
    throw new BatonError({
      code: 'E9311',
      what: 'An upload is reviewed by a person, and nobody sits at this terminal.',
      remedy: 'Start it at a terminal, or add --yes to queue what passes, or --dry-run to look.',
    });
  process.stderr.write(`Into the database: ${siteLine(site)}\n`);
  const chosen = args.yes ? review : await discuss(review, ask!);
  if (!chosen) {
    process.stderr.write('Nothing was queued.\n');
    return 130;
  }
  const results = await queueSensorTests(
    chosen.filter(({ upload }) => upload).map((test) => test.judged),
    {
      database: await given.database(site),
      queue: given.queue,
      version: `baton ${batonVersion()}, ${criteria.name}`,
      site,
      known: side?.tests,
    },
  );
  for (const { judged: one, id, already, problems } of results)
    process.stdout.write(
      `${one.test.filename}: ${problems ? `not queued: ${problems.join('; ')}` : already ? `queued before as ${id}` : `queued as ${id}`}\n`,
    );
  return results.some(({ problems }) => problems) ? 3 : 0;
}

const menu = '[c]onfirm, change [u]pload, change [d]ecision, [l]ist, [q]uit? ';

/** The review at the terminal; undefined when it ends without a confirmation. */
async function discuss(review: readonly ReviewedTest[], ask: Ask): Promise<ReviewedTest[] | undefined> {
  let tests = [...review];
  for (;;) {
    const answer = (await ask(menu))?.trim().toLowerCase();
    // The words of the field's scripts are understood as well.
    if (answer === undefined || ['q', 'quit', '3', 'exit'].includes(answer)) return undefined;
    if (['c', 'confirm', '0', 'confirm upload'].includes(answer)) {
      const count = tests.filter(({ upload }) => upload).length;
      if (/^y(es)?$/i.test((await ask(`Queue ${counted(count, 'test')}? [y/N] `))?.trim() ?? ''))
        return tests;
      continue;
    }
    if (['l', 'list'].includes(answer)) {
      showReview(tests);
      continue;
    }
    const changed = await change(tests, answer, ask);
    if (changed === undefined) continue;
    if ('problem' in changed) process.stderr.write(`${changed.problem}\n`);
    else {
      tests = changed;
      showReview(tests);
    }
  }
}

async function change(
  tests: readonly ReviewedTest[],
  answer: string,
  ask: Ask,
): Promise<ReviewedTest[] | { problem: string } | undefined> {
  if (['u', 'upload', '1', 'change upload'].includes(answer)) {
    const text = await ask('Which, as 0-2: yes; 5: no > ');
    return text === undefined ? undefined : changeUploads(tests, text);
  }
  if (['d', 'decision', '2', 'change decision'].includes(answer)) {
    const text = await ask('Which, as 0,1-3: Pass; 2: Fail (Pass, SoSo, Fail, MeasErr) > ');
    const reason = text === undefined ? undefined : await ask('Why? ');
    return text === undefined || reason === undefined ? undefined : changeDecisions(tests, text, reason);
  }
  return { problem: `"${answer}" is none of these` };
}

function showReview(review: readonly ReviewedTest[]): void {
  printTable(
    ['', 'decision', 'upload?', 'batch', 'wafer', 'test', 'date', 'file', 'remarks'],
    review.map(({ judged, upload, inDatabase }, index) => [
      String(index),
      judged.decision ?? 'Unknown',
      upload ? 'yes' : 'no',
      cellText(judged.test.batch),
      waferName(judged.test.wafer),
      judged.test.testType,
      cellText(judged.test.timestamp?.slice(0, 16).replace('T', ' ')),
      judged.test.filename,
      remarks(judged, inDatabase).join('; '),
    ]),
    process.stderr,
  );
}

function remarks(judged: ReviewedTest['judged'], inDatabase: ReviewedTest['inDatabase']): string[] {
  const known =
    inDatabase && `${inDatabase.same ? 'in the database as' : 'differs from'} test run ${inDatabase.id}`;
  return [
    ...(known ? [known] : []),
    ...(judged.reason ? [`by hand: ${judged.reason}`] : []),
    ...judged.analysis.flags,
  ];
}

function asJson({ judged, upload, inDatabase }: ReviewedTest) {
  const { file, testType, batch, wafer, timestamp } = judged.test;
  return {
    file,
    testType,
    batch,
    wafer,
    timestamp,
    decision: judged.decision,
    flags: judged.analysis.flags,
    upload,
    inDatabase,
  };
}
