import { counted } from '../base/quantityText.ts';
import { command } from './command.ts';
import { type ConfigArguments, withConfig } from './options.ts';
import { printTable } from './printing/table.ts';
import { listedSequences } from './running/listedSequences.ts';

export default command<ConfigArguments>({
  usage: 'sequences',
  summary: 'list the named sequences',
  build: (parser) => withConfig(parser).example('$0 sequences', 'names, titles and calibrations'),
  async run({ config, json }) {
    const sequences = await listedSequences(config);
    if (json) process.stdout.write(`${JSON.stringify(sequences, null, 2)}\n`);
    else
      printTable(
        ['sequence', 'title', 'calibrations'],
        sequences.map(({ name, title, calibrations, problems }) => [
          name,
          title ?? `${counted(problems, 'problem')}: baton check ${name}`,
          calibrations.join(' → '),
        ]),
      );
    return 0;
  },
});
