import which from 'which';
import { BatonError } from '../../base/errors.ts';
import type { DirigentSetup } from '../../station/station.ts';

/**
 * The command with its program found, so that a missing one is told before anything is powered and not as exit code 127
 * in the middle of a run. A site's environment script is sourced by a shell that then becomes the program; words reach
 * it as they are, for none of them is part of the shell's text.
 *
 * @throws E4021 the program, or the environment script, is not there.
 */
export async function resolveProgram(
  { command, environment }: DirigentSetup,
  argv: readonly string[] = command,
): Promise<string[]> {
  if (environment !== undefined) {
    const bash = await find('bash');
    return [bash, '-c', sourceAndRun, environment, ...argv];
  }
  const [program, ...rest] = argv;
  return [await find(program ?? ''), ...rest];
}

/**
 * Sourced as at a prompt: without arguments of its own, and with nothing that it could read away from the calibration or
 * print into what that answers.
 */
const sourceAndRun = `baton_words=("$@"); set --
. "$0" </dev/null >&2 || { echo "$0 ended with an error ($?)" >&2; exit 126; }
exec "\${baton_words[@]}"`;

async function find(program: string): Promise<string> {
  const path = await which(program, { nothrow: true });
  if (path) return path;
  throw new BatonError({
    code: 'E4021',
    what: `the program "${program}" is not there, or may not be executed.`,
    remedy: 'Install it, or correct "dirigent.command" (or "dirigent.environment") in station.json.',
  });
}
