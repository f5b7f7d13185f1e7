import pc from 'picocolors';
import { BatonError, type ExitCode } from '../../base/errors.ts';
import type { RunDirectory } from '../../journal/runDirectory.ts';
import { endNotWritten } from '../../sequence/attach/followRun.ts';
import { verdictBlock } from '../../terminal/verdictBlock.ts';
import { openingScreens } from '../screens/openingScreens.ts';
import { watchRun } from './watchRun.ts';

/**
 * Shows a run that goes on, on the whole terminal, until its verdict was seen, and answers with its exit code; 0 when it
 * was left. The verdict stays behind in the terminal's own history.
 *
 * @throws E4602 nobody runs there; E4603 its end was never written.
 */
export async function runOnScreen(
  directory: RunDirectory,
  { stop = false, language = 'en' }: { stop?: boolean; language?: string } = {},
): Promise<ExitCode> {
  const watched = await watchRun(directory);
  if (stop) watched.stop();
  const { showRun } = await openingScreens();
  await showRun(watched, language);
  const { record } = watched.run;
  if (record?.state !== 'ended') {
    const { lost } = watched.run;
    watched.leave();
    if (lost) throw new BatonError(endNotWritten(directory), { exitCode: 5 });
    process.stderr.write(`Left; the run goes on. \`baton attach ${directory.path}\` comes back to it.\n`);
    return 0;
  }
  const exitCode = await watched.ended;
  process.stdout.write(`${verdictBlock(record, pc)}  ${directory.path}\n`);
  return exitCode ?? record.exitCode ?? 3;
}
