import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { BatonError } from '../../base/errors.ts';
import { readJournal } from '../../journal/read.ts';
import { readRecord } from '../../journal/readRecord.ts';
import { foldJournal, type RunRecord } from '../../journal/record.ts';
import { type RunDirectory, runFiles } from '../../journal/runDirectory.ts';

/**
 * The record of a run that has ended: of another nothing is uploaded. From the journal, which is what was written down
 * first; record.json is but a view of it. Throws E8045.
 */
export async function finishedRecord(run: RunDirectory): Promise<RunRecord> {
  const journal = join(run.path, runFiles.journal);
  const there = await stat(journal).catch(() => undefined);
  const record = there ? foldJournal((await readJournal(journal)).lines) : await readRecord(run);
  if (record?.state === 'ended') return record;
  throw new BatonError({
    code: 'E8045',
    what: `The run ${run.id} has not ended, or was cut off.`,
    remedy: 'Look with `baton runs show`; resume the run, then upload it.',
  });
}
