import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { BatonError } from '../base/errors.ts';
import { readJournal } from './read.ts';
import { foldJournal, type RunRecord } from './record.ts';
import { type RunDirectory, runFiles } from './runDirectory.ts';

/**
 * record.json, or the journal folded where that says more: the run goes on, died, or went on after the record, or the
 * record cannot be read.
 *
 * @throws E5004 there is neither: the run was refused before it began.
 */
export async function readRecord({ path, id }: RunDirectory): Promise<RunRecord> {
  const journal = join(path, runFiles.journal);
  const [written, lines] = await Promise.all([changed(join(path, runFiles.record)), changed(journal)]);
  if (written !== undefined && (lines === undefined || lines <= written)) {
    const record = recordIn(await readFile(join(path, runFiles.record), 'utf8'));
    // Of a run that was resumed there is one that says so, until that run is over.
    if (record?.state === 'ended') return record;
  }
  if (lines === undefined) throw noJournal(id);
  const record = foldJournal((await readJournal(journal)).lines);
  if (!record) throw noJournal(id);
  return record;
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

function noJournal(id: string): BatonError {
  return new BatonError({
    code: 'E5004',
    what: `the run ${id} has no journal: it was refused before it began.`,
    remedy: 'Nothing was touched then. The folder may be removed.',
  });
}
