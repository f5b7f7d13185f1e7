import { BatonError } from '../../base/errors.ts';
import type { Talk, TalkAnswer, TalkQuestion } from './talk.ts';

interface OpenQuestion {
  /** Counts the questions: an answer field is new for each. */
  number: number;
  question: TalkQuestion;
  /** Number of the first line that is worth reading with it. */
  newFrom: number;
}

/** A talk as a screen shows it: what was said, and the question that is open. */
export class Conversation implements Talk {
  readonly lines: string[] = [];
  open: OpenQuestion | undefined;
  /** Changes with everything that is to be drawn. */
  version = 0;
  readonly #listeners = new Set<() => void>();
  readonly #left = new AbortController();
  #settle: { resolve(answer: TalkAnswer): void; reject(error: Error): void } | undefined;
  #asked = 0;
  #newFrom = 0;
  #answeredAt = 0;

  get left(): AbortSignal {
    return this.#left.signal;
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  say(line: string): void {
    this.lines.push(...line.split('\n'));
    this.#changed();
  }

  ask(question: TalkQuestion): Promise<TalkAnswer> {
    if (this.left.aborted) return Promise.reject(unanswered());
    // Where nothing was said since the last answer, what was said before that still stands.
    if (this.lines.length > this.#answeredAt) this.#newFrom = this.#answeredAt;
    this.open = { number: ++this.#asked, question, newFrom: this.#newFrom };
    this.#changed();
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
  }

  answer(answer: TalkAnswer): void {
    const settle = this.#settle;
    this.#settle = undefined;
    this.open = undefined;
    this.#answeredAt = this.lines.length;
    this.#changed();
    settle?.resolve(answer);
  }

  leave(): void {
    this.#left.abort();
    this.open = undefined;
    this.#settle?.reject(unanswered());
    this.#settle = undefined;
    this.#changed();
  }

  #changed(): void {
    this.version += 1;
    for (const listener of this.#listeners) listener();
  }
}

function unanswered(): BatonError {
  return new BatonError(
    {
      code: 'E1010',
      what: 'A question was not answered.',
      remedy: 'Begin again when you know the answer.',
    },
    { exitCode: 130 },
  );
}
