import { readdir, readFile, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { BatonError } from '../../base/errors.ts';

const endings = /\.(dat|txt)$/i;

/**
 * The test files that the paths name, sorted: a folder gives every *.dat and *.txt below it (hidden folders aside), a
 * file itself, and `@list` the paths that stand in the text file `list`, one a line.
 */
export async function findFiles(paths: readonly string[]): Promise<string[]> {
  const found = new Set<string>();
  for (const path of paths) for (const file of await filesOf(path)) found.add(file);
  return [...found].sort();
}

async function filesOf(path: string): Promise<string[]> {
  if (path.startsWith('@')) {
    const list = await readFile(path.slice(1), 'utf8').catch((error: unknown) =>
      cannotRead(path.slice(1), error),
    );
    const lines = list.split(/\r?\n/).map((line) => line.trim());
    return findFiles(lines.filter((line) => line !== '' && !line.startsWith('#') && !line.startsWith('@')));
  }
  const about = await stat(path).catch((error: unknown) => cannotRead(path, error));
  return about.isDirectory() ? filesBelow(path, [await realpath(path)]) : [path];
}

/** `followed` are the folders that links led to on the way here: a link that leads back to one is not followed. */
async function filesBelow(folder: string, followed: readonly string[]): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) =>
    cannotRead(folder, error),
  );
  const files: string[] = [];
  for (const entry of entries) {
    if (entry.name.startsWith('.')) continue;
    const path = join(folder, entry.name);
    // A link that leads nowhere is no file.
    const kind = entry.isSymbolicLink() ? await stat(path).catch(() => undefined) : entry;
    if (kind?.isFile() && endings.test(entry.name)) files.push(path);
    if (!kind?.isDirectory()) continue;
    const target = entry.isSymbolicLink() ? await realpath(path) : undefined;
    if (target !== undefined && followed.includes(target)) continue;
    files.push(...(await filesBelow(path, target === undefined ? followed : [...followed, target])));
  }
  return files;
}

function cannotRead(file: string, error: unknown): never {
  throw new BatonError(
    {
      code: 'E9301',
      what: `It cannot be read: ${(error as Error).message}.`,
      where: { file },
      remedy: 'Name a test file, a folder of them, or @LIST for a text file of paths.',
    },
    { cause: error },
  );
}
