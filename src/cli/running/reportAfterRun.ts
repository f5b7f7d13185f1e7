import { formatProblem } from '../../base/errors.ts';
import { reportApart } from '../../journal/reportProgram.ts';

/** Answers with the path of the report. None is no failure of the run: it is said, and `baton report` builds it later. */
export async function reportAfterRun(directory: string): Promise<string | undefined> {
  try {
    return await reportApart(directory);
  } catch (error) {
    const problem = {
      code: 'E9405',
      severity: 'warning',
      what: `the report of this run could not be written: ${(error as Error).message}`,
      remedy: 'The run and its files are whole. `baton report` tries again.',
    } as const;
    process.stderr.write(`${formatProblem(problem)}\n`);
    return undefined;
  }
}
