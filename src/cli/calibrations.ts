import { catalogue } from '../calibrations/catalogue.ts';
import { command } from './command.ts';
import { printTable } from './printing/table.ts';

export default command({
  usage: 'calibrations',
  summary: 'list the calibrations, their categories and what they need',
  build: (parser) => parser.example('$0 calibrations', 'what a sequence may be made of'),
  async run({ json }) {
    const entries = [...catalogue.values()].map(({ name, category, calibration }) => ({
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
