import type { Problem } from '../../base/errors.ts';
import type { EpochMs } from '../../base/units.ts';
import type { Sqlite } from '../sqlite.ts';
import {
  type AttachmentDraft,
  attachmentId,
  contentHash,
  draftId,
  type Entry,
  type TestRunDraft,
} from './entry.ts';
import { entryOf, type Row } from './entryRow.ts';

export interface QueueTarget {
  /** Name of the database, from `databaseName`. */
  database: string;
  /** From a record of simulated instruments. */
  simulated: boolean;
}

/** A file to queue; its content is copied, so that the original may go. */
export interface QueuedFile {
  path: string;
  title: string;
  description?: string;
  contentType?: string;
}

export interface QueuedTestRun {
  draft: TestRunDraft;
  /** They follow the test run. */
  files: readonly QueuedFile[];
  /** Why a person must look before it is sent. */
  hold?: readonly Problem[];
}

/** Writes what comes into the queue. What is in it already, by its content, is not written again. */
export class NewEntries {
  readonly #sql: Sqlite;
  readonly #now: () => EpochMs;

  constructor(sql: Sqlite, now: () => EpochMs) {
    this.#sql = sql;
    this.#now = now;
  }

  /** By the id that its content gives it. */
  find(database: string, id: string): Entry | undefined {
    const row = this.#sql.get<Row>('SELECT * FROM entries WHERE database=? AND id=?', database, id);
    return row && entryOf(row);
  }

  /** A run number of the same component that is queued or sent with other content is held: one of the two is wrong. */
  testRun(draft: TestRunDraft, { database, simulated }: QueueTarget, hold: readonly Problem[] = []): Entry {
    const id = draftId(draft);
    const known = this.find(database, id);
    if (known) return known;
    const now = this.#now();
    const other = this.#sql.get<{ n: number }>(
      "SELECT n FROM entries WHERE database=? AND run_number=? AND component=? AND test_type=? AND state<>'dropped'",
      database,
      draft.runNumber,
      draft.component,
      // Runs are numbered within a test type: sensor files begin with 1 in each.
      draft.testType,
    );
    const problems: Problem[] = other
      ? [
          {
            code: 'E8072',
            what: `Run number ${draft.runNumber} is in the queue already, as entry ${other.n}, with other content.`,
            remedy: `Compare both with \`baton queue show\`; then \`baton queue drop\` one, or \`baton queue retry --anyway\`.`,
          },
          ...hold,
        ]
      : [...hold];
    this.#sql.run(
      `INSERT INTO entries(id, database, kind, component, test_type, run_number, content_hash, simulated, state,
         created, changed, content, problems) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?)`,
      id,
      database,
      'test run',
      draft.component,
      draft.testType,
      draft.runNumber,
      contentHash(draft),
      simulated ? 1 : 0,
      problems.length > 0 ? 'held' : 'waiting',
      now,
      now,
      JSON.stringify(draft),
      JSON.stringify(problems),
    );
    return this.find(database, id)!;
  }

  attachment(
    about: { kind: 'test run attachment' | 'component attachment'; parent?: Entry; component: string },
    { database, simulated }: QueueTarget,
    file: QueuedFile,
    sha256: string,
  ): Entry {
    const draft: AttachmentDraft = {
      title: file.title,
      // The hash tells a copy that arrived from one that did not, when an answer was lost.
      description: `${file.description ?? ''} [sha256 ${sha256}]`.trim(),
      fileName: file.path.slice(Math.max(file.path.lastIndexOf('/'), file.path.lastIndexOf('\\')) + 1),
      contentType: file.contentType ?? 'application/octet-stream',
    };
    const id = attachmentId(about.parent?.id ?? about.component, draft, sha256);
    const known = this.find(database, id);
    if (known) return known;
    const now = this.#now();
    this.#sql.run(
      `INSERT INTO entries(id, database, kind, component, simulated, state, created, changed, parent, content, file)
       VALUES(?,?,?,?,?,'waiting',?,?,?,?,?)`,
      id,
      database,
      about.kind,
      about.component,
      simulated ? 1 : 0,
      now,
      now,
      about.parent?.n ?? null,
      JSON.stringify(draft),
      sha256,
    );
    return this.find(database, id)!;
  }
}
