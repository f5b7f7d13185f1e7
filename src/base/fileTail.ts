import { closeSync, openSync, readSync } from 'node:fs';

/** Reads a file while somebody else writes it: each call answers with the whole lines that are new, as one text. */
export class FileTail {
  readonly #path: string;
  #offset = 0;

  constructor(path: string) {
    this.#path = path;
  }

  /** Up to the last newline: the half of a line is read again when it has its other half, or was taken off. */
  read(): string {
    const file = openSync(this.#path, 'r');
    try {
      const chunks: Buffer[] = [];
      const chunk = Buffer.alloc(1 << 16);
      for (let at = this.#offset, bytes = 1; bytes > 0; at += bytes) {
        bytes = readSync(file, chunk, 0, chunk.length, at);
        chunks.push(Buffer.from(chunk.subarray(0, bytes)));
      }
      const all = Buffer.concat(chunks);
      const end = all.lastIndexOf('\n') + 1;
      this.#offset += end;
      return all.toString('utf8', 0, end);
    } finally {
      closeSync(file);
    }
  }
}
