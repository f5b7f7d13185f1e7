import { join } from 'node:path';
import { checkSequenceScript } from '../scripts/loadSequenceScript.ts';
import { listSequences } from '../scripts/sequenceFiles.ts';
import { command } from './command.ts';
import { type ConfigArguments, withConfig } from './options.ts';
import { scriptCatalogue } from './sequenceFile.ts';
import { printTable } from './table.ts';

export default command<ConfigArguments>({
  usage: 'sequences',
  summary: 'list the named sequences',
  build: (parser) => withConfig(parser).example('$0 sequences', 'names, titles and calibrations'),
  async run({ config, json }) {
    const directory = join(config, 'sequences');
    const sequences = await Promise.all(
      (await listSequences(directory)).map((name) => describe(directory, name)),
    );
    if (json) process.stdout.write(`${JSON.stringify(sequences, null, 2)}\n`);
    else
      printTable(
        ['sequence', 'title', 'calibrations'],
        sequences.map(({ name, title, calibrations, problems }) => [
          name,
          title ?? `${problems} problems: baton check ${name}`,
          calibrations.join(' → '),
        ]),
      );
    return 0;
  },
});

async function describe(directory: string, name: string) {
  const { script, problems } = await checkSequenceScript(join(directory, `${name}.scr`), {
    catalogue: scriptCatalogue,
  });
  const errors = problems.filter(({ severity }) => severity !== 'warning').length;
  return {
    name,
    title: script?.title,
    calibrations: script?.calibrations.map(({ id }) => id) ?? [],
    problems: errors,
  };
}
