/** What has arrived and was not yet read, and the one reader that waits for more. */
export class Inbox {
  #bytes = Buffer.alloc(0);
  #wake: (() => void) | undefined;
  #failure: Error | undefined;

  get empty(): boolean {
    return this.#bytes.length === 0;
  }

  push(bytes: Uint8Array): void {
    this.#bytes = Buffer.concat([this.#bytes, bytes]);
    this.#wake?.();
  }

  /** Ends the wait of the reader with this error; what arrived is dropped. */
  fail(error: Error): void {
    this.#failure = error;
    this.#wake?.();
  }

  clear(): void {
    this.#bytes = Buffer.alloc(0);
    this.#failure = undefined;
  }

  /** What arrived so far, without taking it. */
  peek(): Buffer {
    return this.#bytes;
  }

  /**
   * Takes the first message: `length` says how many of the bytes it fills, or undefined as long as it is not whole.
   * Answers undefined when it is not whole after `ms`.
   */
  async take(length: (bytes: Buffer) => number | undefined, ms: number): Promise<Buffer | undefined> {
    const end = performance.now() + ms;
    for (;;) {
      if (this.#failure) throw this.#failure;
      const whole = length(this.#bytes);
      if (whole !== undefined) {
        const message = this.#bytes.subarray(0, whole);
        this.#bytes = this.#bytes.subarray(whole);
        return message;
      }
      const left = end - performance.now();
      if (left <= 0) return undefined;
      await this.#more(left);
    }
  }

  /** Drops everything that comes until nothing came for `ms`; false if that does not happen within `limitMs`. */
  async silence(ms: number, limitMs: number): Promise<boolean> {
    const end = performance.now() + limitMs;
    do {
      if (this.#failure) throw this.#failure;
      this.#bytes = Buffer.alloc(0);
      await this.#more(ms);
      if (this.#failure) throw this.#failure;
      if (this.empty) return true;
    } while (performance.now() < end);
    return false;
  }

  #more(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#wake = undefined;
        resolve();
      };
      // After a stall of this process the timer comes first, although the answer has long arrived: look once more.
      const timer = setTimeout(() => setImmediate(done), ms);
      this.#wake = done;
    });
  }
}
