import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BatonError } from '../../base/errors.ts';
import type { RunRecord } from '../../journal/record.ts';
import { type RunDirectory, runFiles } from '../../journal/runDirectory.ts';

/** The record of a run that has ended: of another nothing is uploaded. Throws E8045. */
export async function finishedRecord({ path, id }: RunDirectory): Promise<RunRecord> {
  const text = await readFile(join(path, runFiles.record), 'utf8').catch((error: unknown) => {
    throw new BatonError(
      {
        code: 'E8045',
        what: `The run ${id} has no record: it has not ended, or was cut off.`,
        remedy: 'Look with `baton runs show`; resume the run, then upload it.',
      },
      { cause: error },
    );
  });
  return JSON.parse(text) as RunRecord;
}
