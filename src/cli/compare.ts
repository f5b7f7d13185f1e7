import { join, resolve } from 'node:path';
import { writeFileAtomically } from '../base/atomicFile.ts';
import { BatonError, type ExitCode } from '../base/errors.ts';
import { damageOf } from '../journal/damage.ts';
import { findRun } from '../journal/runDirectory.ts';
import { compareRuns, isInBoth, type Pair, type RunComparison } from '../reports/compare/comparison.ts';
import { comparisonPage, differenceText, isDifferent } from '../reports/compare/comparisonPage.ts';
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
  summary: 'compare two runs: what changed, by how much, and what cannot be told',
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
        describe: 'where to write the page (default: in the later run’s folder)',
      })
      .example('$0 compare 20261120T08 20261120T12', 'named by the beginning of their ids')
      .epilogue(
        'Exit code: 0 all was compared, and nothing changed beyond a limit. 1: something did. 3: nothing did in what could be compared, and not all could.',
      ),
  async run({ before: one, after: other, config, directory, output, json }) {
    const root = directory ?? (await stationOf({ config })).station.runsDirectory;
    const [first, second] = [await findRun(root, one), await findRun(root, other)];
    if (resolve(first.path) === resolve(second.path))
      throw new BatonError({
        code: 'E9409',
        what: `Both names are the run ${first.id}.`,
        remedy: 'Name two runs; `baton runs list` shows them.',
      });
    const runs = [await readRunData(first), await readRunData(second)] as const;
    const comparison = await withDamage(compareRuns(...runs));
    const { before, after } = comparison;
    const path = resolve(output ?? join(after.directory, `compared-with-${before.record.run}.html`));
    await writeFileAtomically(path, comparisonPage(comparison));
    if (json) printData(comparison, path);
    else printText(comparison, path);
    return exitCodeOf(comparison);
  },
});

/** A file that was changed since is drawn as it is now; what was judged is another. */
async function withDamage(comparison: RunComparison): Promise<RunComparison> {
  const found: string[] = [];
  for (const { record, directory, problems } of [comparison.before, comparison.after]) {
    const damage = await damageOf(
      directory,
      record.steps.flatMap(({ artefacts }) => artefacts),
    );
    // What cannot be read is told already.
    if (damage && problems.length === 0)
      found.push(`In ${record.run} ${damage.what}; its numbers are those of before.`);
  }
  return { ...comparison, unknown: [...comparison.unknown, ...found] };
}

function exitCodeOf(comparison: RunComparison): ExitCode {
  if (changesOf(comparison).length > 0) return 1;
  return comparison.unknown.length > 0 ? 3 : 0;
}

function changesOf({ modules }: RunComparison) {
  return modules.flatMap(({ changes }) => changes);
}

function printData(comparison: RunComparison, page: string): void {
  const { before, after, modules, unknown, notes } = comparison;
  const told = {
    page,
    before: before.record.run,
    after: after.record.run,
    changes: changesOf(comparison),
    unknown,
    notes,
    modules: modules.map(({ before: was, after: is, other, pairs }) => ({
      before: was.module.name,
      after: is.module.name,
      same: !other,
      measurements: pairs,
    })),
  };
  process.stdout.write(`${JSON.stringify(told, null, 2)}\n`);
}

function printText(comparison: RunComparison, page: string): void {
  const { modules, unknown, notes } = comparison;
  for (const { pairs } of modules) {
    const rows = pairs.filter(isDifferent).map((pair) => [pair.calibration, pair.name, inWords(pair)]);
    if (rows.length > 0) printTable(['calibration', 'measurement', 'difference'], rows);
  }
  const lines = [...notes, ...verdictLines(comparison), ...unknown.map((what) => `Not known: ${what}`), page];
  process.stdout.write(`${lines.join('\n')}\n`);
}

function verdictLines(comparison: RunComparison): string[] {
  const changes = changesOf(comparison).map(({ flag }) => flag.what);
  if (changes.length > 0) return changes;
  const same = comparison.modules.some(({ other, pairs }) => !other && pairs.some(isInBoth));
  if (!same) return ['Nothing could be compared.'];
  return [
    `Nothing changed beyond a limit${comparison.unknown.length > 0 ? ' in what could be compared' : ''}.`,
  ];
}

function inWords({ before, after }: Pair): string {
  if (before?.value === undefined) return 'not measured before';
  return after?.value === undefined ? 'not measured now' : differenceText(before, after);
}
