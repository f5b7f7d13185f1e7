import { type FileHandle, open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** How often a log is looked at while its calibration runs, ms: as soon as a person sees, and cheap all night long. */
const pollMs = 50;
const chunkSize = 1 << 16;

/**
 * One stream of a calibration, which prints straight into its log; the runner reads it there. So nothing that it prints
 * is lost when the runner dies, no pipe breaks on its way down, and it never waits for a slow reader.
 */
export class OutputLog {
  readonly #file: FileHandle;
  #offset = 0;

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  /** For the user alone; whoever writes to it appends. */
  static async open(path: string): Promise<OutputLog> {
    return new OutputLog(await open(path, 'a+', 0o600));
  }

  /**
   * What it prints, as it comes, and at the end (`over`) all that is there by then, however much somebody goes on to print.
   * A chunk holds until the next one. Read by the clock: a network's file system does not tell of changes.
   */
  async *follow(over: AbortSignal): AsyncGenerator<Buffer> {
    const chunk = Buffer.allocUnsafe(chunkSize);
    let end = Number.POSITIVE_INFINITY;
    while (this.#offset < end) {
      const wasOver = over.aborted;
      const { bytesRead } = await this.#file.read(chunk, 0, chunkSize, this.#offset);
      this.#offset += bytesRead;
      if (bytesRead > 0) yield chunk.subarray(0, bytesRead);
      if (bytesRead === chunkSize) {
        if (over.aborted && end === Number.POSITIVE_INFINITY) end = (await this.#file.stat()).size;
      } else if (wasOver) return;
      else await sleep(pollMs, undefined, { signal: over }).catch(() => undefined);
    }
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}
