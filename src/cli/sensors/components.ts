import type { ExitCode } from '../../base/errors.ts';
import { waferOf } from '../../sensors/database/compare.ts';
import { compareNames } from '../../sensors/judged.ts';
import type { ListedTest } from '../../sensors/listing.ts';
import { parseQuestion } from '../../sensors/query/query.ts';
import { command } from '../command.ts';
import { withDatabase } from '../database/connection.ts';
import { cellText } from '../printing/csv.ts';
import { printTable } from '../printing/table.ts';
import { type SensorServices, withSensorDatabase } from './database.ts';
import { importNamed, type SensorArguments, siteOf, withSensorFiles } from './input.ts';

interface ComponentsArguments extends SensorArguments {
  where?: string | undefined;
}

const fields = ['batch', 'wafer', 'serialNumber', 'componentCode', 'sensorType'];

export default command<ComponentsArguments>({
  usage: 'components [paths..]',
  summary: 'list the wafers',
  build: (parser) =>
    withDatabase(withSensorFiles(parser))
      .option('where', { type: 'string', describe: `a question about ${fields.join(', ')}` })
      .example("$0 sensors components --where 'batch=VPX90002'", "the database's wafers of a batch")
      .example('$0 sensors components data/', 'the wafers that the files are of'),
  run: (args) => withSensorDatabase(args, (services) => runComponents(args, services)),
});

export async function runComponents(args: ComponentsArguments, given: SensorServices): Promise<ExitCode> {
  const question = args.where === undefined ? undefined : parseQuestion(args.where, fields);
  const wafers = args.paths.length > 0 ? await wafersOfFiles(args) : await wafersOfDatabase(args, given);
  const found = wafers.filter((wafer) => question?.(wafer) ?? true);
  found.sort(
    (one, other) =>
      compareNames(cellText(one.batch), cellText(other.batch)) ||
      compareNames(cellText(one.wafer), cellText(other.wafer)),
  );
  if (args.json) process.stdout.write(`${JSON.stringify(found, null, 2)}\n`);
  else
    printTable(
      fields,
      found.map((wafer) => fields.map((field) => cellText(wafer[field]))),
    );
  return 0;
}

async function wafersOfDatabase(args: ComponentsArguments, given: SensorServices): Promise<ListedTest[]> {
  const components = await (await given.database(siteOf(args))).components();
  return components.map((component) => ({
    ...waferOf(component),
    serialNumber: component.serialNumber,
    componentCode: component.code,
    ...(component.type ? { sensorType: component.type } : {}),
  }));
}

async function wafersOfFiles(args: ComponentsArguments): Promise<ListedTest[]> {
  const { tests } = await importNamed(args);
  const wafers = new Map<string, ListedTest>();
  for (const test of tests) {
    const { batch, wafer, serialNumber, sensorType } = test;
    const key = JSON.stringify([batch, wafer]);
    const known = Object.entries({ batch, wafer, serialNumber, sensorType }).filter(
      ([, value]) => value !== undefined,
    );
    wafers.set(key, { ...(Object.fromEntries(known) as ListedTest), ...wafers.get(key) });
  }
  return [...wafers.values()];
}
