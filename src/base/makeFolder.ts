import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a folder and those above it, as far as they are missing. Node's own `recursive` never comes back where the system
 * denies that there is such a folder although the one above it stands, as below /proc: it tries the two in turn for ever.
 */
export function makeFolder(path: string, mode = 0o777): void {
  if (isFolder(path)) return;
  const above = dirname(path);
  if (above !== path) makeFolder(above, mode);
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    // Somebody else was quicker.
    if (isFolder(path)) return;
    throw (error as NodeJS.ErrnoException).code === 'EEXIST' ? noFolder(path) : error;
  }
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    // Why not is told when it is made.
    return false;
  }
}

/** As the system says it of a file in the middle of a path. */
function noFolder(path: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`ENOTDIR: not a directory, mkdir '${path}'`), { code: 'ENOTDIR', path });
}
