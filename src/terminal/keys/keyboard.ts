import { decode, type RawKey } from './decode.ts';
import type { Key } from './key.ts';

/** Nobody types two signs within this; a scanner sends one every 1 to 20 ms. */
const scannerMs = 35;
/** The rest of an escape sequence, over ssh too, comes within this; after it the Escape key was pressed. */
const sequenceMs = 50;

/** Answers whether the key was its own; if not, the next one gets it. */
export type KeyHandler = (key: Key) => boolean;

/**
 * Turns of the event loop that React takes to draw what a key changed, and the effects of that: its work is queued from
 * a microtask, so the first turn after a key is too early.
 */
const turns = 4;

/** Who is asked first: a dialog before the screen that it stands on, that before the whole program. */
const keyLevels = ['program', 'session', 'screen', 'dialog'] as const;
export type KeyLevel = (typeof keyLevels)[number];

/**
 * Keys from what a terminal sends. What comes faster than a person types is marked as scanned, so that a bar code never
 * presses a key.
 */
export class Keyboard {
  readonly #handlers = new Map<KeyHandler, KeyLevel>();
  readonly #now: () => number;
  #queue: Key[] = [];
  #next: NodeJS.Immediate | undefined;
  #rest = '';
  #pending: NodeJS.Timeout | undefined;
  #lastSign = Number.NEGATIVE_INFINITY;
  #burst = false;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Returns what ends it. */
  listen(level: KeyLevel, handler: KeyHandler): () => void {
    this.#handlers.set(handler, level);
    return () => this.#handlers.delete(handler);
  }

  /** Takes what the terminal sent. */
  take(chunk: string): void {
    clearTimeout(this.#pending);
    const { keys, rest } = decode(this.#rest + chunk);
    this.#rest = rest;
    // Several in one piece are a scan, a paste, or what was typed ahead.
    this.#queue.push(...keys.map((key) => this.#attribute(key, keys.length > 1)));
    if (!this.#next) this.#pressNext();
    if (rest !== '') this.#pending = setTimeout(() => this.#escape(), sequenceMs);
  }

  close(): void {
    clearTimeout(this.#pending);
    clearImmediate(this.#next);
    this.#queue = [];
  }

  /** One after the other, with turns between them: each key meets the screen that the one before it made. */
  #pressNext(): void {
    this.#next = undefined;
    const key = this.#queue.shift();
    if (!key) return;
    this.#press(key);
    this.#wait(turns);
  }

  #wait(left: number): void {
    this.#next = setImmediate(() => (left > 0 ? this.#wait(left - 1) : this.#pressNext()));
  }

  #escape(): void {
    this.#rest = '';
    this.#queue.push({ key: 'escape' });
    if (!this.#next) this.#pressNext();
  }

  #attribute(raw: RawKey, together: boolean): Key {
    if ('other' in raw) return raw.other;
    const soon = this.#now() - this.#lastSign < scannerMs;
    this.#lastSign = this.#now();
    if ('enter' in raw) return { key: 'enter', scanned: together || (soon && this.#burst) };
    this.#burst = together || soon || raw.text.length > 1;
    return { key: 'text', text: raw.text, scanned: this.#burst };
  }

  #press(key: Key): void {
    const rank = (level: KeyLevel) => keyLevels.indexOf(level);
    const byLevel = [...this.#handlers].sort(([, a], [, b]) => rank(b) - rank(a));
    for (const [handler] of byLevel) if (handler(key)) return;
  }
}
