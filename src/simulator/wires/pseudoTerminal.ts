import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { BatonError } from '../../base/errors.ts';

/**
 * A real pseudo-terminal in front of an instrument's TCP port, by socat. It waits for a client to open the terminal
 * and only then connects; when the client closes it, socat ends and is started anew, so that the instrument sees each
 * client come and go.
 */
export class PseudoTerminal {
  readonly path: string;
  readonly #port: () => number;
  #socat: ChildProcess | undefined;
  #wanted = false;

  constructor(path: string, port: () => number) {
    this.path = path;
    this.#port = port;
  }

  async open(): Promise<void> {
    this.#wanted = true;
    await rm(this.path, { force: true });
    this.#start();
    await this.#appears();
  }

  async close(): Promise<void> {
    this.#wanted = false;
    const socat = this.#socat;
    if (socat && socat.exitCode === null && socat.signalCode === null) {
      const ended = new Promise((resolve) => socat.once('exit', resolve));
      socat.kill('SIGTERM');
      await ended;
    }
    await rm(this.path, { force: true });
  }

  #start(): void {
    const terminal = `pty,raw,echo=0,link=${this.path},perm=0600,wait-slave,pty-interval=0.01`;
    const socat = ['socat', terminal, `TCP4:127.0.0.1:${this.#port()},nodelay`];
    // With the station killed, a socat that waits for a client would wait for ever.
    const command = programExists('setpriv') ? ['setpriv', '--pdeathsig', 'TERM', '--', ...socat] : socat;
    const child = spawn(command[0]!, command.slice(1), { stdio: 'ignore' });
    this.#socat = child;
    child.on('error', () => {});
    child.on('exit', () => {
      if (this.#wanted && this.#socat === child) this.#start();
    });
  }

  async #appears(): Promise<void> {
    const deadline = performance.now() + 5000;
    while (!existsSync(this.path)) {
      if (performance.now() > deadline)
        throw new BatonError({
          code: 'E9505',
          what: `socat did not make the pseudo-terminal ${this.path} within 5 s.`,
          remedy: 'See that the folder is writable and its path short, or use --transport tcp.',
        });
      await sleep(5);
    }
  }
}

/** Refuses before anything is started. */
export function requireSocat(): void {
  if (programExists('socat')) return;
  throw new BatonError({
    code: 'E9504',
    what: 'Pseudo-terminals are made by socat, and socat is not installed.',
    remedy: 'Install it (apt-get install socat), or use --transport tcp, which needs nothing.',
  });
}

function programExists(name: string): boolean {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .some((folder) => folder !== '' && existsSync(join(folder, name)));
}
