import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { formatProblem } from '../../base/errors.ts';
import type { RunRecord } from '../../journal/record.ts';
import { type RunDirectory, runFiles } from '../../journal/runDirectory.ts';
import { tell } from '../database/connection.ts';
import { keepUpload } from '../database/keepUpload.ts';
import { keepPastFrom } from '../database/pastOfModules.ts';
import { uploadRun } from '../database/uploadRun.ts';
import { asBatonError } from '../printing/asBatonError.ts';
import { summaryText } from '../upload.ts';

/** A database that does not answer is not waited for longer than this: the next module is. */
const patienceMs = 10_000;

/**
 * Queues the results of a finished run and sends what can be sent now. Whatever goes wrong here changes nothing about the
 * measurement: the results are in the run directory, and in the queue once they are there. What became of them stands in
 * upload.json beside the record.
 */
export async function uploadAfterRun(
  run: RunDirectory,
  { config, runsDirectory }: { config: string; runsDirectory: string },
): Promise<void> {
  try {
    const record = JSON.parse(await readFile(join(run.path, runFiles.record), 'utf8')) as RunRecord;
    const upload = await uploadRun(record, run.path, {
      config,
      local: false,
      directory: runsDirectory,
      patienceMs,
      // For the report: what the database has of the same module's earlier runs.
      also: (connection, mapping) => keepPastFrom(connection, run, record, mapping),
    });
    for (const problem of upload.notes) tell(formatProblem(problem));
    tell(`upload  ${record.title}: ${summaryText(upload).trimEnd()}`);
    await keepUpload(run.path, upload);
  } catch (error) {
    for (const problem of asBatonError(error).problems) tell(formatProblem(problem));
    tell(`upload  not yet: \`baton upload ${run.id}\` does it later; the results are kept in ${run.path}`);
  }
}
