import { relative } from 'node:path';
import { BatonError, type ExitCode, formatProblem, type Problem } from '../base/errors.ts';
import { batonVersion } from '../base/programs.ts';
import { counted } from '../base/quantityText.ts';
import { loadCriteria, loadWirebondConfig } from '../wirebond/config.ts';
import { criteriaInForce } from '../wirebond/criteria.ts';
import { type QueueDocument, type QueuedDocument, rawFile } from '../wirebond/document.ts';
import { loadUnits } from '../wirebond/load.ts';
import { preview } from '../wirebond/preview.ts';
import { type PullTestResult, resultOf } from '../wirebond/result.ts';
import { dateOrders } from '../wirebond/settling/date.ts';
import type { GradeTable } from '../wirebond/site.ts';
import { type Asker, askTerminal } from './asking/ask.ts';
import { command } from './command.ts';
import { type DatabaseArguments, withDatabase } from './database/connection.ts';
import { withDocumentQueue } from './database/documentQueue.ts';
import { readPullFiles, type SaidByOperator } from './wirebond/pullFiles.ts';

export interface WirebondArguments extends DatabaseArguments, SaidByOperator {
  files: string[];
  title: string;
  institution: string | undefined;
  stage: string | undefined;
  criteria: string | undefined;
  dryRun: boolean;
  yes: boolean;
}

/** What the command line wires: the outbox, the person at the terminal, the output and the clock. */
interface WirebondWiring {
  queueDocument: QueueDocument | undefined;
  asker: Asker | undefined;
  write(line: string): void;
  complain(line: string): void;
  now(): number;
}

export default command<WirebondArguments>({
  usage: 'wirebond <files..>',
  summary: 'read wirebond-pull files, judge them, and queue them for upload',
  build: (parser) =>
    withDatabase(parser)
      .positional('files', {
        type: 'string',
        array: true,
        demandOption: true,
        describe: 'pull files: DAGE CSV, Delvotec text, three columns',
      })
      .option('component', { type: 'string', describe: 'serial number of the module' })
      .option('title', { type: 'string', default: 'Wirebond pulls', describe: 'marks the test runs' })
      .option('dry-run', { type: 'boolean', default: false, describe: 'show everything, queue nothing' })
      .option('yes', { type: 'boolean', default: false, describe: 'queue without asking after the preview' })
      .option('date-order', { choices: dateOrders, describe: 'order of day, month and year in the files' })
      .option('unit', { choices: loadUnits, describe: 'unit of the loads, for a file that names none' })
      .option('operator', { type: 'string', describe: 'who made the pulls' })
      .option('instrument', { type: 'string', describe: 'what made the pulls' })
      .option('date', {
        type: 'string',
        describe: 'when, instead of the date in the file: "2025-03-01 14:05"',
      })
      .option('institution', {
        type: 'string',
        describe: 'code of the institution; default: where the module is',
      })
      .option('stage', {
        type: 'string',
        describe: 'stage at which the pulls were made; default: where the module was on their date',
      })
      .option('criteria', { type: 'string', describe: 'a file of criteria instead of those in force' })
      .example('$0 wirebond pulls.csv --component 20UPGM22110131', 'look, confirm, queue')
      .example(
        '$0 wirebond pulls.csv --component 20UPGM22110131 --dry-run --json',
        'the document and the statistics',
      ),
  run: (args) =>
    withDocumentQueue(args, (queueDocument) =>
      runWirebond(args, {
        queueDocument: (document, files) =>
          queueDocument({ ...document, results: { ...document.results } }, files),
        asker: askTerminal(),
        write: (line) => void process.stdout.write(`${line}\n`),
        complain: (line) => void process.stderr.write(`${line}\n`),
        now: Date.now,
      }),
    ),
});

/** 0 all pass · 1 one does not · 2 refused, nothing queued · 3 some queued, some files refused · 130 the operator said no. */
export async function runWirebond(args: WirebondArguments, wiring: WirebondWiring): Promise<ExitCode> {
  if (!args.dryRun) refuseEarly(args, wiring);
  const config = await loadWirebondConfig(fromHere(args.config));
  const now = wiring.now();
  const inForce = args.criteria
    ? { criteria: await loadCriteria(args.criteria), problems: [] }
    : criteriaInForce(config.criteria, now);
  const { readings, problems: open } = await readPullFiles(args.files, args, {
    site: config.site,
    now,
    asker: wiring.asker,
  });
  const problems = [...inForce.problems, ...open];
  if (inForce.problems.some(isError)) throw new BatonError(problems);
  const results = readings
    .flatMap(({ tests }) => tests)
    .map((test) =>
      resultOf(test, {
        site: config.site,
        criteria: inForce.criteria,
        marks: {
          title: args.title,
          institution: args.institution,
          stage: args.stage,
          version: batonVersion(),
        },
      }),
    );
  if (args.dryRun) problems.push(...assumedTables(results).map((table) => assumption(table, 'warning')));
  show(results, problems, { args, wiring });

  const ready = args.dryRun ? [] : await confirmed(results, { args, wiring, problems });
  const queued =
    ready === 'declined'
      ? new Map<PullTestResult, QueuedDocument>()
      : await queueAll(ready, wiring, problems);
  if (args.json)
    wiring.write(JSON.stringify(asJson({ args, config: config.file, results, queued, problems }), null, 2));
  else for (const [result, answer] of queued) wiring.write(queuedText(result, answer));
  if (ready !== 'declined') return exitCodeOf(results, problems, queued.size);
  wiring.complain('Nothing was queued.');
  return 130;
}

/** Before anything is read: what would only be found out at the end. */
function refuseEarly({ yes }: WirebondArguments, { queueDocument, asker }: WirebondWiring): void {
  if (queueDocument === undefined)
    throw new BatonError({
      code: 'E9224',
      what: 'There is no outbox to queue the test runs in.',
      remedy: 'Use --dry-run to look at them; --dry-run --json prints the documents.',
    });
  if (!yes && asker === undefined)
    throw new BatonError({
      code: 'E9222',
      what: 'Test runs are queued only after somebody has looked at them, and there is nobody at a terminal.',
      remedy: 'Give --yes to queue them without a question, or --dry-run to look only.',
    });
}

/** Paths as people see them: from the working directory, where they lie below it. */
function fromHere(path: string): string {
  const seen = relative(process.cwd(), path);
  return seen.startsWith('..') ? path : seen;
}

/** What a person looks at: on standard output, or beside it where that belongs to a program. */
function show(
  results: readonly PullTestResult[],
  problems: readonly Problem[],
  { args, wiring }: { args: WirebondArguments; wiring: WirebondWiring },
): void {
  const asked = !args.dryRun && !args.yes;
  const say = args.json ? wiring.complain : wiring.write;
  if (!args.json || asked)
    for (const { test, statistics, judgement } of results)
      say(`${preview(test, statistics, judgement).join('\n')}\n`);
  for (const problem of problems) wiring.complain(formatProblem(problem));
}

/** The results that may be queued: complete, with a table of grades that somebody stands for, and wanted. */
async function confirmed(
  results: readonly PullTestResult[],
  { args, wiring, problems }: { args: WirebondArguments; wiring: WirebondWiring; problems: Problem[] },
): Promise<PullTestResult[] | 'declined'> {
  const complete = results.filter(({ document }) => document !== undefined);
  const refused = new Set<GradeTable | undefined>();
  for (const table of assumedTables(complete)) {
    const meaning = Object.entries(table.breaks).map(([grade, mode]) => `${grade} ${mode}`);
    const question = `Nobody at this site has confirmed what the grades mean: ${meaning.join(', ')}. Is it so on this machine?`;
    if (await wiring.asker?.confirm(question)) continue;
    refused.add(table);
    const problem = assumption(table, 'error');
    problems.push(problem);
    wiring.complain(formatProblem(problem));
  }
  const ready = complete.filter(({ test }) => !refused.has(test.grades));
  if (ready.length === 0 || args.yes) return ready;
  const many = ready.length === 1 ? 'this test run' : `these ${counted(ready.length, 'test run')}`;
  const verdicts = ready.map(({ judgement }) => judgement.verdict).join(', ');
  return (await wiring.asker?.confirm(`Queue ${many} (${verdicts}) for upload?`)) ? ready : 'declined';
}

function assumedTables(results: readonly PullTestResult[]): GradeTable[] {
  return [...new Set(results.flatMap(({ test: { grades } }) => (grades?.assumed ? [grades] : [])))];
}

function assumption({ source }: GradeTable, severity: 'error' | 'warning'): Problem {
  return {
    code: 'E9211',
    severity,
    what: `The table of grades is only assumed (${source}); the verdict rests on it.`,
    remedy:
      'Check it against the machine, correct it in config/wirebond.json, and set "assumed" to false there.',
  };
}

/** One that cannot be queued keeps no other from it. */
async function queueAll(
  results: readonly PullTestResult[],
  { queueDocument, complain }: WirebondWiring,
  problems: Problem[],
): Promise<Map<PullTestResult, QueuedDocument>> {
  const queued = new Map<PullTestResult, QueuedDocument>();
  for (const result of results) {
    try {
      queued.set(result, await queueDocument!(result.document!, [rawFile(result.test, result.test.file)]));
    } catch (error) {
      if (!(error instanceof BatonError)) throw error;
      problems.push(...error.problems);
      for (const problem of error.problems) complain(formatProblem(problem));
    }
  }
  return queued;
}

function queuedText({ test }: PullTestResult, { id, already }: QueuedDocument): string {
  return `${already ? 'Was queued already' : 'Queued'}: ${test.component}, ${counted(test.pulls.length, 'pull')}, ${id}`;
}

function asJson({
  args,
  config,
  results,
  queued,
  problems,
}: {
  args: WirebondArguments;
  config: string;
  results: readonly PullTestResult[];
  queued: ReadonlyMap<PullTestResult, QueuedDocument>;
  problems: readonly Problem[];
}) {
  return {
    dryRun: args.dryRun,
    config,
    tests: results.map((result) => ({
      file: result.test.file,
      sha256: result.test.sha256,
      format: result.test.format,
      unit: result.test.unit,
      component: result.test.component,
      position: result.test.position,
      of: result.test.of,
      grades: result.test.grades ?? null,
      statistics: result.statistics,
      judgement: result.judgement,
      document: result.document ?? null,
      attachments: [rawFile(result.test, result.test.file)],
      queued: queued.get(result) ?? null,
    })),
    problems,
  };
}

function exitCodeOf(
  results: readonly PullTestResult[],
  problems: readonly Problem[],
  queued: number,
): ExitCode {
  if (problems.some(isError)) return queued > 0 ? 3 : 2;
  return results.every(({ judgement }) => judgement.verdict === 'PASS') ? 0 : 1;
}

function isError({ severity }: Problem): boolean {
  return severity !== 'warning';
}
