import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { commandLineOf, groupMembers, signalPid, workingDirectoryOf } from '../base/processes.ts';
import type { RunningCalibration } from './ending.ts';

const pollMs = 20;

/** What the keeper wrote down of itself: its process number and, at the end, the exit code of the calibration. */
interface KeeperFile {
  pid: number;
  exitCode?: number;
  /** It was asked to end before it did. */
  interrupted?: true;
}

export function readKeeperFile(path: string): KeeperFile | undefined {
  try {
    const [first, second, asked] = readFileSync(path, 'utf8').trim().split(' ');
    const pid = Number(first);
    if (!(pid > 1)) return undefined;
    return {
      pid,
      ...(second === undefined ? {} : { exitCode: Number(second) }),
      ...(asked === 'interrupted' ? { interrupted: true } : {}),
    };
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

  /** Undefined when there is none, or nothing of it is left. */
  static find(file: string): KeptCalibration | undefined {
    const pid = readKeeperFile(file)?.pid;
    if (pid === undefined) return undefined;
    const calibration = new KeptCalibration(pid, file);
    return calibration.isOver ? undefined : calibration;
  }

  get isOver(): boolean {
    return !isKeeper(this.#pid, this.#file) && this.#leftBehind().length === 0;
  }

  signal(signal: 'SIGINT' | 'SIGTERM'): void {
    if (isKeeper(this.#pid, this.#file)) signalPid(this.#pid, signal);
  }

  signalGroup(signal: 'SIGCONT' | 'SIGKILL'): void {
    if (isKeeper(this.#pid, this.#file)) signalPid(-this.#pid, signal);
    else for (const pid of this.#leftBehind()) signalPid(pid, signal);
  }

  /** Of a group whose keeper has gone, those that work in the step's folder: its number may be another's by now. */
  #leftBehind(): readonly number[] {
    const folder = dirname(this.#file);
    return groupMembers(this.#pid).filter((pid) => workingDirectoryOf(pid)?.startsWith(folder));
  }

  async #end(): Promise<void> {
    while (isKeeper(this.#pid, this.#file)) await sleep(pollMs);
  }
}

/** The path of the file is among its arguments, and no other process has that. */
function isKeeper(pid: number, file: string): boolean {
  return commandLineOf(pid)?.includes(file) ?? false;
}
