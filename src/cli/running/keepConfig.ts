import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { writeFileAtomically } from '../../base/atomicFile.ts';
import type { Criteria } from '../../calibrations/criteria.ts';
import type { RunRecord } from '../../journal/record.ts';
import type { HashedFile } from '../../journal/runDirectory.ts';
import { hashFile, runFiles } from '../../journal/runDirectory.ts';
import type { SequenceScript } from '../../scripts/script.ts';
import type { Station } from '../../station/station.ts';

/**
 * The exact files that the run uses, kept in its `config` folder so that it can be understood without the site's disk:
 * the station's, dirigent.toml and the script that is sourced before it, the sequence with the site's own files that it
 * names, and the criteria that will judge. Which values its substitutions had stands in the record. Of a run that goes on,
 * given with its record, those that are not as they were are kept beside them, and answered.
 */
export async function keepConfig(
  directory: string,
  { script, criteria }: { script: SequenceScript; criteria: ReadonlyMap<string, Criteria> },
  { files, dirigent }: Station,
  before?: RunRecord,
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
  const folder = before ? `${runFiles.config}/resumed${(before.resumed?.length ?? 0) + 1}` : runFiles.config;
  const known = new Map(before?.files.map(({ path, sha256 }) => [path, sha256]));
  const kept: HashedFile[] = [];
  // One after the other: two files of one name would be one, and the last counts.
  for (const [name, content] of new Map(wanted)) {
    const path = join(directory, folder, name);
    if (known.get(join(runFiles.config, name)) === sha256(content)) continue;
    await writeFileAtomically(path, content);
    kept.push(await hashFile(path, directory));
  }
  return kept;
}

function sha256(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

async function contents(paths: readonly string[], folder: string): Promise<[string, Buffer][]> {
  return Promise.all(
    paths.map(
      async (path): Promise<[string, Buffer]> => [join(folder, basename(path)), await readFile(path)],
    ),
  );
}
