import { closeSync, openSync, readSync } from 'node:fs';
import type { JournalLine } from './event.ts';

/** Reads a journal while somebody else writes it: each call answers with the whole lines that are new. */
export class JournalTail {
  readonly #path: string;
  #offset = 0;
  #next = 0;

  /** @param from number of the first line that is wanted. */
  constructor(path: string, from = 0) {
    this.#path = path;
    this.#next = from;
  }

  read(): readonly JournalLine[] {
    const text = this.#newText();
    const lines: JournalLine[] = [];
    for (const line of text.split('\n')) {
      const parsed = parse(line);
      if (!parsed || parsed.n < this.#next) continue;
      this.#next = parsed.n + 1;
      lines.push(parsed);
    }
    return lines;
  }

  /** Up to the last newline: the half of a line is read again when it has its other half, or was taken off. */
  #newText(): string {
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

/** A torn line, which whoever goes on with the journal takes off, is passed over. */
function parse(text: string): JournalLine | undefined {
  try {
    return JSON.parse(text) as JournalLine;
  } catch {
    return undefined;
  }
}
