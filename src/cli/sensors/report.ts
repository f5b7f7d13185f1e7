import { resolve } from 'node:path';
import { writeFileAtomically } from '../../base/atomicFile.ts';
import type { ExitCode } from '../../base/errors.ts';
import { counted } from '../../base/quantityText.ts';
import { byBatch, sensorReport } from '../../sensors/report/report.ts';
import { command } from '../command.ts';
import { withDatabase } from '../database/connection.ts';
import { openOnDesktop } from '../printing/openFile.ts';
import { type ComparedArguments, comparedTests } from './compared.ts';
import { type SensorServices, withSensorDatabase } from './database.ts';
import { tellUnread, withSensorCriteria, withSensorFiles } from './input.ts';

export interface ReportArguments extends ComparedArguments {
  out: string;
  open: boolean;
}

export default command<ReportArguments>({
  usage: 'report [paths..]',
  summary: 'compare tests in one HTML page: table, plots, histograms',
  build: (parser) =>
    withDatabase(withSensorCriteria(withSensorFiles(parser)))
      .option('batch', {
        type: 'string',
        describe: 'this batch alone; without a path, its tests in the database',
      })
      .option('wafers', { type: 'string', describe: 'these wafers alone: 164,175' })
      .option('out', { type: 'string', default: 'sensor-report.html', describe: 'the page to write' })
      .option('open', { type: 'boolean', default: true, describe: 'show it in the browser' })
      .option('database', {
        type: 'boolean',
        describe: 'with the database (default: if it can be had); --no-database: files alone',
      })
      .example('$0 sensors report measurements/', 'all tests below the folder')
      .example('$0 sensors report data/ --batch VPX90002 --wafers 161,164', 'two wafers'),
  run: (args) => withSensorDatabase(args, (services) => runReport(args, services)),
});

export async function runReport(args: ReportArguments, given: SensorServices): Promise<ExitCode> {
  const compared = await comparedTests(args, given);
  const groups = byBatch(compared.tests);
  const out = resolve(args.out);
  await writeFileAtomically(out, sensorReport(groups, { ...compared, title: reportTitle(groups) }), 0o644);
  tellUnread(compared);
  for (const remark of compared.remarks) process.stderr.write(`${remark}\n`);
  const summary = { report: out, tests: compared.tests.length, batches: groups.map(({ title }) => title) };
  if (args.json)
    process.stdout.write(`${JSON.stringify({ ...summary, unreadable: compared.unreadable }, null, 2)}\n`);
  else
    process.stdout.write(
      `${counted(summary.tests, 'test')} of ${counted(groups.length, 'batch', 'batches')}: ${out}\n`,
    );
  if (args.open && !args.json) openOnDesktop(out);
  return 0;
}

function reportTitle(groups: readonly { title: string }[]): string {
  return groups.length === 1 ? `Sensor tests of ${groups[0]!.title}` : 'Sensor tests';
}
