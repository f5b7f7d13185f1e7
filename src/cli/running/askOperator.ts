import type { Question } from '../../sequence/runContext.ts';
import type { RunServer } from '../../sequence/runServer.ts';
import { askAtTerminal, isInteractive, patience } from '../asking/question.ts';

export interface Asking {
  /** Whoever asks wants no answer any more. */
  ended?: AbortSignal;
  withinMs?: number;
}

/**
 * Asks the operator, at the runner's own terminal and at every client, whoever answers first. Undefined when nobody is
 * there, or nobody answers in time.
 */
export async function askOperator(
  question: Question,
  clients: Pick<RunServer, 'ask' | 'watched'>,
  { ended, withinMs = patience }: Asking = {},
): Promise<string | undefined> {
  const answered = new AbortController();
  const { text, secret, choices = [] } = question;
  const shown = [text, ...choices.map((choice, i) => `  ${i + 1}  ${choice}`)].join('\n');
  const signal = ended ? AbortSignal.any([answered.signal, ended]) : answered.signal;
  const asked: Promise<string | undefined>[] = [];
  if (isInteractive()) asked.push(askAtTerminal(`\n${shown}\nYour answer: `, { secret, withinMs, signal }));
  if (asked.length > 0 || clients.watched)
    asked.push(clients.ask(question, AbortSignal.any([signal, AbortSignal.timeout(withinMs)])));
  try {
    return await firstAnswer(asked);
  } finally {
    answered.abort();
  }
}

/** The first that is one. */
async function firstAnswer(asked: readonly Promise<string | undefined>[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    for (const one of asked) void one.then((answer) => answer !== undefined && resolve(answer));
    void Promise.all(asked).then(() => resolve(undefined));
  });
}
