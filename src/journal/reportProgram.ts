import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { programPath } from '../base/programs.ts';

/** A report takes about a second; one that takes that long never comes. */
const longestMs = 60_000;

/**
 * Builds the report of a run that has ended in a process of its own, for who ends a run does nothing that takes long.
 * Answers with its path; what the program says when it cannot is the message of the error.
 */
export async function reportApart(directory: string): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [programPath('runReport'), directory], {
      timeout: longestMs,
    });
    return stdout.trim();
  } catch (error) {
    throw new Error((error as { stderr?: string }).stderr?.trim() || String(error), { cause: error });
  }
}
