import { createInterface } from 'node:readline/promises';

/** How long an operator has to answer, ms. */
const patience = 60_000;

/** Whether a person sits at this terminal. */
export function isInteractive(): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true;
}

/** Asks at the terminal; undefined when nobody is there or nobody answers in time. A secret is not echoed. */
export async function askAtTerminal(
  text: string,
  { secret = false, withinMs = patience } = {},
): Promise<string | undefined> {
  if (!isInteractive()) return undefined;
  const output = secret ? silent() : process.stderr;
  if (secret) process.stderr.write(text);
  const terminal = createInterface({ input: process.stdin, output, terminal: true });
  // Ctrl-C here means what it means everywhere: stop the run.
  terminal.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  try {
    return await terminal.question(secret ? '' : text, { signal: AbortSignal.timeout(withinMs) });
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
