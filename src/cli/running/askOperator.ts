import type { RunServer } from '../../sequence/attach/runServer.ts';
import type { Question } from '../../sequence/runContext.ts';
import { askAtTerminal, isInteractive, patience } from '../asking/question.ts';

export interface Asking {
  /** Whoever asks wants no answer any more. */
  ended?: AbortSignal;
  /** The run was started to be looked at, and whoever does may have gone for a while. */
  detached?: boolean;
}

/** How long a run that nobody looks at waits for somebody who does: a client needs a moment to come. */
const arrivalMs = 5_000;

/**
 * Asks the operator, at the runner's own terminal and at every client, those that come later too, whoever answers first.
 * Undefined when nobody comes, or nobody answers in time.
 */
export async function askOperator(
  question: Question,
  clients: Pick<RunServer, 'ask' | 'watched'>,
  { ended, detached = false }: Asking = {},
): Promise<string | undefined> {
  const answered = new AbortController();
  const { text, secret, choices = [], placeholder, within } = question;
  const withinMs = within === undefined ? patience : within * 1000;
  const shown = [text, ...choices.map((choice, i) => `  ${i + 1}  ${choice}`)].join('\n');
  const signal = ended ? AbortSignal.any([answered.signal, ended]) : answered.signal;
  const asked: Promise<string | undefined>[] = [];
  if (isInteractive())
    asked.push(
      askAtTerminal(`\n${shown}\nYour answer${placeholder === undefined ? '' : ` (${placeholder})`}: `, {
        secret,
        withinMs,
        signal,
      }),
    );
  asked.push(clients.ask(question, AbortSignal.any([signal, AbortSignal.timeout(withinMs)])));
  const nobody =
    asked.length > 1 || detached
      ? undefined
      : setTimeout(() => clients.watched || answered.abort(), arrivalMs);
  try {
    return await firstAnswer(asked);
  } finally {
    clearTimeout(nobody);
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
