import type { RunDirectory } from '../../../journal/runDirectory.ts';
import type { Resumption } from '../../../sequence/resume/kept.ts';
import type { ExpectedModule } from '../../../sequence/resume/moduleIdentity.ts';

/** What was decided, and agreed to, of a run that goes on. */
export interface ResumedRun {
  run: RunDirectory;
  resumption: Resumption;
  /** The chips are asked who they are before anything is measured. */
  identify: boolean;
  expected: readonly ExpectedModule[];
  /** What is not as it was when the run began. */
  changes: readonly string[];
  /** How many lines the journal had when it was decided. */
  lines: number;
}
