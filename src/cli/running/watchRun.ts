import { userInfo } from 'node:os';
import { BatonError, type ExitCode } from '../../base/errors.ts';
import type { RunDirectory } from '../../journal/runDirectory.ts';
import { followRun } from '../../sequence/attach/followRun.ts';
import { RunWatch } from '../../terminal/run/runWatch.ts';
import type { WatchedRun } from '../../terminal/screens/run/runSession.tsx';
import { notRunning } from './attachTo.ts';

interface WatchedRunner extends WatchedRun {
  /** The exit code of the run; undefined when it was left, or its end was never written. */
  ended: Promise<ExitCode | undefined>;
}

/**
 * Looks at a run through its runner's socket, for the screens.
 *
 * @throws E4602 nobody runs there.
 */
export async function watchRun(directory: RunDirectory): Promise<WatchedRunner> {
  const watched = await tryToWatchRun(directory);
  if (!watched) throw new BatonError(notRunning(directory));
  return watched;
}

/** Undefined when nobody runs there. */
export async function tryToWatchRun(directory: RunDirectory): Promise<WatchedRunner | undefined> {
  const run = new RunWatch();
  const followed = await followRun(directory, run, {
    question: (question) => run.asked(question),
    answered: (id) => run.answered(id),
    runnerGone: () => run.runnerGone(),
  });
  if (!followed) return undefined;
  const { client, ended, leave } = followed;
  return {
    run,
    directory: directory.path,
    stop: () => client.stop(userInfo().username),
    answer: (id, text) => client.answer(id, text),
    ended,
    leave,
  };
}
