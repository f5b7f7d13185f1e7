import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

const shared = resolve(process.env.BATON_SHARED ?? join(import.meta.dirname, '..', '..', 'shared'));

/**
 * Files of the field that are read where they lie, beside the checkout or where BATON_SHARED says, and never become part
 * of it. Where they are not, what needs them is left out, and that is said loudly: on a machine of ours and in CI alike.
 */
export function sharedFiles(what: string, folder: string): { path: string; there: boolean } {
  const path = join(shared, 'data', folder);
  const there = existsSync(path);
  if (!there)
    console.warn(
      `\n*** NOT RUN: ${what} are not at ${path}; set BATON_SHARED to the folder above data. ***\n`,
    );
  return { path, there };
}
