import { BatonError } from '../../base/errors.ts';
import { askAtTerminal, isInteractive } from './question.ts';

/** Somebody who can be asked. Questions go to the terminal, never into the output of `--json`. */
export interface Asker {
  /** One of the options, in whatever case it is typed; asked again until it is one. */
  choose<T extends string>(question: string, options: readonly T[]): Promise<T>;
  /** A line that is not empty. */
  text(question: string): Promise<string>;
  /** Only an explicit yes is a yes. */
  confirm(question: string): Promise<boolean>;
}

/** Long enough to look at a preview and fetch a colleague; ms. */
const patience = 3600_000;

/** The person at the terminal; undefined when nobody sits there. */
export function askTerminal(): Asker | undefined {
  if (!isInteractive()) return undefined;
  return askWith((prompt) => askAtTerminal(prompt, { withinMs: patience }));
}

/** @param read shows a prompt and gives the line that was typed; undefined when there is no answer */
export function askWith(read: (prompt: string) => Promise<string | undefined>): Asker {
  const line = async (prompt: string) => {
    const answer = await read(prompt);
    if (answer !== undefined) return answer.trim();
    throw new BatonError(
      {
        code: 'E1010',
        what: 'A question was not answered.',
        remedy: 'Start the command again when you know the answer.',
      },
      { exitCode: 130 },
    );
  };
  return {
    async choose(question, options) {
      for (;;) {
        const answer = (await line(`${question} [${options.join(', ')}] `)).toLowerCase();
        const chosen = options.find((option) => option.toLowerCase() === answer);
        if (chosen !== undefined) return chosen;
      }
    },
    async text(question) {
      for (;;) {
        const answer = await line(`${question} `);
        if (answer !== '') return answer;
      }
    },
    async confirm(question) {
      return /^y(es)?$/i.test(await line(`${question} [y/N] `));
    },
  };
}
