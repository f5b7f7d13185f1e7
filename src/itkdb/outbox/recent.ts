/** Remembers the last few answers for a while, so that a queue of any length is sent in the same memory. */
export class Recent<T> {
  readonly #entries = new Map<string, { value: Promise<T>; until: number }>();
  readonly #limit: number;
  readonly #ms: number;

  constructor(limit: number, ms: number) {
    this.#limit = limit;
    this.#ms = ms;
  }

  /** The remembered answer, or the one that `ask` gives; a failed one is not remembered. */
  async get(key: string, ask: () => Promise<T>): Promise<T> {
    const known = this.#entries.get(key);
    if (known && known.until > performance.now()) return known.value;
    const value = ask();
    this.#entries.delete(key);
    this.#entries.set(key, { value, until: performance.now() + this.#ms });
    if (this.#entries.size > this.#limit) this.#entries.delete(this.#entries.keys().next().value!);
    value.catch(() => this.#entries.delete(key));
    return value;
  }
}
