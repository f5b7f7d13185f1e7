import { createReadStream } from 'node:fs';
import { appendFile, readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline/promises';
import { type ExitCode, formatProblem } from '../../base/errors.ts';
import type { Question } from '../../itkdb/registration/dialogue.ts';
import { type RegistrationResult, registerOnce } from '../../itkdb/registration/register.ts';
import {
  type RegistrationRow,
  type RowDefaults,
  readRegistrationRows,
} from '../../itkdb/registration/rows.ts';
import { isInteractive } from '../asking/question.ts';
import { command } from '../command.ts';
import {
  type Connection,
  connect,
  type DatabaseArguments,
  print,
  tell,
  withDatabase,
} from '../database/connection.ts';
import {
  type AskedRegistration,
  askRegistration,
  registrationText,
  sendRegistration,
} from './registrationDialogue.ts';

interface RegisterArguments extends DatabaseArguments {
  file?: string;
  dryRun: boolean;
  results?: string;
  institution?: string;
  project?: string;
  componentType?: string;
  type?: string;
  subproject?: string;
  stage?: string;
}

export default command<RegisterArguments>({
  usage: 'register [file]',
  summary: 'register a component by dialogue, or every row of a CSV',
  build: (parser) =>
    withDatabase(parser)
      .positional('file', { type: 'string', describe: 'CSV with one component a row; none: the dialogue' })
      .option('dry-run', { type: 'boolean', default: false, describe: 'check everything, register nothing' })
      .option('results', {
        type: 'string',
        describe: 'file for a result line of each row; default: beside the CSV',
      })
      .option('institution', { type: 'string', describe: 'for rows without that column; as the five below' })
      .option('project', { type: 'string' })
      .option('component-type', { type: 'string' })
      .option('type', { type: 'string' })
      .option('subproject', { type: 'string' })
      .option('stage', { type: 'string' })
      .example('$0 itkdb register', 'asks one thing after the other; &BACK goes back, &CANCEL ends')
      .example('$0 itkdb register modules.csv --dry-run', 'every row checked, nothing sent')
      .epilogue(
        'A table is started again after a break as it was: what is registered already is found, never made twice. Nothing is ever deleted.',
      ) as never,
  async run(args) {
    const connection = await connect(args);
    try {
      return await (args.file === undefined
        ? dialogue(args, connection)
        : table(args, args.file, connection));
    } finally {
      await connection.close();
    }
  },
});

async function table(
  args: RegisterArguments,
  file: string,
  { client, definitions }: Connection,
): Promise<ExitCode> {
  const { rows, problems } = await readRegistrationRows(
    await readFile(file, 'utf8'),
    file,
    definitions,
    given(args),
  );
  for (const problem of problems) tell(formatProblem(problem));
  if (problems.some(({ severity }) => severity !== 'warning')) {
    tell('Nothing was registered.');
    if (args.json) process.stdout.write(`${JSON.stringify({ problems })}\n`);
    return 2;
  }
  if (args.dryRun) {
    print(args.json, rows, () => `${rows.length} rows are in order; nothing was sent.\n`);
    return 0;
  }
  const counts = { registered: 0, present: 0, failed: 0 };
  const resultFile = args.results ?? `${file}.results.csv`;
  for (const row of rows) {
    const result = await registerOnce(client, row);
    counts[result.state] += 1;
    const line = resultLine(row, result);
    await appendFile(resultFile, `${line.map(csvCell).join(',')}\n`);
    if (args.json) process.stdout.write(`${JSON.stringify({ line: row.line, ...short(result) })}\n`);
    else process.stdout.write(`${line.filter(Boolean).join('  ')}\n`);
  }
  tell(
    `${counts.registered} registered, ${counts.present} there already, ${counts.failed} failed; ${resultFile}`,
  );
  return counts.failed > 0 ? 1 : 0;
}

/** What the options say already. */
function given(args: RegisterArguments): RowDefaults {
  const { institution, project, componentType, type, subproject, stage } = args;
  const all = { institution, project, componentType, type, subproject, stage };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value)) as RowDefaults;
}

function resultLine(row: RegistrationRow, result: RegistrationResult): string[] {
  const { component, state, problems } = result;
  return [
    `line ${row.line}`,
    component?.serialNumber ?? result.serialNumber ?? '',
    state,
    component?.code ?? '',
    component?.currentStage ?? '',
    problems.map(({ code, what }) => `${code} ${what}`).join(' '),
  ];
}

function short({ state, serialNumber, component, problems }: RegistrationResult) {
  return { state, serialNumber, code: component?.code, stage: component?.currentStage, problems };
}

function csvCell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The dialogue at a terminal, or answered line by line from a pipe. */
async function dialogue(args: RegisterArguments, connection: Connection): Promise<ExitCode> {
  const terminal = createInterface({
    input: isInteractive() ? process.stdin : createReadStream('', { fd: 0, autoClose: false }),
    output: process.stderr,
    terminal: isInteractive(),
  });
  const lines = terminal[Symbol.asyncIterator]();
  try {
    const wanted = await askRegistration(connection.definitions, given(args), async (question, said) => {
      for (const problem of said) tell(formatProblem(problem));
      ask(question);
      const { value: typed, done } = await lines.next();
      if (done || typed.trim() === '&CANCEL') return 'cancel';
      return typed.trim() === '&BACK' ? 'back' : { said: typed };
    });
    return wanted ? await send(args, connection, wanted) : cancelled();
  } finally {
    terminal.close();
  }
}

function ask({ text, choices, hint, default: preset, optional }: Question): void {
  tell('');
  if (hint) tell(hint);
  for (const [index, { code, name }] of (choices ?? []).entries())
    tell(`  ${index + 1}) ${code}${name && name !== code ? `  ${name}` : ''}`);
  const empty = preset ? ` [${preset}]` : optional ? ' (may be empty)' : '';
  process.stderr.write(`${text}${empty}: `);
}

async function send(
  args: RegisterArguments,
  connection: Connection,
  wanted: AskedRegistration,
): Promise<ExitCode> {
  if (args.dryRun) {
    print(args.json, wanted, () => `${JSON.stringify(wanted, null, 2)}\n`);
    return 0;
  }
  const result = await sendRegistration(connection, wanted);
  for (const problem of result.problems) tell(formatProblem(problem));
  print(args.json, short(result), () => `${registrationText(result).join('\n')}\n`);
  return result.state === 'failed' ? 1 : 0;
}

function cancelled(): ExitCode {
  tell('\nNothing was registered.');
  return 130;
}
