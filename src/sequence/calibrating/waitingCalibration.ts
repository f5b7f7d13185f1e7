import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { signalPid } from '../../base/processes.ts';
import { type KeptCommand, keeperEnvironment, startWord, underKeeper } from './keeper.ts';

/** How a process ended: by itself, or by a signal. */
export interface ProcessEnd {
  exitCode?: number;
  signal?: string;
}

/**
 * A calibration under its keeper that waits for its word, in a session of its own. It may be made while another one runs:
 * a fork and four programs take longer than a short calibration. Whatever becomes of its runner, one that has not got the
 * word starts nothing: its stdin ends, and the kernel tells it.
 */
export class WaitingCalibration {
  /** Of the keeper, which leads the group. */
  readonly pid: number;
  readonly stdin: Writable;
  readonly exited: Promise<ProcessEnd>;
  #isThere = true;

  private constructor(
    pid: number,
    { stdin }: ChildProcessByStdio<Writable, null, null>,
    exited: Promise<ProcessEnd>,
  ) {
    this.pid = pid;
    this.stdin = stdin;
    // Who ends while it is being told something closes its end: nothing is lost by that.
    stdin.on('error', () => undefined);
    this.exited = exited.finally(() => {
      this.#isThere = false;
    });
  }

  /** @throws Error where no process can be made. */
  static async make(command: KeptCommand): Promise<WaitingCalibration> {
    const [file, ...args] = await underKeeper(command);
    const child = spawn(file!, args, {
      // Its own is the step's folder, which is not there yet.
      cwd: '/',
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
      env: keeperEnvironment({ ...process.env, PYTHONUNBUFFERED: '1', ...command.env }),
    });
    // Where the program cannot be started at all there is no pid, and the reason comes with `error`.
    if (child.pid === undefined) throw (await once(child, 'error'))[0];
    const { pid } = child;
    const exited = new Promise<ProcessEnd>((resolve) => {
      child.once('exit', (code, signal) => {
        // A keeper ends by a signal only when it is killed itself; what it kept would go on, and hold the ports.
        if (signal !== null) signalPid(-pid, 'SIGKILL');
        resolve({ ...(code === null ? {} : { exitCode: code }), ...(signal === null ? {} : { signal }) });
      });
    });
    return new WaitingCalibration(pid, child, exited);
  }

  get isThere(): boolean {
    return this.#isThere;
  }

  start(): void {
    this.stdin.write(startWord);
  }

  /** It is not wanted any more. It has done nothing yet that a SIGKILL could cut short, and also one that is stopped ends. */
  async dismiss(): Promise<void> {
    signalPid(-this.pid, 'SIGKILL');
    await this.exited;
  }
}
