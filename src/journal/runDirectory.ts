import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { BatonError } from '../base/errors.ts';
import { makeFolder } from '../base/makeFolder.ts';

/** One run and its folder. */
export interface RunDirectory {
  /** Unique everywhere: it carries time and station. */
  id: string;
  /** Absolute. */
  path: string;
}

export interface RunNaming {
  time: Date;
  station: string;
  title: string;
  module: string;
}

/** The files that every run directory has. */
export const runFiles = {
  journal: 'journal.jsonl',
  record: 'record.json',
  breakdowns: 'breakdowns.json',
  log: 'baton.log',
  guardianLog: 'guardian.log',
  witness: 'witness.jsonl',
  upload: 'upload.json',
  past: 'past.json',
  config: 'config',
} as const;

/**
 * `<UTC time>_<station>_<title>_<module>` under the root, readable by its owner alone. Two runs never share one.
 *
 * @throws E5010 it cannot be made.
 */
export async function createRunDirectory(root: string, naming: RunNaming): Promise<RunDirectory> {
  const name = runName(naming);
  try {
    makeFolder(root, 0o700);
  } catch (error) {
    refuse(root)(error);
  }
  for (let n = 1; ; n++) {
    const id = n === 1 ? name : `${name}-${n}`;
    const path = join(resolve(root), id);
    try {
      await mkdir(path, { mode: 0o700 });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') continue;
      refuse(root)(error);
    }
    await mkdir(join(path, runFiles.config), { mode: 0o700 }).catch(refuse(root));
    return { id, path };
  }
}

function refuse(root: string): (error: unknown) => never {
  return (error) => {
    throw new BatonError(
      {
        code: 'E5010',
        what: `no run directory can be made in ${root}: ${(error as Error).message}.`,
        remedy:
          'Name a folder that this user may write to, on a disk with room, by --directory or runs_directory in station.json.',
      },
      { cause: error },
    );
  };
}

export function runName({ time, station, title, module }: RunNaming): string {
  const stamp = time
    .toISOString()
    .replace(/[-:]/g, '')
    .replace(/\.\d+Z$/, 'Z');
  return [stamp, station, title, module].map(plainName).join('_');
}

/** Letters, digits, dot and hyphen: a name from a file cannot leave the folder or surprise a shell. */
export function plainName(text: string): string {
  const plain = text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^A-Za-z0-9.-]+/g, '-')
    .replace(/^[.-]+|[.-]+$/g, '');
  return plain.slice(0, 60) || 'unnamed';
}

/** All runs under the root, newest first. A root that is not there has none. */
export async function listRuns(root: string): Promise<RunDirectory[]> {
  const entries = await readdir(root, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const runs = entries.filter((entry) => entry.isDirectory() && /^\d{8}T\d{6}Z_/.test(entry.name));
  return runs
    .map(({ name }) => ({ id: name, path: join(resolve(root), name) }))
    .sort((a, b) => (a.id < b.id ? 1 : -1));
}

/**
 * The run that a person means: its path, its id, the beginning of it, or nothing for the last one.
 *
 * @throws E5003 there is none, or more than one.
 */
export async function findRun(root: string, selector?: string): Promise<RunDirectory> {
  if (selector !== undefined && (await isRunDirectory(selector))) {
    const path = resolve(selector);
    return { id: basename(path), path };
  }
  const runs = await listRuns(root);
  const matching =
    selector === undefined
      ? runs.slice(0, 1)
      : runs.filter(({ id }) => id === selector || id.startsWith(selector));
  const exact = matching.find(({ id }) => id === selector);
  if (exact) return exact;
  if (matching.length === 1) return matching[0]!;
  const what =
    matching.length === 0
      ? `there is no run ${selector === undefined ? '' : `"${selector}" `}in ${root}.`
      : `"${selector}" is the beginning of ${matching.length} runs: ${matching
          .map(({ id }) => id)
          .slice(0, 5)
          .join(', ')}…`;
  throw new BatonError({
    code: 'E5003',
    what,
    remedy: '`baton runs list` shows them; name one by its id, the beginning of it, or its folder.',
  });
}

async function isRunDirectory(path: string): Promise<boolean> {
  const journal = await stat(join(path, runFiles.journal)).catch(() => undefined);
  return journal?.isFile() === true;
}

export interface HashedFile {
  /** Relative to the run directory. */
  path: string;
  bytes: number;
  sha256: string;
}

/** Hash and size of a file, with its path relative to the run directory. */
export async function hashFile(path: string, directory: string = dirname(path)): Promise<HashedFile> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  const { size } = await stat(path);
  return { path: relative(directory, path), bytes: size, sha256: hash.digest('hex') };
}
