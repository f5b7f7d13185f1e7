import type { ExitCode, Problem } from '../base/errors.ts';
import type { EpochMs, Seconds } from '../base/units.ts';
import { type Breakdown, type Measurement, type Verdict, worst } from '../base/verdict.ts';
import type {
  ClimateRead,
  InterlockEvent,
  JournalLine,
  PlannedStepRecord,
  PowerRead,
  RunModule,
  RunResumed,
  RunStarted,
  SafeEnded,
  Stamp,
  TemperatureRead,
} from './event.ts';
import type { HashedFile } from './runDirectory.ts';
import type { BiasDecided, BreakdownFound, ItemRecord } from './stepEvents.ts';

/** The journal folded: what every view reads, and what record.json holds (schemas/record.schema.json). */
export interface RunRecord {
  schema: 1;
  run: string;
  title: string;
  sequence: RunStarted['sequence'];
  station: RunStarted['station'];
  operator: string;
  versions: RunStarted['versions'];
  failFast: boolean;
  upload: boolean;
  started: EpochMs;
  ended?: EpochMs;
  state: 'running' | 'ended';
  end?: 'completed' | 'failed' | 'tripped' | 'stopped' | 'unsafe';
  verdict: Verdict;
  exitCode?: ExitCode;
  modules: ModuleRecord[];
  plan: { steps: PlannedStepRecord[]; estimate: Seconds };
  steps: StepRecord[];
  instruments: { name: string; class: string; identity: string; simulated: boolean }[];
  /** The last reading of each output. All of them stand in the journal. */
  readings: Record<string, Omit<PowerRead, 'event'> & { t: EpochMs }>;
  /** The last reading of each place of a climate instrument, and of each probe card's sensors. */
  climate: Record<string, Omit<ClimateRead, 'event'> & { t: EpochMs }>;
  temperatures: Record<string, Omit<TemperatureRead, 'event'> & { t: EpochMs }>;
  /** Every time that an interlock tripped, warnings included. */
  interlocks: (Omit<InterlockEvent, 'event' | 'state'> & { t: EpochMs })[];
  bias: Omit<BiasDecided, 'event'>[];
  trips: { t: EpochMs; what: string; at?: string | undefined; step?: number | undefined }[];
  problems: Problem[];
  stops: { t: EpochMs; by: string }[];
  /** The last time that the station was made safe; absent: it was not, or the end was not written. */
  safe?: { t: EpochMs; reason: string; verified: boolean; channels: SafeEnded['channels'] };
  /** The runner died, and somebody else ended the run. */
  takenOver?: { t: EpochMs; by: string; reason: string };
  files: readonly HashedFile[];
  /** Each time that the run was interrupted and went on. Absent: it never was. */
  resumed?: ResumedRecord[];
}

/** How a run went on after an interruption, and what it had come to by then; that counts no more, and is not forgotten. */
export interface ResumedRecord extends Omit<RunResumed, 'event' | 'files'> {
  t: EpochMs;
  /** How the modules were shown to be the same. */
  confirmed: { module: string; by: string }[];
  before: Pick<RunRecord, 'ended' | 'end' | 'exitCode' | 'problems' | 'trips' | 'stops' | 'takenOver'>;
}

/** What a run came to for one of its modules. */
export interface ModuleRecord extends RunModule {
  verdict: Verdict;
  breakdown?: Breakdown;
  /** The most negative voltage of the IV curve, V. */
  measuredTo?: number;
  /** The step of this run that measured the breakdown; absent when it was taken from elsewhere. */
  breakdownStep?: number;
}

export type StepState = 'waiting' | 'running' | 'completed' | 'failed' | 'stopped' | 'skipped';

/** What a run came to in one of its steps. */
export interface StepRecord extends PlannedStepRecord {
  state: StepState;
  started?: EpochMs;
  ended?: EpochMs;
  argv?: readonly string[];
  exitCode?: number;
  signal?: string;
  artefacts: readonly HashedFile[];
  problems: readonly Problem[];
  /** Why it was skipped. */
  reason?: string;
  prompts: { t: EpochMs; text: string; answer?: string; by?: string }[];
  results: StepResult[];
  /** Of a site's own checks. */
  items: ItemRecord[];
}

/** What the numbers of a step say of one module. */
export interface StepResult {
  module: string;
  verdict: Verdict;
  criteria?: { name: string; date: string; sha256: string };
  measurements: readonly Measurement[];
}

/** Folds a whole journal. Undefined when it does not begin with `run.started`. */
export function foldJournal(lines: Iterable<JournalLine>): RunRecord | undefined {
  let record: RunRecord | undefined;
  for (const line of lines) record = fold(record, line);
  return record;
}

/** Folds one line more into the record, in place. Lines before `run.started` tell nothing and are passed over. */
export function fold(record: RunRecord | undefined, line: JournalLine): RunRecord | undefined {
  if (line.event === 'run.started') return begin(line);
  if (!record) return undefined;
  apply(record, line);
  return record;
}

function begin(line: RunStarted & Stamp): RunRecord {
  return {
    schema: 1,
    run: line.run,
    title: line.title,
    sequence: line.sequence,
    station: line.station,
    operator: line.operator,
    versions: line.versions,
    failFast: line.failFast,
    upload: line.upload,
    started: line.t,
    state: 'running',
    verdict: 'NONE',
    modules: line.modules.map((module) => ({ ...module, verdict: 'NONE' })),
    plan: { steps: [], estimate: 0 },
    steps: [],
    instruments: [],
    readings: {},
    climate: {},
    temperatures: {},
    interlocks: [],
    bias: [],
    trips: [],
    problems: [],
    stops: [],
    files: line.files,
  };
}

function apply(record: RunRecord, line: JournalLine): void {
  switch (line.event) {
    case 'run.started':
    case 'action.started':
    case 'action.ended':
    case 'item.started':
    case 'item.noted':
    case 'guardian.started':
    case 'guardian.lost':
    case 'journal.repaired':
      return;
    case 'item.ended':
      stepOf(record, line.step).items.push(line.item);
      return;
    case 'run.resumed':
      goOn(record, line);
      return;
    case 'module.confirmed':
      record.resumed?.at(-1)?.confirmed.push({ module: line.module, by: line.by });
      return;
    case 'guardian.tookOver':
      record.takenOver = { t: line.t, by: line.by, reason: line.reason };
      return;
    case 'plan.made':
      applyPlan(record, line.steps, line.estimate);
      return;
    case 'instrument.identified': {
      const { name, class: className, identity, simulated } = line;
      record.instruments = record.instruments.filter((instrument) => instrument.name !== name);
      record.instruments.push({ name, class: className, identity, simulated });
      return;
    }
    case 'power': {
      const { event, n, ...reading } = line;
      record.readings[line.at] = reading;
      return;
    }
    case 'climate': {
      const { event, n, ...reading } = line;
      record.climate[line.at] = reading;
      return;
    }
    case 'temperature': {
      const { event, n, ...reading } = line;
      record.temperatures[line.at] = reading;
      return;
    }
    case 'interlock': {
      const { event, n, state, ...tripped } = line;
      if (state === 'tripped') record.interlocks.push(tripped);
      return;
    }
    case 'step.started': {
      const step = stepOf(record, line.step);
      step.state = 'running';
      step.started = line.t;
      step.argv = line.argv;
      step.folder = line.folder;
      return;
    }
    case 'step.prompted':
      stepOf(record, line.step).prompts.push({ t: line.t, text: line.text });
      return;
    case 'step.answered': {
      const prompt = stepOf(record, line.step).prompts.at(-1);
      if (prompt) Object.assign(prompt, { answer: line.answer, by: line.by });
      return;
    }
    case 'step.ended': {
      const step = stepOf(record, line.step);
      step.state = line.end;
      step.ended = line.t;
      if (line.exitCode !== undefined) step.exitCode = line.exitCode;
      if (line.signal !== undefined) step.signal = line.signal;
      step.artefacts = line.artefacts;
      step.problems = line.problems;
      judgeModules(record);
      return;
    }
    case 'step.judged': {
      const { module, verdict, measurements, criteria } = line;
      const step = stepOf(record, line.step);
      step.results = step.results.filter((result) => result.module !== module);
      step.results.push({ module, verdict, measurements, ...(criteria ? { criteria } : {}) });
      judgeModules(record);
      return;
    }
    case 'step.skipped': {
      const step = stepOf(record, line.step);
      step.state = 'skipped';
      step.reason = line.reason;
      judgeModules(record);
      return;
    }
    case 'breakdown.found':
      applyBreakdown(record, line);
      return;
    case 'bias.decided': {
      const { at, target, allowed, reason, unknown } = line;
      record.bias.push({ at, target, allowed, reason, unknown });
      return;
    }
    case 'stop.requested':
      record.stops.push({ t: line.t, by: line.by });
      return;
    case 'trip':
      record.trips.push({ t: line.t, what: line.what, at: line.at, step: line.step });
      return;
    case 'problem':
      record.problems.push(line.problem);
      return;
    case 'safe.started':
      record.safe = { t: line.t, reason: line.reason, verified: false, channels: [] };
      return;
    case 'safe.ended':
      record.safe = {
        t: line.t,
        reason: record.safe?.reason ?? '',
        verified: line.verified,
        channels: line.channels,
      };
      return;
    case 'run.ended':
      record.state = 'ended';
      record.ended = line.t;
      record.end = line.end;
      judgeModules(record);
      record.verdict = worst([line.verdict, record.verdict]);
      record.exitCode = line.exitCode;
      return;
  }
}

/** What ended the run before is past; what was measured stands, but for what only the steps that are not kept tell. */
function goOn(record: RunRecord, { event, n, files, ...resumed }: RunResumed & Stamp): void {
  const { ended, end, exitCode, problems, trips, stops, takenOver } = record;
  const before = {
    ...(ended === undefined ? {} : { ended }),
    ...(end === undefined ? {} : { end }),
    ...(exitCode === undefined ? {} : { exitCode }),
    problems,
    trips,
    stops,
    ...(takenOver === undefined ? {} : { takenOver }),
  };
  record.resumed ??= [];
  record.resumed.push({ ...resumed, confirmed: [], before });
  record.state = 'running';
  for (const key of ['ended', 'end', 'exitCode', 'takenOver', 'safe'] as const) delete record[key];
  Object.assign(record, { problems: [], trips: [], stops: [] });
  record.files = [...record.files, ...files];
  const kept = new Set(resumed.kept.map(({ step }) => step));
  for (const module of record.modules) {
    if (module.breakdownStep !== undefined && kept.has(module.breakdownStep)) continue;
    for (const key of ['breakdown', 'measuredTo', 'breakdownStep'] as const) delete module[key];
  }
  judgeModules(record);
}

/** A new plan keeps what the steps before it did; the steps that it names begin anew. */
function applyPlan(record: RunRecord, steps: readonly PlannedStepRecord[], estimate: Seconds): void {
  for (const planned of steps) {
    const fresh: StepRecord = {
      ...planned,
      state: 'waiting',
      artefacts: [],
      problems: [],
      prompts: [],
      results: [],
      items: [],
    };
    const known = record.steps.findIndex(({ step }) => step === planned.step);
    if (known >= 0) record.steps[known] = fresh;
    else record.steps.push(fresh);
  }
  record.steps.sort((a, b) => a.step - b.step);
  record.plan = { steps: record.steps.map(plannedPart), estimate };
}

function plannedPart({ step, calibration, category, folder, estimate }: StepRecord): PlannedStepRecord {
  return { step, calibration, category, folder, estimate };
}

function applyBreakdown(record: RunRecord, line: BreakdownFound): void {
  const module = record.modules.find(({ index }) => index === line.module);
  if (!module) return;
  module.breakdown = line.breakdown;
  if (line.measuredTo !== undefined) module.measuredTo = line.measuredTo;
  if (line.step !== undefined) module.breakdownStep = line.step;
}

/**
 * A module is as bad as its worst step. A step that is over without a verdict for it, failed, stopped or skipped, is
 * never a PASS; nor is a run before its end was written, for it may have died.
 */
function judgeModules(record: RunRecord): void {
  for (const module of record.modules)
    module.verdict = worst([
      ...(record.state === 'ended' ? [] : (['NONE'] as const)),
      ...record.steps.map((step) => verdictOf(step, module.index)),
    ]);
  record.verdict = worst(record.modules.map(({ verdict }) => verdict));
}

function verdictOf(step: StepRecord, module: string): Verdict {
  switch (step.state) {
    case 'waiting':
    case 'running':
    case 'skipped':
      return 'NONE';
    case 'failed':
    case 'stopped':
      return 'ERROR';
    case 'completed':
      return step.results.find((result) => result.module === module)?.verdict ?? 'NONE';
  }
}

function stepOf(record: RunRecord, number: number): StepRecord {
  const known = record.steps.find(({ step }) => step === number);
  if (known) return known;
  const folder = `step ${number}`;
  const unplanned: StepRecord = {
    step: number,
    calibration: '?',
    category: '?',
    folder,
    estimate: 0,
    state: 'waiting',
    artefacts: [],
    problems: [],
    prompts: [],
    results: [],
    items: [],
  };
  record.steps.push(unplanned);
  return unplanned;
}
