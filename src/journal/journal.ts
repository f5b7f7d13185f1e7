import { constants, type FileHandle, open } from 'node:fs/promises';
import type { EpochMs } from '../base/units.ts';
import type { Event, JournalLine } from './event.ts';

type Listener = (line: JournalLine) => void;

/** A write is over when the disk has it, as with fdatasync behind it [open(2), O_DSYNC], in one call. */
const appending = constants.O_WRONLY | constants.O_APPEND | constants.O_DSYNC;

/**
 * The append-only journal of a run. An event is on disk (written and flushed) when `append` resolves, and only then
 * shown to the listeners: nobody acts on, or shows, what a crash could take back.
 */
export class Journal {
  readonly path: string;
  readonly #file: FileHandle;
  readonly #listeners = new Set<Listener>();
  /** Number of the next line, and length of the file up to it. */
  #next: number;
  #bytes: number;
  #waiting: Waiting[] = [];
  #writing: Promise<void> | undefined;

  private constructor(path: string, file: FileHandle, next: number, bytes: number) {
    this.path = path;
    this.#file = file;
    this.#next = next;
    this.#bytes = bytes;
  }

  /** A new journal; an existing file is an error. */
  static async create(path: string): Promise<Journal> {
    const flags = constants.O_CREAT | constants.O_EXCL | appending;
    return new Journal(path, await open(path, flags, 0o600), 0, 0);
  }

  /** Goes on with a journal whose next line has the number `next`. A torn last line must be repaired before. */
  static async continue(path: string, next: number): Promise<Journal> {
    const file = await open(path, appending);
    return new Journal(path, file, next, (await file.stat()).size);
  }

  /** Length of the file. */
  get bytes(): number {
    return this.#bytes;
  }

  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Appends in the order of the calls. Rejects when the disk does not take it: then nothing may be powered. */
  append(event: Event): Promise<void> {
    const t = Date.now();
    return new Promise((resolve, reject) => {
      this.#waiting.push({ t, event, resolve, reject });
      this.#writing ??= this.#write();
    });
  }

  async close(): Promise<void> {
    await this.#writing;
    await this.#file.close();
  }

  /** What came while the disk was busy goes there in one piece: a flush costs the same for one line and for ten. */
  async #write(): Promise<void> {
    // Calls of the same turn go together.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0);
      await this.#writeBatch(batch).catch((error: Error) => {
        for (const { reject } of batch) reject(error);
      });
    }
    this.#writing = undefined;
  }

  async #writeBatch(batch: readonly Waiting[]): Promise<void> {
    const lines = batch.flatMap((one) => this.#numbered(one) ?? []);
    const bytes = Buffer.from(lines.map(({ text }) => text).join(''));
    try {
      await this.#file.appendFile(bytes);
    } catch (error) {
      // Half a line before the ones to come would make all of them unreadable, and those that make the station safe count
      // most.
      this.#next -= lines.length;
      await this.#file.truncate(this.#bytes).catch(() => undefined);
      throw error;
    }
    this.#bytes += bytes.length;
    for (const { line, resolve } of lines) {
      for (const listener of this.#listeners) listener(line);
      resolve();
    }
  }

  /** An event that is no JSON is its caller's fault, and nobody else's. */
  #numbered({ t, event, resolve, reject }: Waiting) {
    try {
      const line: JournalLine = { n: this.#next, t, ...event };
      const text = `${JSON.stringify(line)}\n`;
      this.#next += 1;
      return { line, text, resolve };
    } catch (error) {
      reject(error);
      return undefined;
    }
  }
}

interface Waiting {
  t: EpochMs;
  event: Event;
  resolve: () => void;
  reject: (error: unknown) => void;
}
