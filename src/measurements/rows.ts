import { existsSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { flushFolder } from '../base/atomicFile.ts';
import { makeFolder } from '../base/makeFolder.ts';

export type Cell = string | number | undefined;

/** A CSV file that grows a row at a time, so that a crash leaves all that was measured before it. */
export interface RowFile {
  readonly path: string;
  append(cells: readonly Cell[]): Promise<void>;
  /** Flushes to disk. */
  close(): Promise<void>;
}

/** Begins the file with its header. One that stands there already is kept beside it, as `.1`, `.2`, … */
export async function openRows(path: string, columns: readonly string[]): Promise<RowFile> {
  makeFolder(dirname(path));
  await keepOld(path);
  const file = await open(path, 'wx');
  const append = async (cells: readonly Cell[]) => {
    await file.appendFile(`${cells.map((cell) => cell ?? '').join(',')}\n`);
  };
  await append(columns);
  return {
    path,
    append,
    close: async () => {
      await file.sync();
      await file.close();
      await flushFolder(dirname(path));
    },
  };
}

async function keepOld(path: string): Promise<void> {
  if (!existsSync(path)) return;
  let number = 1;
  while (existsSync(`${path}.${number}`)) number += 1;
  await rename(path, `${path}.${number}`);
}
