import { spawn } from 'node:child_process';
import type { Problem } from '../../base/errors.ts';
import { programPath } from '../../base/programs.ts';

/**
 * What a command of Baton answers with `--json`, from a process and session of its own: the terminal may be suspended or
 * closed meanwhile, and an instrument must not be held by a stopped process.
 */
export async function batonJson<T>(
  args: readonly string[],
  signal?: AbortSignal,
): Promise<T | { problems: readonly Problem[] }> {
  const child = spawn(process.execPath, [programPath('baton'), ...args, '--json'], {
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  // Asked to end, it closes what it holds; it is not killed.
  const end = () => child.kill('SIGTERM');
  signal?.addEventListener('abort', end, { once: true });
  let text = '';
  for await (const chunk of child.stdout.setEncoding('utf8')) text += String(chunk);
  signal?.removeEventListener('abort', end);
  try {
    return JSON.parse(text) as T;
  } catch {
    return { problems: [noAnswer(args)] };
  }
}

function noAnswer(args: readonly string[]): Problem {
  return {
    code: 'E9601',
    what: `\`baton ${args.join(' ')}\` ended without an answer.`,
    remedy: 'Run it by hand to see what it says.',
  };
}
