import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { BatonError } from '../../base/errors.ts';
import type { Folder } from '../../terminal/station.ts';

/** What lies in a folder: folders first, then files, the newest first. Hidden ones are left out. */
export async function listFolder(path: string): Promise<Folder> {
  const whole = resolve(path);
  const names = await readdir(whole).catch((error: unknown) => {
    throw new BatonError(
      {
        code: 'E9604',
        what: `${whole} cannot be listed: ${(error as Error).message}.`,
        remedy: 'Choose another folder, or look at its rights.',
      },
      { cause: error },
    );
  });
  const entries = await Promise.all(
    names
      .filter((name) => !name.startsWith('.'))
      .map(async (name) => {
        // Gone meanwhile, or a link to nowhere.
        const found = await stat(join(whole, name)).catch(() => undefined);
        return found
          ? [{ name, folder: found.isDirectory(), bytes: found.size, changed: found.mtimeMs }]
          : [];
      }),
  );
  const all = entries.flat();
  const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1);
  return {
    path: whole,
    entries: [
      ...all.filter(({ folder }) => folder).sort(byName),
      ...all.filter(({ folder }) => !folder).sort((a, b) => b.changed - a.changed || byName(a, b)),
    ],
  };
}
