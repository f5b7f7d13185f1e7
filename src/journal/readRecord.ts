import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { BatonError } from '../base/errors.ts';
import { readJournal } from './read.ts';
import { foldJournal, type RunRecord } from './record.ts';
import { type RunDirectory, runFiles } from './runDirectory.ts';

/**
 * record.json, or the journal folded where the run did not come to write one: it goes on, or died.
 *
 * @throws E5004 there is neither: the run was refused before it began.
 */
export async function readRecord({ path, id }: RunDirectory): Promise<RunRecord> {
  const written = await readFile(join(path, runFiles.record), 'utf8').catch(() => undefined);
  const record = written === undefined ? undefined : (JSON.parse(written) as RunRecord);
  // Of a run that was resumed there is one that says so, until that run is over.
  if (record?.state === 'ended') return record;
  const journal = join(path, runFiles.journal);
  if (!(await stat(journal).catch(() => undefined))) throw noJournal(id);
  const folded = foldJournal((await readJournal(journal)).lines);
  if (!folded) throw noJournal(id);
  return folded;
}

function noJournal(id: string): BatonError {
  return new BatonError({
    code: 'E5004',
    what: `the run ${id} has no journal: it was refused before it began.`,
    remedy: 'Nothing was touched then. The folder may be removed.',
  });
}
