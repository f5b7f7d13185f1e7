import type { Writable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { setTimeout as sleep } from 'node:timers/promises';
import { groupMembers, isGroupAlive, signalPid } from '../../base/processes.ts';
import type { RunningCalibration } from '../../guardian/ending.ts';
import type { KeptCommand } from './keeper.ts';
import { OutputScanner, type Progress } from './output.ts';
import { OutputLog } from './outputLog.ts';
import { type ProcessEnd, WaitingCalibration } from './waitingCalibration.ts';

export interface CalibrationStart extends KeptCommand {
  /** Must have come true before it starts; where it fails, nothing is started. */
  after?: Promise<unknown>;
  onOutput?: (chunk: string) => void;
  onProgress?: (progress: Progress) => void;
  /**
   * Asked for an answer to a hidden prompt; the calibration waits meanwhile. The signal fires when it has ended and
   * nobody waits any more.
   */
  onPrompt: (text: string, ended: AbortSignal) => Promise<string>;
}

/** How a calibration ended, as its keeper tells it. */
export interface CalibrationEnd extends ProcessEnd {
  errorLines: readonly string[];
  errorCount: number;
}

/** What looks like a question is one if nothing comes behind it for so long, ms: a line may be cut anywhere. */
const settled = 200;
/** A silent `[Attention]` block is a question after so long, ms. */
const silence = 1500;
/** What is left of its group after the end may go on printing for so long, ms. */
const stragglers = 3000;

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

  /** The one that waits for its word is of the same command; without one it is made now. */
  static async start(start: CalibrationStart, waiting?: WaitingCalibration): Promise<CalibrationProcess> {
    const opening = Promise.all(start.logFiles.map((path) => OutputLog.open(path)));
    const ready = Promise.all([opening, start.after]);
    // Told where it is waited for.
    ready.catch(() => undefined);
    let calibration = waiting;
    try {
      calibration ??= await WaitingCalibration.make(start);
      const [logs] = await ready;
      calibration.start();
      return new CalibrationProcess(calibration.pid, follow(start, calibration, logs));
    } catch (error) {
      await calibration?.dismiss();
      await opening.then(closeAll, () => undefined);
      throw error;
    }
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

/** Streams the output to the listeners, answers prompts, and tells the end. */
async function follow(
  start: CalibrationStart,
  { pid: group, stdin, exited }: WaitingCalibration,
  logs: readonly OutputLog[],
): Promise<CalibrationEnd> {
  const over = new AbortController();
  const silent = new AbortController();
  const scanners = logs.map(() => new OutputScanner());
  const read = Promise.all(
    logs.map((log, i) => readOutput(log.follow(silent.signal), scanners[i]!, start, stdin, over.signal)),
  );
  // Told below, when the calibration has ended: whatever becomes of its log, it is not left alone.
  read.catch(() => undefined);
  const end = await exited.finally(() => over.abort());
  await groupEnds(group, stragglers);
  silent.abort();
  stdin.destroy();
  // What was only read is not waited for.
  await read.finally(() => void closeAll(logs).catch(() => undefined));
  for (const scanner of scanners) scanner.end();
  return {
    ...end,
    errorLines: scanners.flatMap((scanner) => scanner.errorLines),
    errorCount: scanners.reduce((sum, scanner) => sum + scanner.errorCount, 0),
  };
}

async function closeAll(logs: readonly OutputLog[]): Promise<void> {
  await Promise.all(logs.map((log) => log.close()));
}

async function groupEnds(group: number, ms: number): Promise<void> {
  const deadline = performance.now() + ms;
  while (isGroupAlive(group) && performance.now() < deadline) await sleep(20);
}

async function readOutput(
  output: AsyncIterable<Buffer>,
  scanner: OutputScanner,
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
  for await (const bytes of output) {
    clearTimeout(waiting);
    const chunk = decoder.write(bytes);
    const progress = scanner.take(chunk);
    start.onOutput?.(chunk);
    if (progress) start.onProgress?.(progress);
    look();
  }
  clearTimeout(waiting);
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    else signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
}
