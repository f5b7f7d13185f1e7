import { dirname, join } from 'node:path';
import { BatonError } from '../../base/errors.ts';
import type { EpochMs } from '../../base/units.ts';
import { longestPauseMs } from '../client/retryAfter.ts';
import { openSqlite, type Sqlite, type Value } from '../sqlite.ts';
import { draftId, type Entry, type EntryState, type Outcome, type TestRunDraft } from './entry.ts';
import { entryOf, entryTables, type Row } from './entryRow.ts';
import { KeptFiles } from './keptFiles.ts';
import { NewEntries, type QueuedFile, type QueuedTestRun, type QueueTarget } from './newEntries.ts';
import { SimilarEntries } from './similarEntries.ts';

/**
 * The durable queue between a result and the database. What `add…` has answered is on disk; nothing leaves the queue
 * but by being confirmed or by a person.
 */
export class Outbox {
  readonly path: string;
  readonly similar: SimilarEntries;
  readonly #sql: Sqlite;
  readonly #newEntries: NewEntries;
  readonly #files: KeptFiles;
  readonly #now: () => EpochMs;

  private constructor(path: string, sql: Sqlite, now: () => EpochMs) {
    this.path = path;
    this.#sql = sql;
    this.similar = new SimilarEntries(sql);
    this.#newEntries = new NewEntries(sql, now);
    this.#files = new KeptFiles(join(dirname(path), 'outbox-files'));
    this.#now = now;
  }

  static async open(path: string, now: () => EpochMs = Date.now): Promise<Outbox> {
    const sql = await openSqlite(path);
    sql.exec(entryTables);
    return new Outbox(path, sql, now);
  }

  /**
   * Queues a test run with the files that follow it, all or nothing. Queued before: the same entries, nothing twice.
   * A run number of the same component that is queued or sent with other content is held: one of the two is wrong.
   */
  async addTestRun(
    draft: TestRunDraft,
    target: QueueTarget,
    files: readonly QueuedFile[] = [],
  ): Promise<Entry> {
    const [entry] = await this.addTestRuns([{ draft, files }], target);
    return entry!;
  }

  /** The same for several, in one piece: a run that was cut off while it queued has queued nothing. */
  async addTestRuns(testRuns: readonly QueuedTestRun[], target: QueueTarget): Promise<Entry[]> {
    return (await this.addRun({ testRuns, componentFiles: [] }, target)).testRuns;
  }

  /** Everything that a run has for the database, all or nothing. Done again, it adds nothing. */
  async addRun(
    run: {
      testRuns: readonly QueuedTestRun[];
      componentFiles: readonly { component: string; file: QueuedFile }[];
    },
    target: QueueTarget,
  ): Promise<{ testRuns: Entry[]; files: Entry[] }> {
    const followers = run.testRuns.flatMap(({ files }) => files);
    return this.#withKept([...followers, ...run.componentFiles.map(({ file }) => file)], (sha256) => ({
      testRuns: run.testRuns.map(({ draft, files, hold }) => {
        const entry = this.#newEntries.testRun(draft, target, hold);
        const about = { kind: 'test run attachment' as const, parent: entry, component: draft.component };
        for (const file of files) this.#newEntries.attachment(about, target, file, sha256(file));
        return entry;
      }),
      files: run.componentFiles.map(({ component, file }) =>
        this.#newEntries.attachment({ kind: 'component attachment', component }, target, file, sha256(file)),
      ),
    }));
  }

  /** The entry of this very document, if it was queued before. */
  find(draft: TestRunDraft, database: string): Entry | undefined {
    return this.#newEntries.find(database, draftId(draft));
  }

  /** Is this very entry here? Another queue may have had it. */
  has({ database, id }: Pick<Entry, 'database' | 'id'>): boolean {
    return this.#newEntries.find(database, id) !== undefined;
  }

  /** Was anything of this run queued, for whichever database? */
  hasRun(run: string): boolean {
    return (
      this.#sql.get(
        'SELECT 1 AS one FROM entries WHERE run_number BETWEEN ? AND ? LIMIT 1',
        `${run}-`,
        `${run}-:`,
      ) !== undefined
    );
  }

  get(n: number): Entry | undefined {
    const row = this.#sql.get<Row>('SELECT * FROM entries WHERE n=?', n);
    return row && entryOf(row);
  }

  /** @throws E8071 there is no such entry. */
  named(n: number): Entry {
    const entry = this.get(n);
    if (!entry)
      throw new BatonError({
        code: 'E8071',
        what: `The queue has no entry ${n}.`,
        remedy: 'List them with `baton queue list --all`.',
      });
    return entry;
  }

  list(filter: { states?: readonly EntryState[]; database?: string; limit?: number } = {}): Entry[] {
    const { states = [], database, limit = 1000 } = filter;
    const where = [
      ...(states.length > 0 ? [`state IN (${states.map(() => '?').join(',')})`] : []),
      ...(database === undefined ? [] : ['database=?']),
    ];
    const values: Value[] = [...states, ...(database === undefined ? [] : [database])];
    const condition = where.length > 0 ? `WHERE ${where.join(' AND ')}` : '';
    return this.#sql
      .all<Row>(`SELECT * FROM entries ${condition} ORDER BY n LIMIT ?`, ...values, limit)
      .map(entryOf);
  }

  /** How many there are in each state. */
  counts(database?: string): Record<EntryState, number> {
    const counts: Record<EntryState, number> = { waiting: 0, sending: 0, confirmed: 0, held: 0, dropped: 0 };
    const rows = database
      ? this.#sql.all<{ state: EntryState; c: number }>(
          'SELECT state, count(*) AS c FROM entries WHERE database=? GROUP BY state',
          database,
        )
      : this.#sql.all<{ state: EntryState; c: number }>(
          'SELECT state, count(*) AS c FROM entries GROUP BY state',
        );
    for (const { state, c } of rows) counts[state] = c;
    return counts;
  }

  history(n: number): { t: EpochMs; what: string }[] {
    return this.#sql.all('SELECT t, what FROM history WHERE n=? ORDER BY rowid', n);
  }

  /** A person wants it tried again now; `anyway`: although it looks like one that is there already. */
  retry(n: number, { anyway = false } = {}): Entry {
    return this.#decide(
      n,
      ['held', 'waiting', 'dropped'],
      anyway ? 'sent anyway by a person' : 'tried again by a person',
      () => {
        // What it looked like is forgotten: it is looked for anew.
        this.#sql.run(
          "UPDATE entries SET state='waiting', not_before=0, problems='[]', remote=CASE state WHEN 'waiting' THEN remote END, approved=max(approved, ?) WHERE n=?",
          anyway ? 1 : 0,
          n,
        );
      },
    );
  }

  /** A person gives it up. It stays in the queue's books, with the reason. */
  drop(n: number, reason: string): Entry {
    return this.#decide(n, ['held', 'waiting'], `dropped: ${reason}`, () => {
      this.#sql.run(
        "UPDATE entries SET state='dropped' WHERE n=? OR (parent=? AND state<>'confirmed')",
        n,
        n,
      );
    });
  }

  /** The file of an attachment. Undefined: the copy that was kept is gone. */
  async file(entry: Entry): Promise<Buffer | undefined> {
    return this.#files.read(entry.fileSha256 ?? '');
  }

  /** For the sender: the next that are due by his clock, now his. Only one sender may be at work (`lockSender`). */
  claim(database: string, limit: number, now = this.#now()): Entry[] {
    return this.#sql.transaction(() => {
      // One that is due later than any pause lasts was put off by a clock that has been set since.
      const rows = this.#sql.all<Row>(
        `SELECT * FROM entries AS entry WHERE database=? AND state='waiting' AND (not_before<=? OR not_before>?)
           AND (parent IS NULL OR EXISTS (SELECT 1 FROM entries WHERE n=entry.parent AND state='confirmed'))
         ORDER BY n LIMIT ?`,
        database,
        now,
        now + 2 * longestPauseMs,
        limit,
      );
      for (const { n } of rows)
        this.#sql.run("UPDATE entries SET state='sending', attempts=attempts+1, changed=? WHERE n=?", now, n);
      return rows.map((row) => entryOf({ ...row, state: 'sending', attempts: row.attempts + 1 }));
    });
  }

  /**
   * For the sender: what one that died had claimed may have been sent, so it is in doubt. It is asked for no sooner
   * than `settleMs` after that, for the database may still be at work on it.
   */
  adoptOrphans(database: string, settleMs: number): number {
    return this.#sql.run(
      `UPDATE entries SET state='waiting', doubt=1, not_before=changed+? WHERE database=? AND state='sending'`,
      settleMs,
      database,
    );
  }

  /** For the sender: what became of entries, all or nothing. */
  settle(outcomes: readonly Outcome[]): void {
    if (outcomes.length === 0) return;
    this.#sql.transaction(() => {
      for (const outcome of outcomes) this.#settleOne(outcome);
    });
  }

  /** When the next entry is due; undefined when none waits. */
  nextDue(database: string): EpochMs | undefined {
    const row = this.#sql.get<{ due: EpochMs | null }>(
      `SELECT min(not_before) AS due FROM entries AS entry WHERE database=? AND state='waiting'
         AND (parent IS NULL OR EXISTS (SELECT 1 FROM entries WHERE n=entry.parent AND state='confirmed'))`,
      database,
    );
    return row?.due ?? undefined;
  }

  /** Removes copies of files that went to the database. Those of dropped entries stay: a person may change his mind. */
  tidy(): void {
    // In one piece with the look, so that a file which is queued anew at this moment is not taken away.
    this.#sql.transaction(() =>
      this.#files.tidy(
        (sha256) =>
          this.#sql.get(
            "SELECT 1 AS one FROM entries WHERE file=? AND state<>'confirmed' LIMIT 1",
            sha256,
          ) !== undefined,
      ),
    );
  }

  close(): void {
    this.#sql.close();
  }

  /** Copies the files, then works in a transaction in which each of them is there: one may have been tidied away. */
  async #withKept<T>(
    files: readonly QueuedFile[],
    work: (sha256: (file: QueuedFile) => string) => T,
  ): Promise<T> {
    for (;;) {
      const kept = new Map<QueuedFile, string>();
      for (const file of files) kept.set(file, await this.#files.keep(file.path));
      const done = this.#sql.transaction(() =>
        [...kept.values()].every((sha256) => this.#files.has(sha256))
          ? { result: work((file) => kept.get(file)!) }
          : undefined,
      );
      if (done) return done.result;
    }
  }

  #settleOne({ n, state, doubt, notBefore, remote, problems, note }: Outcome): void {
    const now = this.#now();
    this.#sql.run(
      `UPDATE entries SET state=?, doubt=?, not_before=?, remote=coalesce(?, remote), problems=?, changed=? WHERE n=?`,
      state,
      doubt ? 1 : 0,
      notBefore ?? 0,
      remote ?? null,
      JSON.stringify(problems ?? []),
      now,
      n,
    );
    if (note) this.#note(n, note);
  }

  #decide(n: number, from: readonly EntryState[], note: string, change: () => void): Entry {
    return this.#sql.transaction(() => {
      const entry = this.named(n);
      if (!from.includes(entry.state))
        throw new BatonError({
          code: 'E8071',
          what: `Entry ${n} is ${entry.state}.`,
          remedy: `Only one that is ${from.join(' or ')} can be ${note.split(/[ :]/)[0]}.`,
        });
      change();
      this.#note(n, note);
      return this.get(n)!;
    });
  }

  #note(n: number, what: string): void {
    this.#sql.run('INSERT INTO history(n, t, what) VALUES(?,?,?)', n, this.#now(), what);
  }
}
