import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { BatonError } from '../base/errors.ts';
import { readJournal } from './read.ts';
import { foldJournal, type RunRecord } from './record.ts';
import { type RunDirectory, runFiles } from './runDirectory.ts';

/**
 * record.json, or the journal folded where that says more: the run goes on, died, or went on after the record, or the
 * record cannot be read.
 *
 * @throws E5002 there is no record, and the journal cannot be read. E5004 there is neither: the run was refused before
 *   it began.
 */
export async function readRecord({ path, id }: RunDirectory): Promise<RunRecord> {
  const [file, journal] = [join(path, runFiles.record), join(path, runFiles.journal)];
  const record = recordIn(await readFile(file, 'utf8').catch(() => ''));
  const [written, told] = await Promise.all([changed(file), changed(journal)]);
  // Of a run that was resumed there is one that says so, until that run is over.
  const isLast = record?.state === 'ended' && (told === undefined || told <= written!);
  if (isLast || (record && told === undefined)) return record;
  if (told === undefined) throw await noJournal(path, id);
  const folded = await folding(journal, record);
  if (!folded) throw await noJournal(path, id);
  return folded;
}

/** A journal that somebody changed is not believed; the record was made before. */
async function folding(journal: string, record: RunRecord | undefined): Promise<RunRecord | undefined> {
  try {
    return foldJournal((await readJournal(journal)).lines);
  } catch (error) {
    if (record && error instanceof BatonError) return record;
    throw error;
  }
}

/** The record is the last thing that is written of a run; a journal that is newer was continued. */
async function changed(file: string): Promise<number | undefined> {
  return (await stat(file).catch(() => undefined))?.mtimeMs;
}

function recordIn(text: string): RunRecord | undefined {
  try {
    const record = JSON.parse(text) as RunRecord | null;
    return Array.isArray(record?.steps) ? record : undefined;
  } catch {
    return undefined;
  }
}

async function noJournal(path: string, id: string): Promise<BatonError> {
  const began = (await readdir(path).catch(() => [])).some((name) => /^\d\d_/.test(name));
  return new BatonError({
    code: 'E5004',
    what: began
      ? `the run ${id} has folders of its steps and nothing in its journal: that was lost, or somebody emptied it.`
      : `the run ${id} has no journal: it was refused before it began.`,
    remedy: began
      ? 'Keep the folder: what was measured is in it. Look at the power supplies, and at the disk.'
      : 'Nothing was touched then. The folder may be removed.',
  });
}
