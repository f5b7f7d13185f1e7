import { stat } from 'node:fs/promises';
import { type ExitCode, formatProblem } from '../base/errors.ts';
import { counted } from '../base/quantityText.ts';
import { isLeftOut } from '../itkdb/testRuns/runDocuments.ts';
import { findRun } from '../journal/runDirectory.ts';
import { command } from './command.ts';
import { type DatabaseArguments, localName, runsOf, tell, withDatabase } from './database/connection.ts';
import { finishedRecord } from './database/finishedRecord.ts';
import { keepUpload } from './database/keepUpload.ts';
import { uploadDocument } from './database/uploadDocument.ts';
import { exitCodeOf, refused, type Uploaded } from './database/uploaded.ts';
import { loadMapping, type RunUpload, uploadRun } from './database/uploadRun.ts';

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

/** One that is refused keeps no other from being uploaded. */
async function uploadOne(args: UploadArguments, name: string | undefined): Promise<Uploaded> {
  try {
    return name !== undefined && (await isFile(name))
      ? await uploadDocument(args, name)
      : await uploadNamedRun(args, name);
  } catch (error) {
    return refused(error);
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
