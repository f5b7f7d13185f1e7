import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { writeFileAtomically } from '../../base/atomicFile.ts';
import type { Criteria } from '../../calibrations/criteria.ts';
import type { HashedFile } from '../../journal/event.ts';
import { hashFile, runFiles } from '../../journal/runDirectory.ts';
import type { SequenceScript } from '../../scripts/script.ts';
import type { Station } from '../../station/station.ts';

/**
 * The exact files that the run uses, kept in its `config` folder so that it can be understood without the site's disk:
 * the station's, dirigent.toml and the script that is sourced before it, the sequence with the site's own files that it
 * names, and the criteria that will judge. Which values its substitutions had stands in the record.
 */
export async function keepConfig(
  directory: string,
  { script, criteria }: { script: SequenceScript; criteria: ReadonlyMap<string, Criteria> },
  { files, dirigent }: Station,
): Promise<HashedFile[]> {
  const own = [dirigent.config, dirigent.environment].flatMap((path) => path ?? []);
  const judging = script.calibrations.flatMap(({ id }) => criteria.get(id) ?? []);
  const wanted: [name: string, content: string | Buffer][] = [
    ...files.map(({ name, text }) => [name, text] as [string, string]),
    ...(await contents(own, '')),
    ...(await contents([script.file], 'sequences')),
    ...(await contents(
      script.files.map(({ path }) => path),
      'checks',
    )),
    ...judging.map(({ file, text }) => [join('criteria', basename(file)), text] as [string, string]),
  ];
  const kept: HashedFile[] = [];
  // One after the other: two files of one name would be one, and the last counts.
  for (const [name, content] of new Map(wanted)) {
    const path = join(directory, runFiles.config, name);
    await writeFileAtomically(path, content);
    kept.push(await hashFile(path, directory));
  }
  return kept;
}

async function contents(paths: readonly string[], folder: string): Promise<[string, Buffer][]> {
  return Promise.all(
    paths.map(
      async (path): Promise<[string, Buffer]> => [join(folder, basename(path)), await readFile(path)],
    ),
  );
}
