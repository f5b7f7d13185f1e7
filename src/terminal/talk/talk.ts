/** Somebody at the screens: he is told things, and asked one after the other. What asks knows nothing of screens. */
export interface Talk {
  /** He has gone away. */
  readonly left: AbortSignal;
  say(line: string): void;
  /** @throws BatonError E1010 when he goes away instead of answering */
  ask(question: TalkQuestion): Promise<TalkAnswer>;
}

export interface TalkQuestion {
  text: string;
  /** Said below the question. */
  hint?: string;
  /** One of these; without them, a text. */
  choices?: readonly TalkChoice[];
  /** Taken for an empty answer. */
  default?: string;
  /** May be left empty. */
  optional?: boolean;
  /** Not shown while it is typed. */
  secret?: boolean;
  /** There is a question before it to go back to. */
  back?: boolean;
  /** Yes or no, where yes has an effect outside: no comes first, and yes has a key of its own. */
  confirm?: boolean;
  /** What was wrong with the last answer to it. */
  wrong?: readonly string[];
}

interface TalkChoice {
  value: string;
  name: string;
}

/** To a `confirm`: `yes`, or `no`. */
export type TalkAnswer = { said: string } | 'back';
