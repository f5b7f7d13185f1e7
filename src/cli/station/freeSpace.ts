import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { Problem } from '../../base/errors.ts';

/** Below this a run may not find room for its results, bytes. */
const leastFree = 1e9;

/** The room that is left where the runs go. */
export async function freeSpace(directory: string): Promise<{ notes: string[]; problems: Problem[] }> {
  const { bavail, bsize } = await statfs(await nearestFolder(directory));
  const bytes = bavail * bsize;
  const notes = [`${(bytes / 1e9).toFixed(1)} GB free for ${directory}`];
  if (bytes >= leastFree) return { notes, problems: [] };
  return {
    notes,
    problems: [
      {
        code: 'E9602',
        what: `less than ${leastFree / 1e9} GB is free where the runs are kept.`,
        remedy: 'Make room; a run whose journal cannot be written is stopped.',
      },
    ],
  };
}

/** The folder itself may not be there before the first run. */
export async function nearestFolder(directory: string): Promise<string> {
  for (let path = directory; ; path = join(path, '..')) {
    const there = await statfs(path).then(
      () => true,
      () => false,
    );
    if (there || path === '/') return path;
  }
}
