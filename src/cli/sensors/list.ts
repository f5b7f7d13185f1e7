import type { ExitCode } from '../../base/errors.ts';
import { type JudgedTest, judge } from '../../sensors/judged.ts';
import { type ListedTest, listed, listedFields } from '../../sensors/listing.ts';
import { parseQuestion } from '../../sensors/query/query.ts';
import { command } from '../command.ts';
import { withDatabase } from '../database/connection.ts';
import { cellText, csvLine } from '../printing/csv.ts';
import { printTable } from '../printing/table.ts';
import { askDatabase, batchesOf, type SensorServices, withSensorDatabase } from './database.ts';
import {
  criteriaOf,
  importNamed,
  type SensorArguments,
  siteOf,
  tellUnread,
  withSensorCriteria,
  withSensorFiles,
} from './input.ts';

interface ListArguments extends SensorArguments {
  where?: string | undefined;
  csv: boolean;
  database: boolean;
  fields?: string | undefined;
}

/** What a table shows unless it is told otherwise. */
const usualFields = ['batch', 'wafer', 'testType', 'segment', 'timestamp', 'decision', 'flags', 'filename'];

export default command<ListArguments>({
  usage: 'list [paths..]',
  summary: 'list tests, or those that answer a question',
  build: (parser) =>
    withDatabase(withSensorCriteria(withSensorFiles(parser)))
      .option('where', { type: 'string', describe: "a question: 'testType=IV and timestamp>2020-01-01'" })
      .option('csv', { type: 'boolean', default: false, describe: 'as comma-separated values, every field' })
      .option('fields', { type: 'string', describe: 'the columns of the table, with commas between' })
      .option('database', { type: 'boolean', default: false, describe: "ask it of the database's tests" })
      .example("$0 sensors list data/ --where 'decision!=Pass'", 'what did not pass, with its flags')
      .example(
        "$0 sensors list data/ --where 'testType=CV and depletionVoltage_V>320' --json",
        'for a program',
      )
      .epilog(`Fields: ${listedFields.join(', ')}.`),
  run: (args) => withSensorDatabase(args, (services) => runList(args, services)),
});

export async function runList(args: ListArguments, given: SensorServices): Promise<ExitCode> {
  const question = args.where === undefined ? undefined : parseQuestion(args.where, listedFields);
  const asked = await testsAsked(args, given);
  const found = asked.map(listed).filter((test) => question?.(test) ?? true);
  if (args.json) process.stdout.write(`${JSON.stringify(found, null, 2)}\n`);
  else if (args.csv) printCsv(found);
  else if (found.length === 0) process.stdout.write('No test answers it.\n');
  else {
    const fields = args.fields?.split(',').map((name) => name.trim()) ?? usualFields;
    printTable(
      fields,
      found.map((test) => fields.map((field) => cellText(test[field]))),
    );
  }
  return 0;
}

async function testsAsked(args: ListArguments, given: SensorServices): Promise<JudgedTest[]> {
  const criteria = criteriaOf(args);
  const tests = [];
  if (args.database) {
    const database = await given.database(siteOf(args));
    const side = await askDatabase(database, batchesOf(await database.components()));
    tests.push(...side.tests.map((test) => side.known.complete(test)));
  }
  if (args.paths.length > 0 || !args.database) {
    const imported = await importNamed(args.paths.length > 0 ? args : { ...args, paths: ['.'] });
    tellUnread(imported);
    tests.push(...imported.tests);
  }
  return tests.map((test) => judge(test, criteria));
}

function printCsv(tests: readonly ListedTest[]): void {
  const present = new Set(tests.flatMap((test) => Object.keys(test)));
  const fields = listedFields.filter((field) => present.has(field));
  process.stdout.write(csvLine(fields));
  for (const test of tests) process.stdout.write(csvLine(fields.map((field) => cellText(test[field]))));
}
