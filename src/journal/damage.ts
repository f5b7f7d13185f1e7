import { join } from 'node:path';
import type { HashedFile } from './runDirectory.ts';
import { hashFile } from './runDirectory.ts';

/** Why files of a run are not what the journal has, the first of them; undefined: all of them are. */
export async function damageOf(
  directory: string,
  files: readonly HashedFile[],
): Promise<{ path: string; what: string } | undefined> {
  for (const { path, sha256 } of files) {
    const now = await hashFile(join(directory, path), directory).catch(() => undefined);
    if (!now) return { path, what: `${path} is gone, or cannot be read` };
    if (now.sha256 !== sha256) return { path, what: `${path} is not what it was: it was changed` };
  }
  return undefined;
}
