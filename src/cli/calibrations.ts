import { type CatalogueEntry, catalogue } from '../calibrations/catalogue.ts';
import { InvalidCalibration } from '../calibrations/errors.ts';
import { type CommonArguments, command } from './command.ts';
import { printTable } from './printing/table.ts';

interface CalibrationsArguments extends CommonArguments {
  calibrations: string[];
}

export default command<CalibrationsArguments>({
  usage: 'calibrations [calibrations..]',
  summary: 'list the calibrations, their categories and what they need',
  build: (parser) =>
    parser
      .positional('calibrations', {
        type: 'string',
        array: true,
        default: [] as string[],
        describe: 'names of some; default: all',
      })
      .example('$0 calibrations', 'what a sequence may be made of'),
  async run({ calibrations, json }) {
    const entries = chosen(calibrations).map(({ name, category, calibration }) => ({
      name,
      category: category.name,
      needs: calibration.needs,
      gets: calibration.handOver,
      before: category.before,
      after: category.after,
      tuning: calibration.tuning !== undefined,
      summary: calibration.summary,
    }));
    if (json) process.stdout.write(`${JSON.stringify(entries, null, 2)}\n`);
    else {
      printTable(
        ['calibration', 'category', 'needs', 'is given', 'power before', 'what it does'],
        entries.map(({ name, category, needs, gets, before, summary, tuning }) => [
          name,
          category,
          needs.join(' '),
          gets.join(' ') || '-',
          before.join(', '),
          tuning ? `${summary} (needs a tuning list)` : summary,
        ]),
      );
    }
    return 0;
  },
});

function chosen(names: readonly string[]): CatalogueEntry[] {
  if (names.length === 0) return [...catalogue.values()];
  return names.map((name) => {
    const entry = catalogue.get(name);
    if (entry) return entry;
    throw new InvalidCalibration({
      what: `"${name}" is no calibration that Baton knows.`,
      remedy: `Known are ${[...catalogue.keys()].join(', ')}.`,
    });
  });
}
