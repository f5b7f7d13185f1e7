import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { formatProblem } from '../../base/errors.ts';
import { programPath } from '../../base/programs.ts';

/** A report takes about a second; one that takes that long never comes. */
const longestMs = 60_000;

/**
 * Builds the report of a run that has ended in a process of its own: the runner does nothing that takes long. Answers
 * with its path. No report is no failure of the run: it is said, and `baton report` builds it later.
 */
export async function reportApart(directory: string): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [programPath('runReport'), directory], {
      timeout: longestMs,
    });
    return stdout.trim();
  } catch (error) {
    const why = ((error as { stderr?: string }).stderr || String(error)).trim();
    const problem = {
      code: 'E9405',
      severity: 'warning',
      what: `the report of this run could not be written: ${why}`,
      remedy: 'The run and its files are whole. `baton report` tries again.',
    } as const;
    process.stderr.write(`${formatProblem(problem)}\n`);
    return undefined;
  }
}
