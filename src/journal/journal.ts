import { constants, type FileHandle, open } from 'node:fs/promises';
import type { Event, JournalLine } from './event.ts';

export type Listener = (line: JournalLine) => void;

/**
 * The append-only journal of a run. An event is on disk (written and flushed) when `append` resolves, and only then
 * shown to the listeners: nobody acts on, or shows, what a crash could take back.
 */
export class Journal {
  readonly path: string;
  readonly #file: FileHandle;
  readonly #listeners = new Set<Listener>();
  #next: number;
  #last: Promise<void> = Promise.resolve();

  private constructor(path: string, file: FileHandle, next: number) {
    this.path = path;
    this.#file = file;
    this.#next = next;
  }

  /** A new journal; an existing file is an error. */
  static async create(path: string): Promise<Journal> {
    const flags = constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY | constants.O_APPEND;
    return new Journal(path, await open(path, flags, 0o600), 0);
  }

  /** Goes on with a journal whose next line has the number `next`. A torn last line must be repaired before. */
  static async continue(path: string, next: number): Promise<Journal> {
    return new Journal(path, await open(path, constants.O_WRONLY | constants.O_APPEND), next);
  }

  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Appends in the order of the calls. Rejects when the disk does not take it: then nothing may be powered. */
  append(event: Event): Promise<void> {
    const line: JournalLine = { n: this.#next++, t: Date.now(), ...event };
    const written = this.#last.then(async () => {
      await this.#file.appendFile(`${JSON.stringify(line)}\n`);
      await this.#file.datasync();
      for (const listener of this.#listeners) listener(line);
    });
    // A failed append must not silence the ones after it: those that made the station safe count most.
    this.#last = written.catch(() => undefined);
    return written;
  }

  async close(): Promise<void> {
    await this.#last;
    await this.#file.close();
  }
}
