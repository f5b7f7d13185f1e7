import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { copyFile, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { flushFolder } from '../../base/atomicFile.ts';

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
    const kept = join(this.#folder, sha256);
    if (existsSync(kept)) return sha256;
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const temporary = `${kept}.${process.pid}`;
    await copyFile(path, temporary);
    const file = await open(temporary, 'r');
    await file.sync();
    await file.close();
    await rename(temporary, kept);
    await flushFolder(this.#folder);
    return sha256;
  }

  read(sha256: string): Promise<Buffer> {
    return readFile(join(this.#folder, sha256));
  }

  async remove(sha256: string): Promise<void> {
    await rm(join(this.#folder, sha256), { force: true });
  }
}
