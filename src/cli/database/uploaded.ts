import { BatonError, type ExitCode, formatProblem } from '../../base/errors.ts';
import { tell } from './connection.ts';

/** What became of one of the names that `baton upload` was given: for the exit code, for a program, for a person. */
export interface Uploaded {
  code: ExitCode;
  report: unknown;
  text: string;
}

/** Nothing became of it, and why. */
export function refused(error: unknown): Uploaded {
  if (!(error instanceof BatonError)) throw error;
  for (const problem of error.problems) tell(formatProblem(problem));
  return { code: error.exitCode, report: { problems: error.problems }, text: '' };
}

/** The exit code tells if everything is in the database: 0; if a person must look: 1; if it waits: 3. */
export function exitCodeOf(states: readonly string[]): ExitCode {
  if (states.includes('held')) return 1;
  return states.every((state) => state === 'confirmed' || state === 'dropped') ? 0 : 3;
}
