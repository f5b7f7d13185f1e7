import { Worker } from 'node:worker_threads';
import { BatonError } from '../../base/errors.ts';
import { programPath } from '../../base/programs.ts';
import type { Seconds } from '../../base/units.ts';
import type { DriverEntry } from '../script.ts';
import { type Ask, askOperator } from './askOperator.ts';
import type { FromChecks, ItemCall, ItemDescription, ItemNote, ToChecks } from './checkMessages.ts';
import type { Question, StationReading } from './checkModule.ts';

/** What a check can reach of the station: people and readings. There is no way to write. */
export interface CheckSurroundings {
  /**
   * Asks the operator, and answers `'nobody'` where nobody can be asked. When the signal fires the question is taken
   * away; what is answered then is ignored.
   */
  ask: Ask;
  /** Every reading of the station, now. */
  read(): Promise<readonly StationReading[]>;
}

interface ItemRun {
  call: ItemCall;
  timeout: Seconds;
  surroundings: CheckSurroundings;
  onNote(note: ItemNote): void;
  /** The operator was asked, and did not answer in time or was not there. */
  onUnanswered(why: string): void;
  signal?: AbortSignal | undefined;
}

export type ItemEnd =
  | { end: 'returned'; result: 'PASS' | 'FAIL' | 'INC' | undefined }
  | { end: 'threw' | 'crashed'; why: string }
  /** It ended with the question that `onUnanswered` told of. */
  | { end: 'timeout' | 'stopped' | 'unanswered' };

/** After an abort an item may tidy up for so long before its thread is ended. */
const graceMs = 1000;

/**
 * The thread of a script's own checks and drivers. It is started when needed, and anew, drivers and all, after an item
 * that would not end had to be ended with it; modules then begin with a fresh state.
 */
export class CheckSession {
  readonly #drivers: readonly { path: string; args?: DriverArgs }[];
  #worker: Worker | undefined;
  #lastOutput = '';

  private constructor(drivers: readonly DriverEntry[]) {
    this.#drivers = drivers.flatMap((driver) =>
      driver.kind === 'file'
        ? [{ path: driver.path, ...('args' in driver ? { args: driver.args! } : {}) }]
        : [],
    );
  }

  /**
   * Starts the site's own drivers of a script, if it has any.
   *
   * @throws E7401 a driver does not start, or is still at it when the signal fires. E7402 two drivers disagree on the
   * number of channels.
   */
  static async open(drivers: readonly DriverEntry[], signal?: AbortSignal): Promise<CheckSession> {
    const session = new CheckSession(drivers);
    const end = () => void session.#terminate();
    signal?.addEventListener('abort', end, { once: true });
    try {
      if (session.#drivers.length > 0) await session.#started();
      return session;
    } finally {
      signal?.removeEventListener('abort', end);
    }
  }

  /** What a module exports. @throws E7214 it cannot be loaded. */
  async describe(path: string): Promise<readonly ItemDescription[]> {
    const answer = await this.#request({ do: 'describe', path }, loadMs);
    if (answer.is === 'described') return answer.items;
    throw new BatonError({
      code: 'E7214',
      what: `The test module cannot be loaded: ${failure(answer)}.`,
      where: { file: path },
      remedy: 'Correct it; `node FILE` shows the same error.',
    });
  }

  /** Carries out one item. Whatever it does, this comes to an end soon after its time. */
  async run(run: ItemRun): Promise<ItemEnd> {
    if (run.signal?.aborted) return { end: 'stopped' };
    let worker: Worker;
    try {
      worker = await this.#started();
    } catch (error) {
      return { end: 'crashed', why: (error as Error).message };
    }
    const over = new AbortController();
    const { promise, resolve } = withResolvers<ItemEnd>();
    let timer: NodeJS.Timeout | undefined;
    const endAfter = (ms: number) => {
      clearTimeout(timer);
      timer = setTimeout(() => over.abort('timeout'), ms);
    };
    const onMessage = (message: FromChecks) => {
      if (message.is === 'returned') resolve({ end: 'returned', result: message.result });
      else if (message.is === 'threw' || message.is === 'refused')
        resolve({ end: 'threw', why: message.why });
      else if (message.is === 'unanswered') resolve({ end: 'unanswered' });
      else if (over.signal.aborted) return;
      else if (message.is === 'running') endAfter(run.timeout * 1000);
      else if (message.is === 'note') run.onNote(message.note);
      else if (message.is === 'question')
        void this.#ask(worker, message.number, message.question, run, over.signal);
      else if (message.is === 'wants readings') void this.#read(worker, message.number, run);
    };
    const onError = (error: unknown) => resolve({ end: 'crashed', why: this.#crash(error) });
    const onExit = () => resolve({ end: 'crashed', why: 'it ended its thread (process.exit?)' });
    worker.on('message', onMessage).once('error', onError).once('exit', onExit);

    const stop = () => over.abort('stopped');
    run.signal?.addEventListener('abort', stop, { once: true });
    endAfter(loadMs);
    try {
      send(worker, { do: 'run', call: run.call });
      const ended = await Promise.race([promise, aborted(over.signal)]);
      if (ended.end !== 'timeout' && ended.end !== 'stopped') return ended;
      // Too late: what it still says is ignored. It may tidy up, and if it will not end, its thread is ended.
      send(worker, { do: 'abort' });
      const settled = await Promise.race([promise.then(() => true), wait(graceMs).then(() => false)]);
      if (!settled) await this.#terminate();
      return ended;
    } finally {
      clearTimeout(timer);
      over.abort('over');
      run.signal?.removeEventListener('abort', stop);
      worker.off('message', onMessage).off('error', onError).off('exit', onExit);
    }
  }

  /** Closes the drivers and ends the thread. Answers with what went wrong, if anything. */
  async close(): Promise<string | undefined> {
    if (!this.#worker) return undefined;
    const answer = this.#drivers.length > 0 ? await this.#request({ do: 'close' }, loadMs) : undefined;
    await this.#terminate();
    return answer && answer.is !== 'closed' ? failure(answer) : undefined;
  }

  async #started(): Promise<Worker> {
    if (this.#worker) return this.#worker;
    const worker = new Worker(programPath('checks'), {
      stdout: true,
      stderr: true,
      stdin: false,
      resourceLimits: { maxOldGenerationSizeMb: 512 },
    });
    this.#worker = worker;
    this.#lastOutput = '';
    // Printing is for debugging, and shall not fall into the middle of what Baton prints.
    for (const stream of [worker.stdout, worker.stderr])
      stream.on('data', (chunk: Buffer) => {
        this.#lastOutput = (this.#lastOutput + chunk.toString()).slice(-2000);
      });
    // Listened to always: an error that nobody hears would end the runner.
    worker.on('error', () => undefined);
    worker.once('exit', () => {
      if (this.#worker === worker) this.#worker = undefined;
    });
    if (this.#drivers.length > 0) await this.#startDrivers();
    return worker;
  }

  async #startDrivers(): Promise<void> {
    const answer = await this.#request({ do: 'start', drivers: this.#drivers }, loadMs);
    if (answer.is !== 'started') {
      await this.#terminate();
      throw new BatonError({
        code: 'E7401',
        what: `A driver of the script does not start: ${failure(answer)}.`,
        remedy: 'See what it is connected to, or correct the driver.',
      });
    }
    const counts = new Set(answer.channels.filter((count) => count > 0));
    if (counts.size <= 1) return;
    await this.close();
    throw new BatonError({
      code: 'E7402',
      what: `The drivers of the script disagree on the number of channels: ${[...counts].join(' and ')}.`,
      remedy: 'All drivers that serve jigs must find the same number; look for one that is not connected.',
    });
  }

  /** One message there, one answer back. */
  async #request(message: ToChecks, withinMs: number): Promise<FromChecks | { is: 'crashed'; why: string }> {
    const worker = this.#worker ?? (await this.#started());
    const { promise, resolve } = withResolvers<FromChecks | { is: 'crashed'; why: string }>();
    const onError = (error: unknown) => resolve({ is: 'crashed', why: this.#crash(error) });
    const onExit = () => resolve({ is: 'crashed', why: 'it ended its thread (process.exit?)' });
    const timer = setTimeout(
      () => resolve({ is: 'crashed', why: `no answer in ${withinMs / 1000} s` }),
      withinMs,
    );
    worker.once('message', resolve).once('error', onError).once('exit', onExit);
    send(worker, message);
    const answer = await promise;
    clearTimeout(timer);
    worker.off('message', resolve).off('error', onError).off('exit', onExit);
    if (answer.is === 'crashed') await this.#terminate();
    return answer;
  }

  async #terminate(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
  }

  #crash(error: unknown): string {
    const printed = this.#lastOutput.trim();
    return `${error instanceof Error ? error.message : String(error)}${printed === '' ? '' : `; it printed: ${printed.slice(-300)}`}`;
  }

  async #ask(
    worker: Worker,
    number: number,
    question: Question,
    run: ItemRun,
    over: AbortSignal,
  ): Promise<void> {
    const { ask } = run.surroundings;
    const answer = await askOperator(question, ask, question.timeout ?? run.timeout, over);
    if (over.aborted) return;
    if ('unanswered' in answer) run.onUnanswered(answer.unanswered);
    send(worker, { do: 'answer', number, answer });
  }

  async #read(worker: Worker, number: number, run: ItemRun): Promise<void> {
    const readings = await run.surroundings.read().catch((error: Error) => ({ failed: error.message }));
    send(worker, { do: 'readings', number, readings });
  }
}

type DriverArgs = NonNullable<Extract<DriverEntry, { kind: 'file' }>['args']>;

/** Loading a module, starting drivers: hardware may take its time. */
const loadMs = 60_000;

function failure(answer: FromChecks | { is: 'crashed'; why: string }): string {
  return 'why' in answer ? answer.why : `unexpected answer ${answer.is}`;
}

function send(worker: Worker, message: ToChecks): void {
  worker.postMessage(message);
}

function aborted(signal: AbortSignal): Promise<{ end: 'timeout' | 'stopped' }> {
  const reason = () => ({ end: signal.reason === 'timeout' ? ('timeout' as const) : ('stopped' as const) });
  if (signal.aborted) return Promise.resolve(reason());
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(reason()), { once: true }));
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}

/** Promise.withResolvers, which Node 20 does not have. */
function withResolvers<T>(): { promise: Promise<T>; resolve(value: T): void } {
  let resolve!: (value: T) => void;
  const promise = new Promise<T>((r) => {
    resolve = r;
  });
  return { promise, resolve };
}
