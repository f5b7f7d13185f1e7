import { appendFile } from 'node:fs/promises';
import { BatonError, type ExitCode, formatProblem } from '../../base/errors.ts';
import { type RegistrationResult, registerOnce } from '../../itkdb/registration/register.ts';
import {
  type RegistrationRow,
  type RowDefaults,
  readRegistrationRows,
} from '../../itkdb/registration/rows.ts';
import { type Connection, print, tell } from '../database/connection.ts';
import { csvLine } from '../printing/csv.ts';

export interface TableRegistration {
  file: string;
  text: string;
  /** For columns that the file has not. */
  defaults: RowDefaults;
  dryRun: boolean;
  json: boolean;
  /** File for a result line of each row. */
  results: string;
}

/** After so many rows in a row that the database could not be asked about, the rest is for another time. */
const faultsInARow = 3;
const faults = new Set(['E8011', 'E8012', 'E8013', 'E8014', 'E8016', 'E8018']);

/** Registers every row of a table, once, however often it is started again. */
export async function registerTable(
  { file, text, defaults, dryRun, json, results }: TableRegistration,
  { client, definitions }: Pick<Connection, 'client' | 'definitions'>,
): Promise<ExitCode> {
  const { rows, problems } = await readRegistrationRows(text, file, definitions, defaults);
  for (const problem of problems) tell(formatProblem(problem));
  if (problems.some(({ severity }) => severity !== 'warning')) {
    tell('Nothing was registered.');
    if (json) process.stdout.write(`${JSON.stringify({ problems })}\n`);
    return 2;
  }
  if (dryRun) {
    print(json, rows, () => `${rows.length} rows are in order; nothing was sent.\n`);
    return 0;
  }
  const counts = { registered: 0, present: 0, failed: 0 };
  const summary = () =>
    tell(
      `${counts.registered} registered, ${counts.present} there already, ${counts.failed} failed; ${results}`,
    );
  let inARow = 0;
  try {
    for (const row of rows) {
      const result = await registerOnce(client, row);
      counts[result.state] += 1;
      const line = resultLine(row, result);
      await appendFile(results, csvLine(line));
      if (json) process.stdout.write(`${JSON.stringify({ line: row.line, ...short(result) })}\n`);
      else process.stdout.write(`${line.filter(Boolean).join('  ')}\n`);
      inARow = result.problems.some(({ code }) => faults.has(code)) ? inARow + 1 : 0;
      if (inARow === faultsInARow) throw leftAlone(rows.length - rows.indexOf(row) - 1);
    }
  } finally {
    summary();
  }
  return counts.failed > 0 ? 1 : 0;
}

function leftAlone(rows: number): BatonError {
  return new BatonError(
    {
      code: 'E8012',
      what: `The database does not answer as it should; ${rows} rows were not tried.`,
      remedy: 'Start the table again later, as it is: what is registered is found.',
    },
    { exitCode: 3 },
  );
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

export function short({ state, serialNumber, component, problems }: RegistrationResult) {
  return { state, serialNumber, code: component?.code, stage: component?.currentStage, problems };
}
