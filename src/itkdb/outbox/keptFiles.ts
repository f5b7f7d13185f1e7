import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { copyFile, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { flushFolder } from '../../base/atomicFile.ts';
import { makeFolder } from '../../base/makeFolder.ts';

/** Copies of the files that are on their way, each under the hash of its content, so that the originals may go. */
export class KeptFiles {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Copies a file and flushes it; answers with its SHA-256. */
  async keep(path: string): Promise<string> {
    const hash = createHash('sha256');
    for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
    const sha256 = hash.digest('hex');
    if (this.has(sha256)) return sha256;
    makeFolder(this.#folder, 0o700);
    const kept = join(this.#folder, sha256);
    const temporary = `${kept}.${process.pid}`;
    await copyFile(path, temporary);
    const file = await open(temporary, 'r');
    await file.sync();
    await file.close();
    await rename(temporary, kept);
    await flushFolder(this.#folder);
    return sha256;
  }

  has(sha256: string): boolean {
    return existsSync(join(this.#folder, sha256));
  }

  /** Undefined: somebody took it away. */
  async read(sha256: string): Promise<Buffer | undefined> {
    try {
      return await readFile(join(this.#folder, sha256));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  /**
   * Removes those that are wanted no more, and what a process that died half-way through a copy left a day ago. All at
   * once, so that a transaction can stand around it.
   */
  tidy(wanted: (sha256: string) => boolean): void {
    if (!existsSync(this.#folder)) return;
    for (const name of readdirSync(this.#folder)) {
      const path = join(this.#folder, name);
      const done = name.includes('.') ? isOld(path) : !wanted(name);
      if (done) rmSync(path, { force: true });
    }
  }
}

function isOld(path: string): boolean {
  const about = statSync(path, { throwIfNoEntry: false });
  return about !== undefined && Date.now() - about.mtimeMs > 86_400_000;
}
