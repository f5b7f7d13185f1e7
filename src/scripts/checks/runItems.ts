import type { EpochMs, Seconds } from '../../base/units.ts';
import type { Measurement } from '../measurement.ts';
import type { Json } from '../reading/tree.ts';
import type { FailEntry, ScriptInfo, ScriptItem, ScriptModule } from '../script.ts';
import { type Verdict, verdictOf, worse } from '../verdict.ts';
import type { ItemNote } from './checkMessages.ts';
import type { CheckSession, CheckSurroundings, ItemEnd } from './checkSession.ts';

/** What happens while a module's items run, as it happens. */
export type ItemEvent =
  | { event: 'itemStarted'; module: string; id: string; phase: ScriptItem['phase']; timeout: Seconds }
  | { event: 'itemNote'; module: string; id: string; note: ItemNote }
  | { event: 'itemEnded'; module: string; result: ItemResult };

export interface ItemResult {
  id: string;
  phase: ScriptItem['phase'];
  verdict: Verdict;
  started: EpochMs;
  ended: EpochMs;
  measurements: readonly Measurement[];
  keys: readonly { name: string; value: string }[];
  blobs: readonly { name: string; data: Json }[];
  messages: readonly string[];
  /** What the operator is told to look at, when it did not pass and chose an entry. */
  fail?: FailEntry;
  /** Why it could not be judged, or was not run. */
  problems: readonly string[];
}

export interface ModuleResult {
  module: string;
  verdict: Verdict;
  items: readonly ItemResult[];
  /** The operator stopped the run. */
  stopped: boolean;
  /** By fail_fast: the modules behind this one are not to run. */
  endsSequence: boolean;
}

export interface ItemsContext extends CheckSurroundings {
  session: CheckSession;
  info: ScriptInfo;
  /** Under test. */
  modules: readonly { name: string; serialNumber?: string }[];
  /** Writes to the journal. What it throws ends the module after its teardown, and is thrown on. */
  record(event: ItemEvent): void | Promise<void>;
  signal?: AbortSignal | undefined;
  /** Real milliseconds in a station second; 1000 on a real station. */
  msPerSecond?: number;
}

/** Of an item without a time-out of its own or of its module. */
const defaultTimeout: Seconds = 10;

/**
 * Runs the items of a site's own module, in order. Setup that does not pass keeps the others from running; with
 * fail_fast so does the first item that does not pass; teardown runs whatever happened, a stop included. Nothing gives
 * PASS but an item that ran to its end and was judged.
 */
export async function runItems(module: ScriptModule, context: ItemsContext): Promise<ModuleResult> {
  const results: ItemResult[] = [];
  let recordFailure: { error: unknown } | undefined;
  const record = async (event: ItemEvent) => {
    try {
      await context.record(event);
    } catch (error) {
      recordFailure ??= { error };
    }
  };

  for (const item of module.items) {
    const reason = whyNot(
      item,
      module,
      results,
      context.signal?.aborted ?? false,
      recordFailure !== undefined,
    );
    const result = reason ? notRun(item, reason) : await runItem(item, module, context, record);
    results.push(result);
    await record({ event: 'itemEnded', module: module.module, result });
  }

  if (recordFailure) throw recordFailure.error;
  const verdict = moduleVerdict(results);
  return {
    module: module.module,
    verdict,
    items: results,
    stopped: context.signal?.aborted ?? false,
    endsSequence: module.failFast && verdict !== 'PASS',
  };
}

/** A setup and a teardown that pass test nothing by themselves, and can only make it worse. */
function moduleVerdict(results: readonly ItemResult[]): Verdict {
  const tests = results.filter(({ phase }) => phase === 'item').map(({ verdict }) => verdict);
  const around = results.filter(({ phase, verdict }) => phase !== 'item' && verdict !== 'SKIP');
  return around.map(({ verdict }) => verdict).reduce(worse, verdictOf(tests));
}

interface NotRun {
  why: string;
  verdict: Verdict;
}

/** SKIP for what was switched off or lies behind a failure; INC for what was to run and did not get to it. */
function whyNot(
  item: ScriptItem,
  module: ScriptModule,
  results: readonly ItemResult[],
  stopped: boolean,
  unrecorded: boolean,
): NotRun | undefined {
  if (!item.enable) return { why: 'it is not enabled', verdict: 'SKIP' };
  if (item.phase === 'teardown') return undefined;
  if (stopped) return { why: 'the run was stopped', verdict: 'INC' };
  if (unrecorded) return { why: 'the journal could not be written', verdict: 'INC' };
  const bad = results.find(
    ({ verdict, phase }) =>
      verdict !== 'PASS' && verdict !== 'SKIP' && (module.failFast || phase === 'setup'),
  );
  return bad && { why: `${bad.id} ended with ${bad.verdict}`, verdict: 'SKIP' };
}

function notRun({ id, phase }: ScriptItem, { why, verdict }: NotRun): ItemResult {
  const now = Date.now();
  const nothing = { measurements: [], keys: [], blobs: [], messages: [] };
  return { id, phase, verdict, started: now, ended: now, ...nothing, problems: [why] };
}

async function runItem(
  item: ScriptItem,
  module: ScriptModule,
  context: ItemsContext,
  record: (event: ItemEvent) => Promise<void>,
): Promise<ItemResult> {
  const timeout = item.timeout ?? defaultTimeout;
  const started = Date.now();
  const about = { module: module.module, id: item.id };
  await record({ event: 'itemStarted', ...about, phase: item.phase, timeout });

  const notes: ItemNote[] = [];
  const recorded: Promise<void>[] = [];
  let floor: Verdict = 'SKIP';
  const problems: string[] = [];
  const end = await context.session.run({
    call: {
      path: module.path!,
      id: item.id,
      args: item.args,
      item: item.entry,
      options: module.options,
      fail: item.fail,
      info: context.info,
      modules: context.modules,
      msPerSecond: context.msPerSecond ?? 1000,
    },
    timeout,
    surroundings: context,
    onNote: (note) => {
      notes.push(note);
      recorded.push(record({ event: 'itemNote', ...about, note }));
    },
    onUnanswered: (why) => {
      floor = worse(floor, 'TIMEOUT');
      problems.push(why);
    },
    // Stopping the run must not keep the teardown from running.
    signal: item.phase === 'teardown' ? undefined : context.signal,
  });
  await Promise.all(recorded);
  return conclude(item, end, notes, floor, problems, started, timeout);
}

function conclude(
  { id, phase }: ScriptItem,
  end: ItemEnd,
  notes: readonly ItemNote[],
  floor: Verdict,
  problems: readonly string[],
  started: EpochMs,
  timeout: Seconds,
): ItemResult {
  const measurements = notes.flatMap((note) => (note.kind === 'measurement' ? [note.measurement] : []));
  const faults = notes.flatMap((note) => (note.kind === 'fault' ? [note.why] : []));
  const told = verdictOfEnd(end, phase, measurements);
  const verdict = [told, floor, ...(faults.length > 0 ? ['INTERNAL_ERROR' as const] : [])].reduce(worse);
  const fail = notes.findLast((note) => note.kind === 'fail');
  return {
    id,
    phase,
    verdict,
    started,
    ended: Date.now(),
    measurements,
    keys: notes.flatMap((note) => (note.kind === 'key' ? [{ name: note.name, value: note.value }] : [])),
    blobs: notes.flatMap((note) => (note.kind === 'blob' ? [{ name: note.name, data: note.data }] : [])),
    messages: notes.flatMap((note) => (note.kind === 'message' ? [note.text] : [])),
    ...(fail && verdict !== 'PASS' ? { fail: fail.entry } : {}),
    problems: [...problems, ...faults, ...whyOfEnd(end, timeout, told)],
  };
}

function verdictOfEnd(
  end: ItemEnd,
  phase: ScriptItem['phase'],
  measurements: readonly Measurement[],
): Verdict {
  switch (end.end) {
    case 'returned': {
      const judged = measurements.flatMap(({ verdict }) => verdict ?? []);
      // A setup or teardown does something; that it ended without an error is its result.
      const silent = phase === 'item' ? 'INC' : 'PASS';
      if (end.result === undefined) return judged.length > 0 ? verdictOf(judged) : silent;
      return judged.reduce(worse, end.result);
    }
    case 'timeout':
    case 'unanswered':
      return 'TIMEOUT';
    case 'stopped':
      return 'INC';
    case 'threw':
    case 'crashed':
      return 'INTERNAL_ERROR';
  }
}

function whyOfEnd(end: ItemEnd, timeout: Seconds, verdict: Verdict): string[] {
  switch (end.end) {
    case 'returned':
      return verdict === 'INC' ? ['nothing in it was judged'] : [];
    case 'timeout':
      return [`it was not done in ${timeout} s`];
    case 'stopped':
      return ['the run was stopped'];
    case 'unanswered':
      return [];
    case 'threw':
      return [end.why];
    case 'crashed':
      return [`it brought its thread down: ${end.why}`];
  }
}
