import { inspect } from 'node:util';

/** An access code or a token. Printing it, logging it, or writing it as JSON shows that it is there and no more. */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** The text itself: for the one request that needs it, and for the shell that asked for it. */
  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return '[secret]';
  }

  toJSON(): string {
    return '[secret]';
  }

  [inspect.custom](): string {
    return '[secret]';
  }
}

/** The two codes that a person logs in with. */
export interface AccessCodes {
  code1: Secret;
  code2: Secret;
}
