import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Outbox } from '../../itkdb/outbox/outbox.ts';
import type { RunRecord } from '../../journal/record.ts';
import { listRuns, type RunDirectory, runFiles } from '../../journal/runDirectory.ts';
import { isSimulated } from '../../journal/simulated.ts';

/** Of the newest so many. */
const lookedAt = 200;

/**
 * Runs that have ended with results for the database, and whose results never came into the queue: the process was
 * killed in between, or the queue could not be written.
 */
export async function unqueuedRuns(
  runsDirectory: string,
  outbox: Outbox,
  { simulated }: { simulated: boolean },
): Promise<RunDirectory[]> {
  const unqueued: RunDirectory[] = [];
  for (const run of (await listRuns(runsDirectory)).slice(0, lookedAt)) {
    if (await stat(join(run.path, runFiles.upload)).catch(() => undefined)) continue;
    const record = await recordOf(run);
    if (record && isSimulated(record) === simulated && hasResults(record) && !outbox.hasRun(run.id))
      unqueued.push(run);
  }
  return unqueued;
}

/** As a run decides it at its end: safe, and as far as it could be done. */
function hasResults({ upload, state, exitCode }: RunRecord): boolean {
  return upload && state === 'ended' && (exitCode === 0 || exitCode === 1);
}

async function recordOf({ path }: RunDirectory): Promise<RunRecord | undefined> {
  try {
    return JSON.parse(await readFile(join(path, runFiles.record), 'utf8')) as RunRecord;
  } catch {
    // It goes on, was cut off, or cannot be read: `baton runs` tells which.
    return undefined;
  }
}
