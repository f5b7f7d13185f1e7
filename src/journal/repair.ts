import { appendFile, truncate } from 'node:fs/promises';
import type { JournalLine } from './event.ts';
import { readJournal } from './read.ts';

interface RepairedJournal {
  lines: readonly JournalLine[];
  /** Given when the end was torn: how many bytes of an unfinished line were taken off. */
  cutBytes?: number;
}

/**
 * Reads a journal that somebody is about to go on with, and first takes off what a crash left of an unfinished line: it
 * was never flushed, so nobody has acted on it. Who goes on writes `journal.repaired`.
 *
 * @throws E5002 as readJournal does; the file is then left as it is.
 */
export async function repairJournal(path: string): Promise<RepairedJournal> {
  const { lines, intactBytes, torn, bytes } = await readJournal(path);
  if (!torn) return { lines };
  if (intactBytes > bytes) {
    // Only the newline is missing: the line is whole.
    await appendFile(path, '\n');
    return { lines, cutBytes: 0 };
  }
  await truncate(path, intactBytes);
  return { lines, cutBytes: bytes - intactBytes };
}
