import pc from 'picocolors';
import { readRecord } from '../journal/readRecord.ts';
import { findRun, listRuns, type RunDirectory } from '../journal/runDirectory.ts';
import { formatDuration, formatMeasurement } from '../terminal/numbers.ts';
import { verdictBlock } from '../terminal/verdictBlock.ts';
import { type CommonArguments, command } from './command.ts';
import { withConfig } from './options.ts';
import { printTable } from './printing/table.ts';
import { summarise } from './runs/recordedRuns.ts';
import { stationOf } from './station/stationFiles.ts';

interface RunsArguments extends CommonArguments {
  config: string;
  directory?: string;
  action: 'list' | 'show' | 'export';
  runs: string[];
  format: 'csv' | 'json' | 'columns' | 'prism';
  output?: string;
}

export default command<RunsArguments>({
  usage: 'runs <action> [runs..]',
  summary: 'list the runs, show one of them, or export them',
  build: (parser) =>
    withConfig(parser)
      .positional('action', {
        choices: ['list', 'show', 'export'] as const,
        demandOption: true,
        describe: 'what to do',
      })
      .positional('runs', {
        type: 'string',
        array: true,
        default: [] as string[],
        describe: 'id of a run, the beginning of it, or its folder; default: show the last one, export all',
      })
      .option('directory', {
        type: 'string',
        describe: 'where the run directories are (default: runs_directory of station.json)',
      })
      .option('format', {
        choices: ['csv', 'json', 'columns', 'prism'] as const,
        default: 'csv' as const,
        describe: 'export: a row a measurement, whole records, typed columns, or Prism’s result records',
      })
      .option('output', { type: 'string', describe: 'export: file (prism: folder) to write; default: print' })
      .example('$0 runs list', 'the newest first')
      .example('$0 runs show', 'the last one, with every measurement')
      .example(
        '$0 runs export --format columns --output runs.json',
        'all of them, for a data frame',
      ) as never,
  async run({ action, runs, config, directory, format, output, json }) {
    const root = directory ?? (await stationOf({ config })).station.runsDirectory;
    if (action === 'list') return list(root, json);
    if (action === 'export') {
      const { exportRuns } = await import('./runs/exportRuns.ts');
      return exportRuns({ root, selectors: runs, format: json ? 'json' : format, output });
    }
    return show(await findRun(root, runs[0]), json);
  },
});

async function list(root: string, json: boolean): Promise<0> {
  const runs = await Promise.all((await listRuns(root)).map(summarise));
  if (json) process.stdout.write(`${JSON.stringify(runs, null, 2)}\n`);
  else if (runs.length === 0) process.stdout.write(`No runs in ${root}.\n`);
  else {
    printTable(
      ['run', 'title', 'modules', 'verdict', 'end', 'took'],
      runs.map(({ run, title, modules, verdict, end, seconds }) => [
        run,
        title,
        modules.join(' '),
        verdict ?? '?',
        end,
        seconds === undefined ? '' : formatDuration(seconds),
      ]),
    );
  }
  return 0;
}

async function show(run: RunDirectory, json: boolean): Promise<0> {
  const record = await readRecord(run);
  if (json) {
    process.stdout.write(`${JSON.stringify(record, null, 2)}\n`);
    return 0;
  }
  const out = process.stdout;
  out.write(`${pc.bold(record.title)}  ${record.run}\n${run.path}\n`);
  out.write(
    `at ${record.station.id}${record.station.simulated ? ' (simulated)' : ''}, by ${record.operator}, ${new Date(record.started).toISOString()}\n`,
  );
  for (const step of record.steps) {
    for (const { module, measurements, criteria } of step.results) {
      const name = record.modules.find(({ index }) => index === module)?.name ?? module;
      out.write(
        `\n${pc.bold(`step ${step.step}  ${step.calibration}`)}  ${name}  ${criteria ? `by ${criteria.name} of ${criteria.date}` : 'no criteria'}\n`,
      );
      for (const measurement of measurements) out.write(`  ${formatMeasurement(measurement)}\n`);
    }
  }
  out.write(verdictBlock(record, pc));
  return 0;
}
