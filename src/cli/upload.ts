import { stat } from 'node:fs/promises';
import { BatonError, type ExitCode, formatProblem, isBatonError, type Problem } from '../base/errors.ts';
import { counted } from '../base/quantityText.ts';
import { isPassing } from '../itkdb/client/faults.ts';
import { refuseSimulated } from '../itkdb/client/locality.ts';
import { getComponent } from '../itkdb/commands/components.ts';
import { typeBySerialNumber } from '../itkdb/definitions/typeBySerialNumber.ts';
import type { TestRunDraft } from '../itkdb/outbox/entry.ts';
import { Outbox } from '../itkdb/outbox/outbox.ts';
import { isLeftOut } from '../itkdb/testRuns/runDocuments.ts';
import { checkTestRun } from '../itkdb/testRuns/testRunCheck.ts';
import { findRun } from '../journal/runDirectory.ts';
import { command } from './command.ts';
import { comesFromSimulation } from './database/comesFromSimulation.ts';
import {
  type Connection,
  connect,
  type DatabaseArguments,
  localName,
  runsOf,
  tell,
  withDatabase,
} from './database/connection.ts';
import { readDocument } from './database/documentFile.ts';
import { finishedRecord } from './database/finishedRecord.ts';
import { keepUpload } from './database/keepUpload.ts';
import { loadMapping, type RunUpload, sendQueued, uploadRun } from './database/uploadRun.ts';

interface UploadArguments extends DatabaseArguments {
  what: string[];
  dryRun: boolean;
}

export default command<UploadArguments>({
  usage: 'upload [what..]',
  summary: 'queue results for the database and send them: finished runs, or test run documents',
  build: (parser) =>
    withDatabase(parser)
      .positional('what', {
        type: 'string',
        array: true,
        default: [],
        describe: 'ids or folders of runs, or JSON files; none: the last run',
      })
      .option('dry-run', { type: 'boolean', default: false, describe: 'print the documents, queue nothing' })
      .example('$0 upload', 'the last run')
      .example('$0 upload prototype_IV_MEASURE.json', 'a document that was filled in')
      .example('$0 upload 20260102T0304 20260102T0410', 'two runs, by the beginning of their ids')
      .epilogue(
        'What cannot be sent now stays in the queue: `baton queue`. Exit code 0: everything is in the database. 1: something is held for a person to look at. 2: refused, not queued: a module without a serial number, and a step whose files were changed, too. 3: something waits.',
      ),
  async run(args) {
    const names = args.what.length > 0 ? args.what : [undefined];
    let code: ExitCode = 0;
    const reports: unknown[] = [];
    for (const name of names) {
      const one = await uploadOne(args, name);
      code = worse(code, one.code);
      reports.push(one.report);
      if (!args.json) process.stdout.write(one.text);
    }
    if (args.json)
      process.stdout.write(`${JSON.stringify(names.length > 1 ? reports : reports[0], null, 2)}\n`);
    return code;
  },
});

/** What became of one of the names: for the exit code, for a program, for a person. */
interface Uploaded {
  code: ExitCode;
  report: unknown;
  text: string;
}

/** One that is refused keeps no other from being uploaded. */
async function uploadOne(args: UploadArguments, name: string | undefined): Promise<Uploaded> {
  try {
    return name !== undefined && (await isFile(name))
      ? await uploadFile(args, name)
      : await uploadNamedRun(args, name);
  } catch (error) {
    if (!(error instanceof BatonError)) throw error;
    for (const problem of error.problems) tell(formatProblem(problem));
    return { code: error.exitCode, report: { problems: error.problems }, text: '' };
  }
}

async function isFile(name: string): Promise<boolean> {
  return name.endsWith('.json') || ((await stat(name).catch(() => undefined))?.isFile() ?? false);
}

async function uploadNamedRun(args: UploadArguments, name: string | undefined): Promise<Uploaded> {
  const run = await findRun(await runsOf(args), name);
  const record = await finishedRecord(run);
  if (args.dryRun) {
    const { documentsOfRun } = await import('../itkdb/testRuns/runDocuments.ts');
    const { runForUpload } = await import('./database/runForUpload.ts');
    const report = documentsOfRun(await runForUpload(record, run.path), await loadMapping(args.config));
    return { code: 0, report, text: `${JSON.stringify(report, null, 2)}\n` };
  }
  const upload = await uploadRun(record, run.path, {
    config: args.config,
    local: args.local,
    ...(args.directory === undefined ? {} : { directory: args.directory }),
    onEvent: ({ what, entry, problems }) => {
      if (what === 'held') for (const problem of problems ?? []) tell(formatProblem(problem));
      if (what === 'confirmed' && entry.runNumber)
        tell(`${entry.testType} ${entry.runNumber}: in the database`);
    },
  });
  for (const problem of upload.notes) tell(formatProblem(problem));
  await keepUpload(run.path, upload);
  const { testRuns, files } = upload.queued;
  return {
    code: worse(
      exitCodeOf([...testRuns, ...files].map(({ state }) => state)),
      upload.notes.some(isLeftOut) ? 2 : 0,
    ),
    report: { run: run.id, testRuns, files, sent: summaryOf(upload) },
    text: summaryText(upload),
  };
}

/** The exit code tells if everything is in the database: 0; if a person must look: 1; if it waits: 3. */
function exitCodeOf(states: readonly string[]): ExitCode {
  if (states.includes('held')) return 1;
  return states.every((state) => state === 'confirmed' || state === 'dropped') ? 0 : 3;
}

function worse(one: ExitCode, other: ExitCode): ExitCode {
  return one > other ? one : other;
}

function summaryOf({ sent }: RunUpload) {
  return sent && { ...sent, stopped: sent.stopped?.problems };
}

export function summaryText({ queued, sent }: RunUpload): string {
  const states = [...queued.testRuns, ...queued.files].map(({ state }) => state);
  const here = queued.testRuns.some(({ database }) => database === localName) ? ' --local' : '';
  const count = (state: string) => states.filter((one) => one === state).length;
  const lines = [
    `${counted(queued.testRuns.length, 'test run')} and ${counted(queued.files.length, 'file')} of components: ${count('confirmed')} in the database, ${count('waiting') + count('sending')} waiting, ${count('held')} held.`,
    ...(sent?.stopped?.problems.map(formatProblem) ?? []),
    ...(sent === undefined ? ['Another sender is at work; it takes them.'] : []),
    ...(count('held') > 0 ? [`\`baton queue list${here}\` shows what is held, and why.`] : []),
  ];
  return `${lines.join('\n')}\n`;
}

async function uploadFile(args: UploadArguments, path: string): Promise<Uploaded> {
  const document = await readDocument(path);
  const simulated = await comesFromSimulation(args, path, document);
  const connection = await connect(args);
  try {
    if (simulated) await refuseSimulated(path, connection.settings, connection.transport);
    const problems = await check(document, path, connection);
    if (problems.length > 0) throw new BatonError(problems);
    if (args.dryRun) return { code: 0, report: document, text: `${path} is in order; nothing was queued.\n` };
    return await queueDocument(document as unknown as TestRunDraft, simulated, connection);
  } finally {
    await connection.close();
  }
}

/** By the form alone first, so that a left-over sample is named as such and not as an unknown component. */
async function check(
  document: Parameters<typeof checkTestRun>[0],
  path: string,
  { client, definitions }: Connection,
): Promise<Problem[]> {
  const where = { file: path };
  const first = checkTestRun(document, undefined, where);
  if (first.length > 0) return first;
  const about = await componentType(String(document.component), client, definitions);
  // What cannot be known now is queued all the same; the sender checks it before it goes.
  if (!about) return [];
  const code = String(document.testType);
  const type = await definitions.testType(about.project, about.code, code);
  if (!type)
    return [
      {
        code: 'E8026',
        what: `The database has no test type ${code} for ${about.code}.`,
        where,
        remedy: 'Known ones are written by `baton itkdb prototype`.',
      },
    ];
  return checkTestRun(document, type, where);
}

/** By the component itself; without network by the letters of its serial number, from what is kept on disk. */
async function componentType(
  component: string,
  client: Connection['client'],
  definitions: Connection['definitions'],
): Promise<{ project: string; code: string } | undefined> {
  try {
    const { project, componentType: code } = await getComponent(client, component);
    return { project, code };
  } catch (error) {
    if (!cannotAsk(error)) throw error;
  }
  try {
    return await typeBySerialNumber(definitions, component);
  } catch (error) {
    if (cannotAsk(error)) return undefined;
    throw error;
  }
}

function cannotAsk(error: unknown): boolean {
  return isPassing(error) || isBatonError(error, 'E8001');
}

async function queueDocument(
  draft: TestRunDraft,
  simulated: boolean,
  connection: Connection,
): Promise<Uploaded> {
  const outbox = await Outbox.open(connection.places.outbox);
  try {
    const queued = await outbox.addTestRun(draft, { database: connection.client.name, simulated });
    const sent = await sendQueued(connection, outbox, {});
    const entry = outbox.get(queued.n)!;
    for (const problem of [...entry.problems, ...(sent?.stopped?.problems ?? [])])
      tell(formatProblem(problem));
    return {
      code: exitCodeOf([entry.state]),
      report: entry,
      text: `${draft.testType} ${draft.runNumber} of ${draft.component}: ${stateText(entry.state, entry.remote)}\n`,
    };
  } finally {
    outbox.close();
  }
}

function stateText(state: string, remote: string | undefined): string {
  if (state === 'confirmed') return `in the database as ${remote}`;
  return state === 'held' ? 'held; see `baton queue list`' : 'waiting in the queue';
}
