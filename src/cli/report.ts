import { dirname, resolve } from 'node:path';
import { writeFileAtomically } from '../base/atomicFile.ts';
import { readRecord } from '../journal/readRecord.ts';
import { findRun, type RunDirectory } from '../journal/runDirectory.ts';
import { readUploads, uploadOf } from '../reports/run/uploads.ts';
import { type CommonArguments, command } from './command.ts';
import { inOutbox } from './database/outboxOfStation.ts';
import { withConfig } from './options.ts';
import { stationOf } from './station/stationFiles.ts';

interface ReportArguments extends CommonArguments {
  run?: string;
  config: string;
  directory?: string;
  output?: string;
  database: boolean;
}

export default command<ReportArguments>({
  usage: 'report [run]',
  summary: 'write the report of a run: one HTML file that carries everything',
  build: (parser) =>
    withConfig(parser)
      .positional('run', {
        type: 'string',
        describe: 'id of a run, the beginning of it, or its folder; or a ROOT file; default: the last run',
      })
      .option('directory', {
        type: 'string',
        describe: 'where the run directories are (default: runs_directory of station.json)',
      })
      .option('output', { type: 'string', describe: 'where to write it (default: report.html of the run)' })
      .option('database', {
        type: 'boolean',
        default: true,
        describe: 'ask the database for the module’s earlier results, where nobody must log in first',
      })
      .example('$0 report', 'of the last run')
      .example('$0 report results.root --output histograms.html', 'every histogram of a ROOT file'),
  async run({ json, ...args }) {
    const path = await write(args);
    process.stdout.write(json ? `${JSON.stringify({ report: path })}\n` : `${path}\n`);
    return 0;
  },
});

async function write({
  run,
  config,
  directory,
  output,
  database,
}: Omit<ReportArguments, 'json'>): Promise<string> {
  if (run !== undefined && /\.root$/i.test(run)) {
    const { histogramsPage } = await import('../reports/readout/histogramsPage.ts');
    const page = await histogramsPage(run);
    const path = resolve(output ?? `${run}.html`);
    await writeFileAtomically(path, page);
    return path;
  }
  const { buildRunReport, reportPath } = await import('../reports/writeRunReport.ts');
  const root = directory ?? (await stationOf({ config })).station.runsDirectory;
  const found = await findRun(root, run);
  if (database) {
    const { keepPast } = await import('./database/pastOfModules.ts');
    await keepPast(found, { config });
  }
  const path = output === undefined ? reportPath(found.path) : resolve(output);
  await writeFileAtomically(path, await buildRunReport(found.path, await uploadsNow(found)));
  return path;
}

/** As the queue tells them now: what was queued after the run, and what was later. Undefined where there is no queue. */
async function uploadsNow(run: RunDirectory) {
  const { station } = await readRecord(run);
  const place = { simulated: station.simulated, runsDirectory: dirname(run.path) };
  const queued = new Set((await readUploads(run.path)).map(({ n }) => n));
  return inOutbox(place, (outbox) =>
    outbox
      .list({})
      .filter(({ n, runNumber }) => queued.has(n) || runNumber?.startsWith(`${run.id}-`))
      .map(uploadOf),
  );
}
