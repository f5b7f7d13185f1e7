import { formatProblem, type Problem } from '../../../base/errors.ts';
import { wrapped } from '../../draw/wrapped.ts';

/** Nothing is cut: what is wrong, and what to do about it, may stand at the end of its line. */
export function problemRows(problems: readonly Problem[], width: number): string[] {
  return problems
    .flatMap((problem) => formatProblem(problem).split('\n'))
    .flatMap((line) => wrapped(line, width));
}
