import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { BatonError, type Problem } from '../base/errors.ts';
import { readLines } from '../base/lines.ts';
import { programPath } from '../base/programs.ts';
import type { GuardianLost, GuardianStarted } from '../journal/event.ts';
import { runFiles } from '../journal/runDirectory.ts';
import {
  type CalibrationBrief,
  type FromGuardian,
  type GuardianBrief,
  plainBrief,
  type ToGuardian,
} from './brief.ts';

const beatMs = 200;
/** A guardian that does not answer within this is none, ms. */
const startMs = 10_000;
const goodbyeMs = 5_000;
/** Whatever ends more of them than this in one run will end the next one too. */
const mostReplaced = 5;

interface GuardListener {
  /** A guardian watches, or the one that did is gone. To be written down. */
  noticed(event: GuardianStarted | GuardianLost): void;
  /** Nobody watches any more, and no other could be started: the run must make safe and stop. */
  unguarded(problem: Problem): void;
}

/** The runner's end of its guardian: starts one, tells it what it must know, and replaces it when it dies. */
export class Guard {
  readonly #brief: GuardianBrief;
  readonly #listener: GuardListener;
  #child: ChildProcess | undefined;
  #leaving = false;
  #replaced = 0;
  readonly #heartbeat: NodeJS.Timeout;

  private constructor(brief: GuardianBrief, listener: GuardListener) {
    this.#brief = { ...brief };
    this.#listener = listener;
    // In the thread that does the work: a runner that hangs there must fall silent.
    this.#heartbeat = setInterval(() => this.#tell({ do: 'beat' }), beatMs).unref();
  }

  /**
   * Resolves when a guardian watches. To be called before anything is written to an instrument.
   *
   * @throws E6504 another guardian still works on this station; E6506 it cannot be started.
   */
  static async start(brief: GuardianBrief, listener: GuardListener): Promise<Guard> {
    const guard = new Guard(brief, listener);
    try {
      await guard.#start();
    } catch (error) {
      clearInterval(guard.#heartbeat);
      throw error;
    }
    return guard;
  }

  calibrationStarts(calibration: CalibrationBrief): void {
    this.#brief.calibration = calibration;
    this.#tell({ do: 'calibration', calibration });
  }

  calibrationEnded(): void {
    delete this.#brief.calibration;
    this.#tell({ do: 'calibration' });
  }

  /** Power was verified off, or nothing was touched: it may go. Resolves when it has gone, its locks with it. */
  async goodbye(): Promise<void> {
    this.#leaving = true;
    const child = this.#child;
    if (child && child.exitCode === null && child.signalCode === null) {
      child.ref();
      const gone = once(child, 'exit', { signal: AbortSignal.timeout(goodbyeMs) }).catch(() => undefined);
      this.#tell({ do: 'goodbye' });
      await gone;
    }
    clearInterval(this.#heartbeat);
  }

  async #start(): Promise<void> {
    const log = openSync(join(this.#brief.runDirectory, runFiles.guardianLog), 'a', 0o600);
    // stdin is the pipe whose end tells of our death. Node opens it so that no other child inherits it.
    const child = spawn(process.execPath, [programPath('guardian')], {
      detached: true,
      cwd: '/',
      stdio: ['pipe', 'pipe', log],
    });
    closeSync(log);
    for (const stream of [child, child.stdin!, child.stdout!]) stream.on('error', () => undefined);
    // A run that ends without a goodbye must be able to end.
    for (const handle of [child, child.stdin as Socket, child.stdout as unknown as Socket]) handle.unref();
    this.#child = child;
    this.#tell({ do: 'guard', brief: plainBrief(this.#brief) });
    const said = await firstLine(child);
    if (said === undefined) throw new BatonError(notStarted, { exitCode: 3 });
    if ('problems' in said) throw new BatonError(said.problems);
    const { pid } = said.ready;
    this.#listener.noticed({ event: 'guardian.started', pid });
    child.once('exit', (code, signal) => this.#lost(pid, signal ?? `exit code ${code}`));
    if (child.exitCode !== null || child.signalCode !== null) this.#lost(pid, 'it ended at once');
  }

  #lost(pid: number, how: string): void {
    if (this.#leaving) return;
    this.#listener.noticed({ event: 'guardian.lost', pid, how });
    this.#replaced += 1;
    const next = this.#replaced > mostReplaced ? Promise.reject(new BatonError(notStarted)) : this.#start();
    next.catch((error: unknown) => {
      const problem = error instanceof BatonError ? error.problems[0] : undefined;
      this.#listener.unguarded(problem ?? notStarted);
    });
  }

  #tell(message: ToGuardian): void {
    // Its death is noticed by its end; what could not be said is part of what the next one is told.
    this.#child?.stdin?.write(`${JSON.stringify(message)}\n`);
  }
}

function firstLine(child: ChildProcess): Promise<FromGuardian | undefined> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, startMs, undefined);
    const end = (said?: FromGuardian) => {
      clearTimeout(timer);
      resolve(said);
    };
    void readLines(child.stdout!, (line) => end(JSON.parse(line) as FromGuardian));
    child.once('exit', () => end());
    child.once('error', () => end());
  });
}

const notStarted: Problem = {
  code: 'E6506',
  what: 'the guardian, which makes the station safe if this process dies, could not be started.',
  remedy:
    'Nothing is powered without one. guardian.log in the run directory says why; is the machine out of memory?',
};
