import type { Problem } from '../base/errors.ts';
import type { Verdict } from '../base/verdict.ts';
import type { Talk } from './talk/talk.ts';

/** What the screens can ask about uploads; the command line wires it to the queue and the database. */
export interface UploadAccess {
  /** How many wait, and how many need a person. */
  counts(): Promise<{ waiting: number; held: number }>;
  /** What a finished run has for the database. @throws BatonError when it has no record */
  review(run: UploadedRun): Promise<UploadReview>;
  /**
   * Queues the chosen rows of a review and sends what can be sent now; the rest stays in the queue.
   * @param talk asked for access codes, where they are needed
   */
  upload(
    run: UploadedRun,
    rows: readonly ReviewRow[],
    talk: Talk,
    progress: UploadProgress,
  ): Promise<UploadEnd>;
  /** What waits, or is held. */
  queue(): Promise<readonly QueuedUpload[]>;
  /** Sends what waits. */
  send(talk: Talk, progress: UploadProgress): Promise<UploadEnd>;
  /** A held one beside what it looks like; undefined: there is nothing to compare it with. */
  compare(entry: QueuedUpload, talk: Talk): Promise<Comparison | undefined>;
  decide(entry: QueuedUpload, decision: HeldDecision): Promise<QueuedUpload>;
}

/** A run, by its id and its folder. */
export interface UploadedRun {
  id: string;
  path: string;
}

export interface UploadProgress {
  /** Everything that is on its way, whenever one of it has changed. */
  tell(entries: readonly QueuedUpload[]): void;
  signal: AbortSignal;
}

export interface UploadReview {
  title: string;
  /** Where it would go. */
  database: string;
  rows: readonly ReviewRow[];
  /** What is not uploaded as a test run, and why. */
  notes: readonly Problem[];
}

/** One test run of a run, or the files of a step that no test type is meant for. */
export interface ReviewRow {
  component: string;
  /** Undefined: files alone. */
  testType?: string;
  /** `2 calibrate_module`. */
  step: string;
  files: number;
  verdict: Verdict;
  /** What the queue knows of it already. */
  known?: QueuedUpload['state'];
  upload: boolean;
  decision?: UploadDecision;
}

/** A person's word instead of the verdict, with the reason that goes into the database. */
export interface UploadDecision {
  passed: boolean;
  reason: string;
  by: string;
}

export interface QueuedUpload {
  n: number;
  /** The local database's queue, not that of the user. */
  local: boolean;
  component: string;
  /** Test type, or title of the file. */
  what: string;
  runNumber?: string;
  state: 'waiting' | 'sending' | 'confirmed' | 'held' | 'dropped';
  remote?: string;
  problems: readonly Problem[];
}

export interface UploadEnd {
  entries: readonly QueuedUpload[];
  /** Why sending stopped, and what is only assumed. */
  problems: readonly Problem[];
}

/** Field by field. */
export interface Comparison {
  /** `test run 65f… in the database`, `entry 4 of this queue`. */
  other: string;
  fields: readonly ComparedField[];
}

/** One field of two test runs, in words. */
export interface ComparedField {
  field: string;
  earlier: string;
  new: string;
  /** `+0.2`, `changed`, `missing, BEYOND ITS CUT`. */
  change: string;
  same: boolean;
}

export type HeldDecision = { do: 'send anyway' } | { do: 'try again' } | { do: 'drop'; reason: string };
