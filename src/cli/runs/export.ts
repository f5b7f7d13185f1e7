import { command } from '../command.ts';
import { type ExportFormat, exportRuns } from './exportedRuns.ts';
import { type RunsArguments, rootOfRuns, withRuns } from './rootOfRuns.ts';

interface ExportArguments extends RunsArguments {
  runs: string[];
  format: ExportFormat;
  output?: string;
}

export default command<ExportArguments>({
  usage: 'export [runs..]',
  summary: 'all runs, or some: CSV, JSON, typed columns, Prism’s result records',
  build: (parser) =>
    withRuns(parser)
      .positional('runs', {
        type: 'string',
        array: true,
        default: [] as string[],
        describe: 'id of a run, the beginning of it, or its folder; default: all',
      })
      .option('format', {
        choices: ['csv', 'json', 'columns', 'prism'] as const,
        default: 'csv' as const,
        describe: 'a row a measurement, whole records, typed columns, or Prism’s result records',
      })
      .option('output', { type: 'string', describe: 'file (prism: folder) to write; default: print' })
      .example('$0 runs export --format columns --output runs.json', 'all of them, for a data frame'),
  async run(args) {
    const { runs: selectors, format, output, json } = args;
    return exportRuns({ root: await rootOfRuns(args), selectors, format: json ? 'json' : format, output });
  },
});
