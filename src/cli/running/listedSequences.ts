import { join } from 'node:path';
import { checkSequenceScript } from '../../scripts/loadSequenceScript.ts';
import { listSequences } from '../../scripts/sequenceFiles.ts';
import { scriptCatalogue } from './sequenceFile.ts';

/** The named sequences of a site, and how many problems each has. */
export async function listedSequences(config: string) {
  const directory = join(config, 'sequences');
  return Promise.all((await listSequences(directory)).map((name) => describe(directory, name)));
}

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
