import type { JournalLine } from '../../journal/event.ts';
import type { Progress } from '../calibrating/output.ts';
import type { Question } from '../runContext.ts';

/** Name of the runner's socket in its run directory (or of the file that says where it is). */
export const runSocketName = 'run.sock';

/** What the runner sends to each client, one JSON object a line. */
export type ToClient =
  /** The journal's lines from the first on, and then as they are written. */
  | { line: JournalLine }
  /** All that was written before the client came has been sent. */
  | { caughtUp: true }
  | { progress: Progress & { step: number } }
  | { output: { step: number; chunk: string } }
  | { question: Question & { id: number } }
  /** Somebody answered it, or nobody did in time. */
  | { answered: number };

/** What a client may ask for. */
export type ToRunner =
  /** Stop safely; `by` is who asks, for the journal. */
  { do: 'stop'; by: string } | { do: 'answer'; id: number; text: string };
