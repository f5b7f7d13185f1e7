import type { Pace } from '../base/time.ts';
import type { Seconds, Volts } from '../base/units.ts';
import type { Breakdown } from '../base/verdict.ts';
import type { Criteria } from '../calibrations/criteria.ts';
import type { Guard } from '../guardian/guard.ts';
import type { InstrumentCluster } from '../instruments/cluster.ts';
import type { Journal } from '../journal/journal.ts';
import type { CheckSession } from '../scripts/checks/checkSession.ts';
import type { ScriptInfo } from '../scripts/script.ts';
import type { PoweringGroup, Station } from '../station/station.ts';
import type { Progress } from './calibrating/output.ts';
import type { CalibrationSequence } from './calibrationSequence.ts';
import type { ExpectedModule } from './resume/moduleIdentity.ts';

/** All that a run needs; made by whoever starts it, so that a test can hand in anything else. */
export interface RunContext {
  sequence: CalibrationSequence;
  station: Station;
  group: PoweringGroup;
  cluster: InstrumentCluster;
  journal: Journal;
  /** Absolute path of the run directory. */
  directory: string;
  criteria: ReadonlyMap<string, Criteria>;
  pace: Pace;
  /** Asks the operator; undefined when nobody is there, nobody answers, or the signal says that it is too late. */
  ask: (question: Question, ended: AbortSignal) => Promise<string | undefined>;
  /** What passes by and is not written into the journal. */
  live?: LiveListener;
  /** What an intact earlier run of the same module, or the operator, tells of its breakdown. */
  earlierBreakdown?: (module: string) => Promise<EarlierBreakdown | undefined>;
  /** Of a run that goes on after an interruption: by what its modules are known. */
  expected?: readonly ExpectedModule[];
  /** The thread of the site's own checks and drivers, and what the script says of itself. */
  checks?: { session: CheckSession; info: ScriptInfo; scriptHash: string };
  /** Who makes the station safe when this process dies; absent where nothing real hangs on it. */
  guard?: Pick<Guard, 'calibrationStarts' | 'calibrationEnded'>;
  /** Environment of the calibrations beside the runner's own. */
  environment?: Readonly<Record<string, string>>;
}

/** What a calibration, an interlock or a check asks the operator. */
export interface Question {
  step: number;
  text: string;
  /** Answers to choose from; the answer is one of these words. */
  choices?: readonly string[];
  /** What an answer may look like, shown where it is typed. */
  placeholder?: string;
  /** The answer is a secret: not shown, not written down. */
  secret: boolean;
  /** How long it may be answered, on the clock on the wall; not said: a minute. */
  within?: Seconds;
}

export interface LiveListener {
  output(step: number, chunk: string): void;
  progress(step: number, progress: Progress): void;
}

export interface EarlierBreakdown {
  breakdown: Breakdown;
  measuredTo?: Volts;
  /** The run or the person that says so. */
  from: string;
}
