import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { BatonError, type ExitCode, formatProblem } from '../../base/errors.ts';
import type { Question } from '../../itkdb/registration/dialogue.ts';
import type { RowDefaults } from '../../itkdb/registration/rows.ts';
import { decodeText } from '../../wirebond/formats/text.ts';
import { isInteractive } from '../asking/question.ts';
import { command } from '../command.ts';
import {
  type Connection,
  type DatabaseArguments,
  print,
  tell,
  withConnection,
  withDatabase,
} from '../database/connection.ts';
import { bytesOf } from '../database/documentFile.ts';
import {
  type AskedRegistration,
  askRegistration,
  registrationText,
  sendRegistration,
} from './registrationDialogue.ts';
import { registerTable, short, type TableRegistration } from './registrationTable.ts';

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
      .option('institution', { type: 'string', describe: 'that registers, for rows without that column' })
      .option('project', { type: 'string', describe: 'the same: P pixels, S strips (default: P)' })
      .option('component-type', { type: 'string', describe: 'the same: such as MODULE' })
      .option('type', { type: 'string', describe: 'the same: such as OUTER_SYSTEM_QUAD_MODULE' })
      .option('subproject', { type: 'string', describe: 'the same: such as PG' })
      .option('stage', { type: 'string', describe: 'the same: at which the component is' })
      .example('$0 itkdb register', 'asks one thing after the other; &BACK goes back, &CANCEL ends')
      .example('$0 itkdb register modules.csv --dry-run', 'every row checked, nothing sent')
      .example(
        '$0 itkdb register modules.csv --institution CERN --component-type MODULE',
        'what is the same in all rows',
      )
      .epilogue(
        'A table is started again after a break as it was: what is registered already is found, never made twice. Nothing is ever deleted. Exit code 1: a row failed. 2: a row is wrong, and nothing was sent. 130: cancelled.',
      ),
  async run(args) {
    const table = args.file === undefined ? undefined : await tableOf(args, args.file);
    return withConnection(args, {}, (connection) =>
      table ? registerTable(table, connection) : dialogue(args, connection),
    );
  },
});

/** Read before the database is asked for anything. */
async function tableOf(args: RegisterArguments, file: string): Promise<TableRegistration> {
  const text = decodeText(await bytesOf(file))?.text;
  if (text === undefined)
    throw new BatonError({
      code: 'E8080',
      what: 'The table is no text: a spreadsheet, or a file that was cut short.',
      where: { file },
      remedy: 'Export it as CSV. Nothing was registered.',
    });
  return {
    file,
    text,
    defaults: given(args),
    dryRun: args.dryRun,
    json: args.json,
    results: args.results ?? `${file}.results.csv`,
  };
}

/** What the options say already. */
function given(args: RegisterArguments): RowDefaults {
  const { institution, project, componentType, type, subproject, stage } = args;
  const all = { institution, project, componentType, type, subproject, stage };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value)) as RowDefaults;
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
