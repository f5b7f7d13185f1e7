import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EpochMs } from '../../base/units.ts';
import { runFiles } from '../../journal/runDirectory.ts';

/** One result of a run in the queue for the database, and what became of it. */
export interface Upload {
  /** Number of its entry in the queue. */
  n: number | undefined;
  component: string;
  what: string;
  state: string;
  /** Identifier in the database. */
  remote: string | undefined;
  database: string;
  /** When its state changed last. */
  t: EpochMs | undefined;
  /** Why it is held or was dropped. */
  why: string | undefined;
}

/** As the queue writes an entry; reports take from it what they show, and no more. */
export interface QueueEntry {
  n?: unknown;
  component?: unknown;
  testType?: unknown;
  kind?: unknown;
  runNumber?: unknown;
  state?: unknown;
  remote?: unknown;
  database?: unknown;
  changed?: unknown;
  problems?: unknown;
}

export function uploadOf(entry: QueueEntry): Upload {
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
  const [problem] = Array.isArray(entry.problems) ? entry.problems : [];
  return {
    n: typeof entry.n === 'number' ? entry.n : undefined,
    component: text(entry.component) ?? '',
    what: [text(entry.testType) ?? text(entry.kind), text(entry.runNumber)].filter(Boolean).join(' '),
    state: text(entry.state) ?? '',
    remote: text(entry.remote),
    database: text(entry.database) ?? '',
    t: typeof entry.changed === 'number' ? entry.changed : undefined,
    why: problem === undefined ? undefined : text((problem as { what?: unknown }).what),
  };
}

/** What stood in the queue when the run had just been uploaded; none where it was not. */
export async function readUploads(directory: string): Promise<Upload[]> {
  let written: unknown;
  try {
    written = JSON.parse(await readFile(join(directory, runFiles.upload), 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' || error instanceof SyntaxError) return [];
    throw error;
  }
  const { testRuns, files } = (written ?? {}) as { testRuns?: unknown; files?: unknown };
  return [testRuns, files].flatMap((part) =>
    Array.isArray(part) ? (part as QueueEntry[]).map(uploadOf) : [],
  );
}
