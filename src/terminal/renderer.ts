import type { JournalLine } from '../journal/event.ts';
import type { RunRecord } from '../journal/record.ts';

/** One way of showing a run. All of them are given the same: the journal's lines as they are written, and what passes by. */
export interface Renderer {
  line(line: JournalLine, record: RunRecord | undefined): void;
  output(step: number, chunk: string): void;
  progress(step: number, progress: { done: number; of: number; text: string }): void;
  /** The run has ended, everything is off, and its report lies there. Comes after `close`. */
  report?(path: string): void;
  /** Leaves the terminal as it was found. */
  close(): void;
}
