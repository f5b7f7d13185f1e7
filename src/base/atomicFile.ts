import { randomBytes } from 'node:crypto';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { makeFolder } from './makeFolder.ts';

/**
 * Writes a whole file so that a reader, or a power cut, finds the old content or the new one and never a half: a
 * temporary file beside it, flushed to disk, renamed over it, and the folder flushed.
 */
export async function writeFileAtomically(
  path: string,
  data: string | Uint8Array,
  mode = 0o600,
): Promise<void> {
  await replaceFile(path, data, mode, (file) => file.datasync());
  await flushFolder(dirname(path));
}

/**
 * For what stands elsewhere, too, and can be made of that again: a reader finds the old content or the new one, and a
 * power cut may take it, for no disk is waited for.
 */
export async function writeDerivedFile(path: string, data: string | Uint8Array, mode = 0o600): Promise<void> {
  await replaceFile(path, data, mode);
}

async function replaceFile(
  path: string,
  data: string | Uint8Array,
  mode: number,
  beforeItCounts?: (file: FileHandle) => Promise<void>,
): Promise<void> {
  const folder = dirname(path);
  makeFolder(folder);
  const temporary = join(folder, `.${basename(path)}.${randomBytes(6).toString('hex')}`);
  try {
    const file = await open(temporary, 'wx', mode);
    try {
      await file.writeFile(data);
      await beforeItCounts?.(file);
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Makes a rename or a new name in the folder survive a power cut. */
export async function flushFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
