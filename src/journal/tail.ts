import { FileTail } from '../base/fileTail.ts';
import type { JournalLine } from './event.ts';

/** Reads a journal while somebody else writes it: each call answers with the whole lines that are new. */
export class JournalTail {
  readonly #file: FileTail;
  #next = 0;

  /** @param from number of the first line that is wanted. */
  constructor(path: string, from = 0) {
    this.#file = new FileTail(path);
    this.#next = from;
  }

  read(): readonly JournalLine[] {
    const lines: JournalLine[] = [];
    for (const line of this.#file.read().split('\n')) {
      const parsed = parse(line);
      if (!parsed || parsed.n < this.#next) continue;
      this.#next = parsed.n + 1;
      lines.push(parsed);
    }
    return lines;
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
