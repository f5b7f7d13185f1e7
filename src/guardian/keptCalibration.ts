import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { commandLineOf, signalPid } from '../base/processes.ts';
import type { RunningCalibration } from './ending.ts';

const pollMs = 20;

/** What the keeper wrote down of itself: its process number and, at the end, the exit code of the calibration. */
export interface KeeperFile {
  pid: number;
  exitCode?: number;
}

export function readKeeperFile(path: string): KeeperFile | undefined {
  try {
    const [pid, exitCode] = readFileSync(path, 'utf8').trim().split(' ').map(Number);
    if (!pid || !(pid > 1)) return undefined;
    return { pid, ...(exitCode === undefined ? {} : { exitCode }) };
  } catch {
    // No keeper got so far. One that starts only now finds its runner dead, and starts nothing.
    return undefined;
  }
}

/** A calibration that somebody else started, found by its keeper's file. */
export class KeptCalibration implements RunningCalibration {
  readonly #pid: number;
  readonly #file: string;
  readonly ended: Promise<void>;

  private constructor(pid: number, file: string) {
    this.#pid = pid;
    this.#file = file;
    this.ended = this.#end();
  }

  /** Undefined when there is none, or it has ended. */
  static find(file: string): KeptCalibration | undefined {
    const pid = readKeeperFile(file)?.pid;
    return pid !== undefined && isKeeper(pid, file) ? new KeptCalibration(pid, file) : undefined;
  }

  get isOver(): boolean {
    return !isKeeper(this.#pid, this.#file);
  }

  signal(signal: 'SIGINT' | 'SIGTERM'): void {
    if (!this.isOver) signalPid(this.#pid, signal);
  }

  signalGroup(signal: 'SIGCONT' | 'SIGKILL'): void {
    if (!this.isOver) signalPid(-this.#pid, signal);
  }

  async #end(): Promise<void> {
    while (!this.isOver) await sleep(pollMs);
  }
}

/** The path of the file is among its arguments, and no other process has that. */
function isKeeper(pid: number, file: string): boolean {
  return commandLineOf(pid)?.includes(file) ?? false;
}
