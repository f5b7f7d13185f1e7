import { join, resolve } from 'node:path';
import { writeFileAtomically } from '../base/atomicFile.ts';
import { findRun, type RunDirectory } from '../journal/runDirectory.ts';
import { compareRuns } from '../reports/compare/comparison.ts';
import { comparisonPage, differenceText } from '../reports/compare/comparisonPage.ts';
import { readRunData } from '../reports/run/readRunData.ts';
import { type CommonArguments, command } from './command.ts';
import { withConfig } from './options.ts';
import { printTable } from './printing/table.ts';
import { stationOf } from './station/stationFiles.ts';

interface CompareArguments extends CommonArguments {
  before: string;
  after: string;
  config: string;
  directory?: string;
  output?: string;
}

export default command<CompareArguments>({
  usage: 'compare <before> <after>',
  summary:
    'compare two runs: what changed, and by how much; exit code 1 when something changed beyond a limit',
  build: (parser) =>
    withConfig(parser)
      .positional('before', {
        type: 'string',
        demandOption: true,
        describe: 'id of a run, its beginning, or its folder',
      })
      .positional('after', { type: 'string', demandOption: true, describe: 'the run to compare with it' })
      .option('directory', {
        type: 'string',
        describe: 'where the run directories are (default: runs_directory of station.json)',
      })
      .option('output', {
        type: 'string',
        describe: 'where to write the page (default: in the second run’s folder)',
      })
      .example('$0 compare 20261120T08 20261120T12', 'named by the beginning of their ids'),
  async run({ before: one, after: other, config, directory, output, json }) {
    const root = directory ?? (await stationOf({ config })).station.runsDirectory;
    const [first, second] = [await findRun(root, one), await findRun(root, other)];
    const [before, after] = [await readRunData(first), await readRunData(second)];
    const modules = compareRuns(before, after);
    const path = resolve(output ?? join(second.path, pageName(first)));
    await writeFileAtomically(path, comparisonPage(before, after, modules));
    const changes = modules.flatMap(({ changes: own, other: different }) => (different ? [] : own));
    if (json) {
      const pairs = modules.map(({ before: was, after: is, pairs: own }) => ({
        before: was.module.name,
        after: is.module.name,
        measurements: own,
      }));
      process.stdout.write(`${JSON.stringify({ page: path, changes, modules: pairs }, null, 2)}\n`);
    } else {
      for (const { pairs } of modules)
        printTable(
          ['calibration', 'measurement', 'difference'],
          pairs
            .filter(({ before: was, after: is }) => was?.value !== is?.value)
            .map(({ calibration, name, unit, before: was, after: is }) => [
              calibration,
              name,
              differenceText(was?.value, is?.value, unit) || (is ? 'new' : 'gone'),
            ]),
        );
      process.stdout.write([...changes.map(({ flag }) => flag.what), path, ''].join('\n'));
    }
    return changes.length > 0 ? 1 : 0;
  },
});

function pageName({ id }: RunDirectory): string {
  return `compared-with-${id}.html`;
}
