import { createReadStream } from 'node:fs';
import { appendFile, readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline/promises';
import { BatonError, type ExitCode, formatProblem } from '../../base/errors.ts';
import {
  type Answers,
  type Known,
  nextQuestion,
  noAnswers,
  type Question,
  takeAnswer,
} from '../../itkdb/registration/dialogue.ts';
import { type RegistrationResult, registerOnce, type Wanted } from '../../itkdb/registration/register.ts';
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
  const { institution, project, componentType, type, subproject, stage } = args;
  const defaults = Object.fromEntries(
    Object.entries({ institution, project, componentType, type, subproject, stage }).filter(
      ([, value]) => value,
    ),
  ) as RowDefaults;
  const { rows, problems } = await readRegistrationRows(
    await readFile(file, 'utf8'),
    file,
    definitions,
    defaults,
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
async function dialogue(args: RegisterArguments, { client, definitions }: Connection): Promise<ExitCode> {
  const { value: institutions } = await definitions.institutions();
  let known: Known = { institutions, componentTypes: [] };
  // What was given as an option is answered already.
  const { institution, project, componentType, type, subproject, stage } = args;
  const given = Object.fromEntries(
    Object.entries({ institution, project, componentType, type, subproject, stage }).filter(
      ([, value]) => value,
    ),
  );
  const said: Answers[] = [{ ...noAnswers, ...given }];
  const terminal = createInterface({
    input: isInteractive() ? process.stdin : createReadStream('', { fd: 0, autoClose: false }),
    output: process.stderr,
    terminal: isInteractive(),
  });
  const lines = terminal[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = nextQuestion(known, said.at(-1)!);
      if ('declined' in next) return cancelled();
      if ('done' in next) return await send(args, client, definitions, next.done);
      if ('fetch' in next) {
        const componentTypes = (await definitions.componentTypes(next.fetch.project)).value;
        if (!componentTypes.some(({ code }) => code === next.fetch.componentType))
          throw noDefinition(next.fetch);
        known = { institutions, componentTypes };
        continue;
      }
      ask(next.ask);
      const { value: typed, done } = await lines.next();
      if (done || typed.trim() === '&CANCEL') return cancelled();
      if (typed.trim() === '&BACK') {
        if (said.length > 1) said.pop();
        continue;
      }
      const taken = takeAnswer(known, said.at(-1)!, typed);
      if ('problems' in taken) for (const problem of taken.problems) tell(formatProblem(problem));
      else {
        for (const warning of taken.warnings) tell(formatProblem(warning));
        said.push(taken.answers);
      }
    }
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
  client: Connection['client'],
  definitions: Connection['definitions'],
  { registration, stage }: Pick<Wanted, 'registration' | 'stage'>,
): Promise<ExitCode> {
  if (args.dryRun) {
    print(args.json, { registration, stage }, () => `${JSON.stringify({ registration, stage }, null, 2)}\n`);
    return 0;
  }
  const type = await definitions.componentType(registration.project, registration.componentType);
  const uniqueProperties = (type?.properties ?? [])
    .filter(({ unique, code }) => unique && code in registration.properties)
    .map(({ code }) => code);
  const result = await registerOnce(client, { registration, stage, uniqueProperties });
  for (const problem of result.problems) tell(formatProblem(problem));
  print(args.json, short(result), () => {
    const { component } = result;
    if (!component) return 'It was not registered.\n';
    const held = Object.entries(component.properties).map(
      ([code, value]) => `  ${code} = ${JSON.stringify(value)}\n`,
    );
    const what = result.state === 'registered' ? 'Registered' : 'It was there already';
    return `${what}: the database holds ${component.serialNumber ?? component.code}, ${component.componentType} ${component.type}, at ${component.currentLocation}, stage ${component.currentStage}\n${held.join('')}`;
  });
  return result.state === 'failed' ? 1 : 0;
}

function cancelled(): ExitCode {
  tell('\nNothing was registered.');
  return 130;
}

function noDefinition({ project, componentType }: { project: string; componentType: string }): BatonError {
  return new BatonError({
    code: 'E8026',
    what: `The database does not describe component type ${componentType} of project ${project}.`,
    remedy: 'Refresh the definitions with `baton itkdb mirror`.',
  });
}
