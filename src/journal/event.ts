import type { ExitCode, Problem } from '../base/errors.ts';
import type { Amperes, Celsius, EpochMs, Percent, Seconds, Volts } from '../base/units.ts';
import type { Verdict } from '../base/verdict.ts';
import type { HashedFile } from './runDirectory.ts';
import type {
  BiasDecided,
  BreakdownFound,
  ItemEnded,
  ItemNoted,
  ItemStarted,
  StepAnswered,
  StepEnded,
  StepJudged,
  StepPrompted,
  StepSkipped,
  StepStarted,
} from './stepEvents.ts';

/**
 * Everything that a run writes down. One event is one line of journal.jsonl, on disk before the next action; the
 * record, the terminal, the report, the upload and resuming are views of these. schemas/event.schema.json says the
 * same to other programs. A kind may gain fields; a field never changes its meaning.
 */
export type Event =
  | RunStarted
  | RunResumed
  | PlanMade
  | InstrumentIdentified
  | ModuleConfirmed
  | ActionStarted
  | ActionEnded
  | PowerRead
  | ClimateRead
  | TemperatureRead
  | InterlockEvent
  | StepStarted
  | StepPrompted
  | StepAnswered
  | StepEnded
  | StepJudged
  | ItemStarted
  | ItemNoted
  | ItemEnded
  | StepSkipped
  | BreakdownFound
  | BiasDecided
  | StopRequested
  | Tripped
  | ProblemMet
  | SafeStarted
  | SafeEnded
  | GuardianStarted
  | GuardianLost
  | GuardianTookOver
  | JournalRepaired
  | RunEnded;

/** What each line carries besides the event. */
export interface Stamp {
  /** Counted from 0, without a gap: a missing line shows. */
  n: number;
  t: EpochMs;
}

/** An event with its number and its time, as one line of the journal has it. */
export type JournalLine = Event & Stamp;

/** The device under test, as the run began with it. */
export interface RunModule {
  index: string;
  name: string;
  serialNumber?: string | undefined;
  sensorType?: '3D' | 'planar' | undefined;
  type?: string | undefined;
  chips: readonly string[];
}

/** The section `info` of a script. */
export interface ScriptWords {
  product: string;
  bom: string;
  lot: string;
  location: string;
  config?: string | undefined;
}

export interface RunStarted {
  event: 'run.started';
  run: string;
  title: string;
  sequence: {
    name: string;
    /** Where it was read, absolute. */
    file?: string | undefined;
    sha256: string;
    substitutions: Readonly<Record<string, string>>;
    /** The script's own words on what it tests. */
    info?: ScriptWords | undefined;
  };
  station: {
    id: string;
    site: string;
    institution?: string | undefined;
    simulated: boolean;
    timeScale: number;
  };
  operator: string;
  versions: { baton: string; node: string; dirigent?: string | undefined };
  modules: readonly RunModule[];
  failFast: boolean;
  upload: boolean;
  files: readonly HashedFile[];
}

/**
 * The run goes on where it was, with another runner: everything behind this line was written by that one. What was
 * kept is not measured again; every other step begins anew with the plan that follows.
 */
export interface RunResumed {
  event: 'run.resumed';
  operator: string;
  versions: RunStarted['versions'];
  kept: readonly KeptStepRecord[];
  repeated: readonly { step: number; why: string }[];
  /** What is not as it was when the run began, and was agreed to. */
  changes: readonly string[];
  /** Files that are used from here on, where they are not those of `run.started`. */
  files: readonly HashedFile[];
}

export interface KeptStepRecord {
  step: number;
  calibration: string;
  /** It had finished when its runner died, and nobody had written that down. */
  adopted?: boolean | undefined;
}

/** The module of a resumed run is the one that the run began with; asked before HV comes on. */
export interface ModuleConfirmed {
  event: 'module.confirmed';
  /** Index of the module. */
  module: string;
  /** By the eFuse codes of its chips, by the person who scanned it, by `--module`, or by the seed of the simulation. */
  by: string;
  /** eFuse code by chip, as far as they were read. */
  chips?: Readonly<Record<string, number>> | undefined;
}

export interface PlannedStepRecord {
  /** Counted from 1. */
  step: number;
  calibration: string;
  category: string;
  folder: string;
  /** Station seconds. */
  estimate: Seconds;
}

export interface PlanMade {
  event: 'plan.made';
  /** First plan, or the new one after a step that could not be completed. */
  reason: string;
  steps: readonly PlannedStepRecord[];
  actions: readonly Readonly<Record<string, unknown>>[];
  estimate: Seconds;
}

export interface InstrumentIdentified {
  event: 'instrument.identified';
  name: string;
  class: string;
  identity: string;
  simulated: boolean;
}

export interface ActionStarted {
  event: 'action.started';
  /** Position in the plan made last. */
  action: number;
  do: string;
  /** In the words of the field. */
  what: string;
  step?: number | undefined;
}

export interface ActionEnded {
  event: 'action.ended';
  action: number;
  end: 'done' | 'skipped' | 'failed' | 'stopped';
  reason?: string | undefined;
}

/** One look at one output. What could not be read says so in `problem`. */
export interface PowerRead {
  event: 'power';
  at: string;
  role: 'hv' | 'lv';
  output?: boolean | undefined;
  setpoint?: Volts | undefined;
  voltage?: Volts | undefined;
  current?: Amperes | undefined;
  trip?: string | undefined;
  problem?: string | undefined;
}

/** One look at one place of a climate chamber or coldbox. */
export interface ClimateRead {
  event: 'climate';
  at: string;
  /** Whether it regulates, and to which temperature. */
  on?: boolean | undefined;
  set?: Celsius | undefined;
  temperature?: Celsius | undefined;
  air?: Celsius | undefined;
  humidity?: Percent | undefined;
  dewPoint?: Celsius | undefined;
  problem?: string | undefined;
}

/** The module's temperature as its probe card sees it. */
export interface TemperatureRead {
  event: 'temperature';
  at: string;
  temperature?: Celsius | undefined;
  problem?: string | undefined;
}

/** An interlock of interlocks.json that trips, or whose reading is as it should be again. */
export interface InterlockEvent {
  event: 'interlock';
  state: 'tripped' | 'cleared';
  name: string;
  reading: string;
  at: string;
  /** Absent: the reading did not come, and `missing` says why. */
  value?: number | undefined;
  missing?: string | undefined;
  condition: 'above' | 'below' | 'stale';
  /** In `unit`, as the value; for stale, station seconds. */
  limit: number;
  unit: string;
  /** Station seconds. */
  grace: Seconds;
  action: 'warn' | 'pauseAfterStep' | 'hvOff' | 'allOff';
  message: string;
  step?: number | undefined;
}

/** An item of a site's own checks begins. */
/** What an item says while it runs: a message, a question with its answer. */
/** One item of a site's own checks, in the words of the script format. */
export interface StopRequested {
  event: 'stop.requested';
  by: string;
}

export interface Tripped {
  event: 'trip';
  what: string;
  at?: string | undefined;
  step?: number | undefined;
}

export interface ProblemMet {
  event: 'problem';
  problem: Problem;
  step?: number | undefined;
}

export interface SafeStarted {
  event: 'safe.started';
  reason: string;
}

export interface SafeEnded {
  event: 'safe.ended';
  verified: boolean;
  channels: readonly { at: string; role: 'hv' | 'lv'; off: boolean; problem?: string | undefined }[];
}

/** A guardian watches over this run from here on. */
export interface GuardianStarted {
  event: 'guardian.started';
  pid: number;
}

/** The guardian ended before the run did; another one is started, or the run makes safe and stops. */
export interface GuardianLost {
  event: 'guardian.lost';
  pid: number;
  how: string;
}

/** Everything behind this line was written by who took over (the guardian, or a later `baton`), not by the runner. */
export interface GuardianTookOver {
  event: 'guardian.tookOver';
  by: 'guardian' | 'baton';
  reason: string;
  /** Process number of the runner. */
  runner: number;
  /** True: it still ran or hung, and was ended with SIGKILL before anything else. */
  killed: boolean;
}

/** A line that a crash had cut short was taken off the end of the journal. */
export interface JournalRepaired {
  event: 'journal.repaired';
  bytes: number;
}

export interface RunEnded {
  event: 'run.ended';
  end: 'completed' | 'failed' | 'tripped' | 'stopped' | 'unsafe';
  verdict: Verdict;
  exitCode: ExitCode;
}
