import { RE2JS } from 're2js';
import type { Seconds } from '../../base/units.ts';
import type { Answer, Question } from './checkModule.ts';

/** See `CheckSurroundings.ask`. */
export type Ask = (question: Question, signal: AbortSignal) => Promise<Answer | 'nobody'>;

/**
 * Asks until there is an answer that fits the question, at most for so long and not beyond the end of the item; then the
 * question is taken away.
 */
export async function askOperator(
  question: Question,
  ask: Ask,
  patience: Seconds,
  over: AbortSignal,
): Promise<Answer | { unanswered: string }> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), patience * 1000);
  const gone = AbortSignal.any([late.signal, over]);
  const taken = new Promise<'taken'>((resolve) =>
    gone.addEventListener('abort', () => resolve('taken'), { once: true }),
  );
  try {
    const fits = fitting(question);
    let { text } = question;
    for (;;) {
      const asked = ask({ ...question, text, timeout: patience }, gone);
      // Taken away, it may reject later, when nobody waits for it.
      asked.catch(() => undefined);
      const answer = await Promise.race([asked, taken]);
      if (answer === 'taken') return { unanswered: `no answer in ${patience} s` };
      if (answer === 'nobody') return { unanswered: 'nobody can be asked here' };
      const refused = fits(answer);
      if (refused === undefined) return answer;
      text = `${question.text}\n${refused}`;
    }
  } catch (error) {
    return { unanswered: (error as Error).message };
  } finally {
    clearTimeout(timer);
    late.abort();
  }
}

/** Why an answer does not fit, to be shown with the question. */
function fitting({ choices, pattern }: Question): (answer: Answer) => string | undefined {
  if (choices)
    return ({ choice }) =>
      choice !== undefined && choices[choice] !== undefined ? undefined : 'Choose one of the answers.';
  const expression = pattern === undefined ? undefined : RE2JS.compile(pattern);
  return ({ text }) =>
    !expression || expression.matches(text)
      ? undefined
      : `${JSON.stringify(text)} does not match ${pattern}.`;
}
