import { userInfo } from 'node:os';
import { BatonError, type ExitCode } from '../../base/errors.ts';
import type { RunDirectory } from '../../journal/runDirectory.ts';
import { endNotWritten, followRun } from '../../sequence/attach/followRun.ts';
import type { Renderer } from '../../terminal/renderer.ts';
import { askAtTerminal, isInteractive } from '../asking/question.ts';

const ctrlC = '\x03';

/**
 * Shows a run until it ends, and answers with its exit code; 0 when it was left. Ctrl-C, a closed terminal and a SIGTERM
 * leave it, and it goes on; `s` stops it safely.
 *
 * @throws E4602 nobody runs there.
 */
export async function attachTo(
  run: RunDirectory,
  renderer: Renderer,
  { stop = false } = {},
): Promise<ExitCode> {
  const by = `${userInfo().username} (attached)`;
  const keys = new Keys();
  const followed = await followRun(run, renderer, {
    question: (question, client) => {
      if (!isInteractive()) return;
      keys.pause();
      void askAtTerminal(`\n${question.text}\nYour answer: `, { secret: question.secret }).then((answer) => {
        if (answer !== undefined) client.answer(question.id, answer);
        keys.listen();
      });
    },
  });
  if (!followed) throw new BatonError(notRunning(run));
  let left = false;
  const leave = () => {
    left = true;
    followed.leave();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const) process.once(signal, leave);
  keys.onKey = (key) => {
    if (key === 's') followed.client.stop(by);
    if (key === ctrlC || key === 'q') leave();
  };
  keys.listen();
  if (stop) followed.client.stop(by);
  const exitCode = await followed.ended;
  keys.pause();
  if (left) {
    process.stderr.write(`Left; the run goes on. \`baton attach ${run.path}\` comes back to it.\n`);
    return 0;
  }
  if (exitCode === undefined) throw new BatonError(endNotWritten(run), { exitCode: 5 });
  return exitCode;
}

/** Single keys of the terminal, if there is one. */
class Keys {
  onKey: (key: string) => void = () => undefined;
  readonly #take = (data: Buffer) => {
    for (const key of data.toString()) this.onKey(key);
  };

  listen(): void {
    if (!isInteractive()) return;
    process.stdin.setRawMode(true).on('data', this.#take).resume();
  }

  pause(): void {
    if (!isInteractive()) return;
    process.stdin.off('data', this.#take).setRawMode(false).pause();
  }
}

export function notRunning({ id }: RunDirectory) {
  return {
    code: 'E4602',
    what: `the run ${id} does not go on.`,
    remedy: `\`baton runs show ${id}\` shows how it ended; \`baton safe\` makes sure that nothing was left on.`,
  };
}
