import type { Problem } from '../base/errors.ts';
import type { EpochMs, Seconds } from '../base/units.ts';
import type { Verdict } from '../base/verdict.ts';
import type { PowerRead } from '../journal/event.ts';
import type { RunRecord } from '../journal/record.ts';
import type { WatchedRun } from './screens/run/runSession.tsx';
import type { Talk } from './talk/talk.ts';
import type { UploadAccess } from './uploads.ts';

/**
 * A station as the screens know it, and what they can ask of it. They never touch an instrument, a file of the station or
 * the database themselves: the command line wires this.
 */
export interface StationAccess {
  id: string;
  site: string;
  /** Runs use a simulated twin, and there is nothing to be read before they do. */
  twin: boolean;
  operator: string;
  /** Two letters. */
  language: string;
  modules: readonly ModuleChoice[];
  sequences(): Promise<readonly SequenceChoice[]>;
  /** Newest first, at most so many. */
  runs(most?: number): Promise<readonly RunSummary[]>;
  record(run: RunSummary): Promise<RunDetails>;
  /** What a scanned or typed text names; undefined: nothing that is known here. */
  recognise(text: string): Promise<Recognised | undefined>;
  /** What a sequence asks for, before it can run. */
  questions(sequence: string): Promise<{ questions: readonly FormQuestion[]; problems: readonly Problem[] }>;
  /** Checks everything that a run needs, and tells each finding as it comes. Starts nothing. */
  preflight(
    choice: RunChoice,
    tell: (finding: Finding) => void,
    signal: AbortSignal,
  ): Promise<Flight | undefined>;
  /** @throws BatonError what the runner refuses with. */
  start(choice: RunChoice): Promise<WatchedRun>;
  /** Goes on with an interrupted run, if it is wanted in the end. @throws BatonError why it cannot go on */
  resume(run: RunSummary, operator: string, talk: Talk): Promise<WatchedRun | undefined>;
  /** A run of this station that goes on. */
  goingOn(): Promise<WatchedRun | undefined>;
  uploads: UploadAccess;
  /** Registers a component by dialogue. */
  register(talk: Talk): Promise<void>;
  /** Shows what pull files say, and queues it if it is wanted. @param component empty: as the files say */
  wirebond(files: readonly string[], component: string, talk: Talk): Promise<void>;
  /** What lies in a folder; without a path, where the program was started. @throws BatonError */
  folder(path?: string): Promise<Folder>;
  /** Reads the outputs again and again; returns what ends it. Absent where nothing can be read. */
  watchReadings?(tell: (readings: Readings) => void): () => void;
}

export interface Folder {
  /** Whole. */
  path: string;
  entries: readonly { name: string; folder: boolean; bytes: number; changed: EpochMs }[];
}

export interface ModuleChoice {
  /** As `--module` takes it. */
  index: string;
  name: string;
  serialNumber?: string;
}

export interface SequenceChoice {
  name: string;
  /** Undefined: the script has problems. */
  title?: string | undefined;
  calibrations: readonly string[];
  problems: number;
}

export interface RunSummary {
  id: string;
  path: string;
  title: string;
  modules: readonly string[];
  verdict?: Verdict;
  /** `running`, `completed`, `stopped`, … or why it cannot be read. */
  end: string;
  seconds?: Seconds | undefined;
  /** It was interrupted, and can go on. */
  canResume: boolean;
}

export interface RunDetails {
  record: RunRecord;
  directory: string;
  report?: string;
}

export type Recognised =
  | { module: ModuleChoice }
  | { traveller: RunChoice; title: string }
  /** It is one of ours, and may not be used. */
  | { problems: readonly Problem[] };

/** One value that is asked for. */
export interface FormQuestion {
  name: string;
  title: string;
  choices?: readonly string[];
  default?: string;
  /** Why a text cannot be the value; undefined when it can. */
  refuse(text: string): { what: string; remedy: string } | undefined;
}

/** What is to be run. */
export interface RunChoice {
  /** Name of the sequence, or the code of a traveller, which says all the rest. */
  sequence: string;
  module?: string;
  set: Readonly<Record<string, string>>;
  operator: string;
  upload: boolean;
}

/** What was found about one thing before a run. With something wrong it cannot be started. */
export interface Finding {
  about: string;
  state: 'ok' | 'warning' | 'wrong' | 'unknown';
  notes: readonly string[];
  problems: readonly Problem[];
}

export interface Flight {
  title: string;
  modules: readonly string[];
  steps: readonly string[];
  actions: number;
  /** On the clock on the wall. */
  estimate: Seconds;
}

export type Readings =
  | {
      at: EpochMs;
      outputs: readonly (Omit<PowerRead, 'event'> & { time?: EpochMs })[];
      probes: readonly string[];
    }
  /** They cannot be read now, and why. */
  | { at: EpochMs; unread: string };
