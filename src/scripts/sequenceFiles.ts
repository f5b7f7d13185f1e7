import { readdir } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { BatonError } from '../base/errors.ts';
import { nearest } from '../base/nearest.ts';

const sequenceName = /^[A-Za-z0-9][A-Za-z0-9_-]*$/;

/** The names of the sequences in a folder, sorted: its files `<name>.scr`. A folder that is not there has none. */
export async function listSequences(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return entries
    .filter((entry) => !entry.isDirectory() && entry.name.endsWith('.scr'))
    .map((entry) => basename(entry.name, '.scr'))
    .filter((name) => sequenceName.test(name))
    .sort();
}

/** The file of a named sequence. A name is a word: it cannot lead out of the folder. */
export async function sequencePath(directory: string, name: string): Promise<string> {
  const names = await listSequences(directory);
  if (names.includes(name)) return join(directory, `${name}.scr`);
  const meant = nearest(name, names);
  throw new BatonError({
    code: 'E7219',
    what: sequenceName.test(name)
      ? `There is no sequence ${JSON.stringify(name)} in ${directory}.`
      : `${JSON.stringify(name)} is not a name of a sequence: letters, digits, - and _ alone.`,
    where: { file: directory },
    remedy: meant
      ? `Did you mean ${meant}?`
      : names.length > 0
        ? `There are: ${names.join(', ')}.`
        : 'Name a folder that has sequences/NAME.scr with --config.',
  });
}

/** The script that a word names: a path as it is, a name in the sequences of a site. */
export async function scriptPath(word: string, config: string): Promise<string> {
  return word.endsWith('.scr') || word.includes('/')
    ? resolve(word)
    : sequencePath(join(config, 'sequences'), word);
}

/**
 * Where a script's own files are looked up: beside it, or, for one in a folder `sequences`, in the folder around that,
 * so that config/sequences/x.scr finds ./checks/y.js in config/checks.
 */
export function ownFilesDirectory(script: string): string {
  const folder = dirname(script);
  return basename(folder) === 'sequences' ? dirname(folder) : folder;
}
