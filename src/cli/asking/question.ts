import { createInterface } from 'node:readline/promises';

/** How long an operator has to answer, ms. */
export const patience = 60_000;

/** Whether a person sits at this terminal. */
export function isInteractive(): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true;
}

/** Asks at the terminal; undefined when nobody is there or nobody answers in time. A secret is not echoed. */
export async function askAtTerminal(
  text: string,
  {
    secret = false,
    withinMs = patience,
    signal,
  }: { secret?: boolean; withinMs?: number; signal?: AbortSignal } = {},
): Promise<string | undefined> {
  if (!isInteractive()) return undefined;
  const output = secret ? silent() : process.stderr;
  const terminal = createInterface({ input: process.stdin, output, terminal: true });
  // Only now does the terminal no longer echo by itself: whoever answers the prompt at once must not be shown.
  if (secret) process.stderr.write(text);
  // Ctrl-C here means what it means everywhere: stop the run.
  terminal.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  const late = AbortSignal.timeout(withinMs);
  try {
    return await terminal.question(secret ? '' : text, {
      signal: signal ? AbortSignal.any([late, signal]) : late,
    });
  } catch {
    return undefined;
  } finally {
    terminal.close();
    if (secret) process.stderr.write('\n');
  }
}

function silent(): NodeJS.WritableStream {
  const { stderr } = process;
  return new Proxy(stderr, {
    get: (target, key) => (key === 'write' ? () => true : Reflect.get(target, key)),
  });
}
