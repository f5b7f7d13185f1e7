import { createWriteStream } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { execa } from 'execa';
import { groupMembers, signalPid } from '../base/processes.ts';
import type { RunningCalibration } from '../guardian/ending.ts';
import { underKeeper } from './keeper.ts';
import { OutputScanner, type Progress } from './output.ts';

export interface CalibrationStart {
  /** Program and arguments; never a shell string. */
  argv: readonly string[];
  /** The step's folder: working directory of the calibration. */
  cwd: string;
  /** Everything that it prints goes here as it comes. */
  logFile: string;
  /** Where the keeper says who it is; a path of its own. */
  keeperFile: string;
  env?: Readonly<Record<string, string>>;
  onOutput?: (chunk: string) => void;
  onProgress?: (progress: Progress) => void;
  /**
   * Asked for an answer to a hidden prompt; the calibration waits meanwhile. The signal fires when it has ended and
   * nobody waits any more.
   */
  onPrompt: (text: string, ended: AbortSignal) => Promise<string>;
}

/** How a calibration ended, as its keeper tells it. */
export interface CalibrationEnd {
  exitCode?: number;
  signal?: string;
  errorLines: readonly string[];
  errorCount: number;
  /** What the log file could not take, if anything. */
  logProblem?: string;
}

/** What looks like a question is one if nothing comes behind it for so long, ms: a line may be cut anywhere. */
const settled = 200;
/** A silent `[Attention]` block is a question after so long, ms. */
const silence = 1500;
/** Output that a grandchild keeps open is waited for so long after the end, ms. */
const stragglers = 1000;

/**
 * One calibration in a session of its own, under a keeper that sees to it that it gets one SIGINT and no more. Never
 * kills it by itself: how it is ended is the ladder's business (guardian/ending.ts).
 */
export class CalibrationProcess implements RunningCalibration {
  /** Of the keeper, which leads the group. */
  readonly pid: number;
  readonly ended: Promise<CalibrationEnd>;
  #isOver = false;

  private constructor(pid: number, ended: Promise<CalibrationEnd>) {
    this.pid = pid;
    this.ended = ended.finally(() => {
      this.#isOver = true;
    });
  }

  static async start(start: CalibrationStart): Promise<CalibrationProcess> {
    const [file, ...args] = await underKeeper(start.argv, start.keeperFile);
    // execa's own killing would come with a SIGKILL after 5 s: every switch of it is off.
    const child = execa(file!, args, {
      cwd: start.cwd,
      detached: true,
      cleanup: false,
      forceKillAfterDelay: false,
      killSignal: 'SIGINT',
      buffer: false,
      reject: false,
      stdin: 'pipe',
      stdout: 'pipe',
      stderr: 'pipe',
      env: { PYTHONUNBUFFERED: '1', ...start.env },
    });
    const exited = new Promise<{ exitCode?: number; signal?: string }>((resolve, reject) => {
      child.once('exit', (code, signal) => {
        // A keeper ends by a signal only when it is killed itself; what it kept would go on, and hold the ports.
        if (signal !== null && child.pid !== undefined) signalPid(-child.pid, 'SIGKILL');
        resolve({ ...(code === null ? {} : { exitCode: code }), ...(signal === null ? {} : { signal }) });
      });
      child.once('error', reject);
    });
    // Where the program cannot be started at all execa gives no pid, and the reason comes with `error`.
    if (child.pid === undefined) await exited;
    child.catch(() => undefined);
    return new CalibrationProcess(child.pid!, follow(start, child.stdout, child.stderr, child.stdin, exited));
  }

  get isOver(): boolean {
    return this.#isOver && groupMembers(this.pid).length === 0;
  }

  /** To the keeper alone. */
  signal(signal: 'SIGINT' | 'SIGTERM'): void {
    signalPid(this.pid, signal);
  }

  /** To all of the group: a stopped calibration goes on, or everything ends at once. */
  signalGroup(signal: 'SIGCONT' | 'SIGKILL'): void {
    signalPid(-this.pid, signal);
  }
}

/** Streams the output to the file and the listeners, answers prompts, and tells the end. */
async function follow(
  start: CalibrationStart,
  stdout: Readable,
  stderr: Readable,
  stdin: Writable,
  exited: Promise<{ exitCode?: number; signal?: string }>,
): Promise<CalibrationEnd> {
  const log = new Log(start.logFile);
  const over = new AbortController();
  const scanners = [new OutputScanner(), new OutputScanner()] as const;
  // A calibration that ends while it is being answered closes its end: nothing is lost by that.
  stdin.on('error', () => undefined);
  const read = Promise.all([
    readStream(stdout, scanners[0], log, start, stdin, over.signal),
    readStream(stderr, scanners[1], log, start, stdin, over.signal),
  ]);
  const end = await exited.finally(() => over.abort());
  const timer = setTimeout(() => {
    stdout.destroy();
    stderr.destroy();
  }, stragglers);
  await read;
  clearTimeout(timer);
  for (const scanner of scanners) scanner.end();
  stdin.destroy();
  await log.close();
  return {
    ...end,
    errorLines: scanners.flatMap((scanner) => scanner.errorLines),
    errorCount: scanners.reduce((sum, scanner) => sum + scanner.errorCount, 0),
    ...(log.problem ? { logProblem: log.problem } : {}),
  };
}

async function readStream(
  stream: Readable,
  scanner: OutputScanner,
  log: Log,
  start: CalibrationStart,
  stdin: Writable,
  over: AbortSignal,
): Promise<void> {
  const decoder = new StringDecoder('utf8');
  let waiting: NodeJS.Timeout | undefined;
  let asking = false;
  const look = () => {
    if (asking || scanner.prompt(true) === undefined) return;
    waiting = setTimeout(() => void ask(), scanner.prompt() === undefined ? silence : settled);
  };
  // The reading goes on meanwhile: who asks in one thread and prints in another must not be held up by a full pipe.
  const ask = async () => {
    asking = true;
    const text = scanner.prompt(true) ?? '';
    scanner.answered();
    // One that was stopped while it asked must not be waited for until somebody answers.
    const answer = await Promise.race([start.onPrompt(text, over).catch(() => 'N'), aborted(over)]);
    if (answer !== undefined) stdin.write(`${answer}\n`);
    asking = false;
    if (!over.aborted) look();
  };
  try {
    for await (const bytes of stream) {
      clearTimeout(waiting);
      await log.write(bytes as Buffer);
      const chunk = decoder.write(bytes as Buffer);
      const progress = scanner.take(chunk);
      start.onOutput?.(chunk);
      if (progress) start.onProgress?.(progress);
      look();
    }
  } catch (error) {
    // Destroyed after the end, with a straggler still holding it.
    if ((error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  } finally {
    clearTimeout(waiting);
  }
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    else signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
}

/** The log file; a full disk is told at the end and does not stop the reading, which would stop the calibration. */
class Log {
  problem: string | undefined;
  readonly #stream;
  /** Both streams of the calibration may wait for the disk. */
  #waiting: (() => void)[] = [];

  constructor(path: string) {
    this.#stream = createWriteStream(path, { flags: 'a', mode: 0o600 });
    this.#stream.on('error', (error) => {
      this.problem = error.message;
      this.#goOn();
    });
    this.#stream.on('drain', () => this.#goOn());
  }

  async write(bytes: Buffer): Promise<void> {
    if (this.problem !== undefined || this.#stream.write(bytes)) return;
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  #goOn(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  async close(): Promise<void> {
    if (this.#stream.destroyed) {
      // Its event may be still to come.
      this.problem ??= this.#stream.errored?.message;
      return;
    }
    await new Promise<void>((resolve) => {
      this.#stream.once('error', () => resolve());
      // Of a disk that is full only now the callback may tell before the event does.
      this.#stream.end((error?: Error | null) => {
        if (error) this.problem ??= error.message;
        resolve();
      });
    });
  }
}
