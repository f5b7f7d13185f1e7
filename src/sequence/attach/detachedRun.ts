import { spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { basename } from 'node:path';
import type { Readable } from 'node:stream';
import { BatonError, type ExitCode, type Problem } from '../../base/errors.ts';
import { readLines } from '../../base/lines.ts';
import { programPath } from '../../base/programs.ts';
import type { RunDirectory } from '../../journal/runDirectory.ts';

/** The one line that a detached runner prints when clients can look at it. */
export interface Announcement {
  run: string;
}

/** The same command, without what concerns this terminal alone. */
export function detachedWords(argv: readonly string[]): readonly string[] {
  return argv.filter((word) => !['--detach', '--json', '--yes', '-y'].includes(word));
}

/**
 * Starts `baton WORDS` (`run …`, `runs resume …`) as a process and session of its own, and answers when it can be looked
 * at. Whatever becomes of this process changes nothing about that one.
 *
 * @param warnings what the runner says before it has a log of its own
 * @throws What the runner refuses with, and its exit code.
 */
export async function startDetachedRun(
  words: readonly string[],
  warnings: NodeJS.WritableStream = process.stderr,
): Promise<RunDirectory> {
  const child = spawn(process.execPath, [programPath('baton'), ...words, '--announce', '--json', '--yes'], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stderr.pipe(warnings, { end: false });
  const ended = new Promise<ExitCode>((resolve) => {
    child.once('exit', (code) => resolve((code ?? 3) as ExitCode));
    child.once('error', () => resolve(3));
  });
  const said = await firstLine(child.stdout);
  if (said && 'run' in said) {
    child.unref();
    for (const pipe of [child.stdout, child.stderr]) (pipe as unknown as Socket).unref();
    return { id: basename(said.run), path: said.run };
  }
  throw new BatonError(said?.problems ?? notStarted, { exitCode: await ended });
}

type FirstLine = Announcement | { problems: Problem[] };

function firstLine(stdout: Readable): Promise<FirstLine | undefined> {
  return new Promise((resolve) => {
    void readLines(stdout, (line) => resolve(JSON.parse(line) as FirstLine)).then(() => resolve(undefined));
  });
}

const notStarted: Problem = {
  code: 'E4604',
  what: 'the runner ended before it could be looked at.',
  remedy: 'The lines above may say why; without --detach it runs in this terminal.',
};
