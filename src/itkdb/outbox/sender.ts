import { setTimeout as sleep } from 'node:timers/promises';
import PQueue from 'p-queue';
import { BatonError, type Problem } from '../../base/errors.ts';
import type { EpochMs } from '../../base/units.ts';
import { isDatabaseFault, isSilence, mayHaveArrived, wantsToBeLeftAlone } from '../client/faults.ts';
import { saysSimulated } from '../client/locality.ts';
import { longestPauseMs } from '../client/retryAfter.ts';
import { AttachmentSending } from './attachmentSending.ts';
import type { Entry, Outcome } from './entry.ts';
import { lockSender } from './senderLock.ts';
import type { Delivered, SenderEvent, SenderOptions, Sending, SendSummary } from './sending.ts';
import { TestRunSending } from './testRunSending.ts';

/** Entries that are in memory at once. */
const batchSize = 32;
/** After so many faults with no success between them the database is left alone for a while. */
const faultsInARow = 8;
/** How often it is looked whether another sender has come to his end. */
const betweenLooksMs = 100;
/** So often what the database has taken is looked for before a person is asked to. */
const looks = 6;

/**
 * Sends everything that is due to one database, reads it back, and ends. One sender at a time: `undefined` is
 * answered when another is at work.
 *
 * Exactly once: an entry is claimed on disk before anything is sent; one whose answer is lost, or whose sender died,
 * is asked for in the database before it is sent again.
 */
async function sendQueue(options: SenderOptions): Promise<SendSummary | undefined> {
  const lock = await lockSender(options.outbox.path);
  if (!lock) return undefined;
  try {
    return await new Sender(options).run();
  } finally {
    lock.release();
  }
}

/**
 * Sends what comes, all day, until the signal: without network it waits, longer each time, and goes on when the
 * database is back. Each time the database says anew if it is a local one.
 */
export async function keepSending(
  options: Omit<SenderOptions, 'local'> & {
    signal: AbortSignal;
    local: () => Promise<boolean>;
    idleMs?: number;
    /** Why nothing can be sent now: once, until something was sent or the reason is another. */
    onStopped?: (why: BatonError) => void;
  },
): Promise<void> {
  const { signal, idleMs = 2000, onStopped } = options;
  let pause = idleMs;
  let before: string | undefined;
  while (!signal.aborted) {
    const { stopped, confirmed } = await sendOnce(options);
    if (stopped && stopped.code !== before && !signal.aborted) onStopped?.(stopped);
    // While what waits is put off, nothing is tried, and that tells nothing.
    if (stopped || confirmed > 0) before = stopped?.code;
    const longer = Math.max(Math.min(pause * 2, longestPauseMs), wantsToBeLeftAlone(stopped) ?? 0);
    pause = stopped ? longer : idleMs;
    await sleep(pause, undefined, { signal }).catch(() => undefined);
  }
}

/** With why the database could not be asked, or took no token. */
async function sendOnce(
  options: Omit<SenderOptions, 'local'> & { local: () => Promise<boolean> },
): Promise<Pick<SendSummary, 'stopped' | 'confirmed'>> {
  try {
    const summary = await sendQueue({ ...options, local: await options.local() });
    return summary ?? { confirmed: 0 };
  } catch (error) {
    if (isDatabaseFault(error) && error.passing) return { stopped: error, confirmed: 0 };
    throw error;
  }
}

/**
 * Sends what is due and what becomes due within the patience, for a person who waits in front of it. What is left
 * then stays in the queue. `undefined`: another sender was at work all the time.
 */
export async function sendPatiently(
  options: SenderOptions,
  patienceMs: number,
): Promise<SendSummary | undefined> {
  const { outbox, client, signal, now = steadyClock() } = options;
  const end = performance.now() + patienceMs;
  const total: SendSummary = { confirmed: 0, held: 0, postponed: 0 };
  for (;;) {
    const summary = await sendQueue({ ...options, now });
    if (!summary) {
      // Another sender is at work. He may have looked for the last time just before this came into the queue.
      if (performance.now() > end || signal?.aborted) return undefined;
      await sleep(betweenLooksMs);
      continue;
    }
    total.confirmed += summary.confirmed;
    total.held += summary.held;
    total.postponed = summary.postponed;
    const { stopped } = summary;
    const pause = stopped ? wantsToBeLeftAlone(stopped) : untilDue(outbox.nextDue(client.name), now());
    if (pause === undefined || performance.now() + pause > end || signal?.aborted)
      return stopped ? { ...total, stopped } : total;
    await sleep(pause + 1, undefined, signal ? { signal } : {}).catch(() => undefined);
  }
}

/** One that is due later than any pause lasts was put off by a clock that has been set since: it is due. */
function untilDue(due: EpochMs | undefined, now: EpochMs): number | undefined {
  if (due === undefined) return undefined;
  return due > now + 2 * longestPauseMs ? 0 : Math.max(0, due - now);
}

/** The time of day, which no setting of the clock moves any more. */
function steadyClock(): () => EpochMs {
  const start = Date.now() - performance.now();
  return () => start + performance.now();
}

class Sender {
  readonly #options: SenderOptions;
  readonly #settleMs: number;
  readonly #pauseMs: number;
  readonly #now: () => EpochMs;
  readonly #queue: PQueue;
  readonly #sendings: Record<Entry['kind'], Sending>;
  readonly #summary: SendSummary = { confirmed: 0, held: 0, postponed: 0 };
  #faults = 0;

  constructor({ signal, ...given }: SenderOptions) {
    // What the database asks for, the sender waits for, who knows how much patience there is.
    const client = given.client.with({ waitMs: 0, ...(signal ? { signal } : {}) });
    const options = { ...given, client, ...(signal ? { signal } : {}) };
    this.#options = options;
    this.#settleMs = options.settleMs ?? (options.local ? 200 : 60_000);
    this.#pauseMs = options.pauseMs ?? (options.local ? 50 : 5000);
    this.#now = options.now ?? Date.now;
    this.#queue = new PQueue({ concurrency: options.concurrency ?? 4 });
    const attachments = new AttachmentSending(options);
    this.#sendings = {
      'test run': new TestRunSending(options),
      'test run attachment': attachments,
      'component attachment': attachments,
    };
  }

  /** While one batch is read back the next one is sent. */
  async run(): Promise<SendSummary> {
    const { outbox, client } = this.#options;
    outbox.adoptOrphans(client.name, this.#settleMs);
    let confirming = Promise.resolve();
    try {
      for (;;) {
        let batch = this.#claim();
        if (batch.length === 0) {
          // What is confirmed now has files that follow it.
          await confirming;
          batch = this.#claim();
        }
        if (batch.length === 0) break;
        const results = await this.#deliverAll(batch);
        await confirming;
        confirming = this.#confirmAndSettle(batch, results);
        // It is waited for above, or below.
        confirming.catch(() => {});
      }
    } finally {
      await confirming;
    }
    outbox.tidy();
    return this.#summary;
  }

  #claim(): Entry[] {
    const { outbox, client, signal } = this.#options;
    if (signal?.aborted || this.#summary.stopped) return [];
    const batch = outbox.claim(client.name, batchSize, this.#now());
    for (const entry of batch) this.#tell('claimed', entry);
    return batch;
  }

  async #deliverAll(batch: readonly Entry[]): Promise<(Delivered | Outcome)[]> {
    return Promise.all(batch.map((entry) => this.#queue.add(() => this.#deliver(entry))));
  }

  async #confirmAndSettle(batch: readonly Entry[], results: readonly (Delivered | Outcome)[]): Promise<void> {
    const delivered = results.filter((result): result is Delivered => 'entry' in result);
    const outcomes = results.filter((result): result is Outcome => !('entry' in result));
    for (const [kind, sending] of Object.entries(this.#sendings)) {
      const mine = delivered.filter(({ entry }) => entry.kind === kind);
      if (mine.length > 0) outcomes.push(...(await this.#confirm(sending, mine)));
    }
    this.#options.outbox.settle(outcomes);
    const byNumber = new Map(batch.map((entry) => [entry.n, entry]));
    for (const outcome of outcomes) this.#count(outcome, byNumber.get(outcome.n)!);
  }

  async #deliver(entry: Entry): Promise<Delivered | Outcome> {
    if (this.#summary.stopped || this.#options.signal?.aborted)
      return { n: entry.n, state: 'waiting', doubt: entry.doubt };
    if ((entry.simulated || saysSimulated(entry.content)) && !this.#options.local)
      return held(entry, [simulatedProblem(entry)]);
    try {
      const delivery = await this.#sendings[entry.kind].deliver(entry);
      if ('hold' in delivery) return held(entry, delivery.hold, delivery.remote);
      this.#tell('sent', entry);
      this.#faults = 0;
      return { entry, remote: delivery.remote };
    } catch (error) {
      return this.#outcomeOf(entry, error);
    }
  }

  async #confirm(sending: Sending, delivered: readonly Delivered[]): Promise<Outcome[]> {
    try {
      const outcomes = await sending.confirm(delivered);
      const entries = new Map(delivered.map(({ entry }) => [entry.n, entry]));
      return outcomes.map((outcome) =>
        outcome.state === 'waiting' ? this.#unseen(entries.get(outcome.n)!, outcome) : outcome,
      );
    } catch (error) {
      // It was taken; only reading it back failed. It is asked for again later, and found.
      return delivered.map(({ entry, remote }) => ({
        ...this.#outcomeOf(entry, error),
        state: 'waiting',
        doubt: true,
        remote,
      }));
    }
  }

  /** What a fault means for the entry: later again, asked first or not, or held for a person. */
  #outcomeOf(entry: Entry, error: unknown): Outcome {
    if (this.#options.signal?.aborted) return { n: entry.n, state: 'waiting', doubt: true };
    if (!(error instanceof BatonError)) throw error;
    const doubt = entry.doubt || mayHaveArrived(error);
    if (isDatabaseFault(error) && (error.passing || error.code === unexplained)) {
      this.#faults += 1;
      const alone = wantsToBeLeftAlone(error);
      if (isSilence(error) || alone !== undefined || this.#faults >= faultsInARow)
        this.#summary.stopped = error;
      return {
        n: entry.n,
        state: 'waiting',
        doubt,
        notBefore: this.#later(entry, doubt, alone),
        problems: error.problems,
        note: error.problems[0]?.what,
      };
    }
    if (!isDatabaseFault(error) || stopsAll.has(error.code)) {
      // Not this entry is at fault: no token, no trust. It waits as it was, for nothing was sent.
      this.#summary.stopped = error;
      return { n: entry.n, state: 'waiting', doubt: entry.doubt, problems: error.problems };
    }
    return held(entry, error.problems);
  }

  /** The database took it and does not show it, or not as it was sent: that may come yet. */
  #unseen(entry: Entry, outcome: Outcome): Outcome {
    const looked = entry.remote !== undefined && entry.attempts >= looks;
    if (!looked) return { ...outcome, notBefore: this.#later(entry, true) };
    const problem: Problem = {
      code: 'E8077',
      what: `The database has taken entry ${entry.n}${outcome.remote ? ` as ${outcome.remote}` : ''}, and does not show it.`,
      remedy: 'Look there; `baton queue retry` looks again, and sends it anew if it is not there.',
    };
    return { ...outcome, state: 'held', problems: outcome.problems ?? [problem] };
  }

  /** Longer each time, and not before a request that is still under way must be through. */
  #later(entry: Entry, doubt: boolean, alone = 0): EpochMs {
    const pause = Math.min(longestPauseMs, this.#pauseMs * 2 ** Math.min(entry.attempts - 1, 12));
    return this.#now() + Math.max(pause * (0.75 + Math.random() / 2), doubt ? this.#settleMs : 0, alone);
  }

  #count(outcome: Outcome, entry: Entry): void {
    const problems = outcome.problems ?? [];
    if (outcome.state === 'confirmed') {
      this.#summary.confirmed += 1;
      this.#tell('confirmed', entry);
    } else if (outcome.state === 'held') {
      this.#summary.held += 1;
      this.#tell('held', entry, problems);
    } else {
      this.#summary.postponed += 1;
      this.#tell('postponed', entry, problems);
    }
  }

  #tell(what: SenderEvent['what'], entry: Entry, problems?: readonly Problem[]): void {
    this.#options.onEvent?.({ what, entry, ...(problems ? { problems } : {}) });
  }
}

/** An answer that says nothing of the entry: the database has moved, or something else answers in its place. */
const unexplained = 'E8016';
/** Faults that every other entry would meet too. */
const stopsAll = new Set(['E8001', 'E8002', 'E8003', 'E8005', 'E8006', 'E8015']);

function held(entry: Entry, problems: readonly Problem[], remote?: string): Outcome {
  return {
    n: entry.n,
    state: 'held',
    doubt: entry.doubt,
    problems,
    remote,
    note: `held: ${problems[0]?.what}`,
  };
}

function simulatedProblem(entry: Entry): Problem {
  return {
    code: 'E8060',
    what: `Entry ${entry.n} comes from simulated instruments, and ${entry.database} is not a local database.`,
    remedy: 'It can go into the local database alone (--local). There is no way around this.',
  };
}
