import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Entry } from '../../itkdb/outbox/entry.ts';
import type { Outbox } from '../../itkdb/outbox/outbox.ts';
import type { RunRecord } from '../../journal/record.ts';
import { listRuns, type RunDirectory, runFiles } from '../../journal/runDirectory.ts';
import { isSimulated } from '../../journal/simulated.ts';

/** Of the newest so many. */
const lookedAt = 200;

/**
 * Runs that have ended with results for the database, and whose results are not in the queue: the process was killed
 * in between, the queue could not be written, or its file was lost before everything was in the database.
 */
export async function unqueuedRuns(
  runsDirectory: string,
  outbox: Outbox,
  { simulated }: { simulated: boolean },
): Promise<RunDirectory[]> {
  const unqueued: RunDirectory[] = [];
  for (const run of (await listRuns(runsDirectory)).slice(0, lookedAt)) {
    const queued = await queuedOf(run);
    if (queued ? queued.every((entry) => isOver(entry) || outbox.has(entry)) : outbox.hasRun(run.id))
      continue;
    const record = await recordOf(run);
    if (record && isSimulated(record) === simulated && hasResults(record)) unqueued.push(run);
  }
  return unqueued;
}

/** As a run decides it at its end: safe, and as far as it could be done. */
function hasResults({ upload, state, exitCode }: RunRecord): boolean {
  return upload && state === 'ended' && (exitCode === 0 || exitCode === 1);
}

/** What was queued of it, as its upload.json tells; undefined: that was never written, or cannot be read. */
async function queuedOf({ path }: RunDirectory): Promise<readonly Entry[] | undefined> {
  try {
    const { testRuns, files } = JSON.parse(await readFile(join(path, runFiles.upload), 'utf8')) as {
      testRuns: readonly Entry[];
      files: readonly Entry[];
    };
    return [...testRuns, ...files];
  } catch {
    return undefined;
  }
}

function isOver({ state }: Entry): boolean {
  return state === 'confirmed' || state === 'dropped';
}

async function recordOf({ path }: RunDirectory): Promise<RunRecord | undefined> {
  try {
    return JSON.parse(await readFile(join(path, runFiles.record), 'utf8')) as RunRecord;
  } catch {
    // It goes on, was cut off, or cannot be read: `baton runs` tells which.
    return undefined;
  }
}
