import { closeSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { BatonError } from '../base/errors.ts';
import { makeFolder } from '../base/makeFolder.ts';

export type Value = string | number | Uint8Array | null;

/**
 * The few operations on SQLite that Baton uses. Write-ahead log and `synchronous=FULL`: what a transaction has
 * committed is on disk, whoever is killed next.
 */
export class Sqlite {
  readonly #path: string;
  readonly #database: Connection;
  readonly #statements = new Map<string, Statement>();

  constructor(path: string, database: Connection) {
    this.#path = path;
    this.#database = database;
  }

  exec(sql: string): void {
    this.#told(() => this.#database.exec(sql));
  }

  get<Row>(sql: string, ...values: Value[]): Row | undefined {
    const row = this.#told(() => this.#prepared(sql).get(...values)) as
      | (Row & { _metadata?: unknown })
      | undefined;
    // libsql adds how long it took.
    if (row) delete row._metadata;
    return row;
  }

  all<Row>(sql: string, ...values: Value[]): Row[] {
    return this.#told(() => this.#prepared(sql).all(...values)) as Row[];
  }

  /** Answers with the number of rows that changed. */
  run(sql: string, ...values: Value[]): number {
    return this.#told(() => this.#prepared(sql).run(...values)).changes;
  }

  /** All of it or nothing. It takes the write lock at once, so that what it reads stays true until it writes. */
  transaction<T>(work: () => T): T {
    this.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.exec('COMMIT');
      return result;
    } catch (error) {
      this.#rollBack();
      throw error;
    }
  }

  close(): void {
    this.#statements.clear();
    this.#database.close();
  }

  /** After a full disk or a read error SQLite has done so itself, and refuses to do it twice. */
  #rollBack(): void {
    try {
      this.#database.exec('ROLLBACK');
    } catch {
      // What went wrong before is what is told.
    }
  }

  /** What the disk or the file does not allow is said as such: E8063. */
  #told<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw ofTheFile(error) ? unusable(this.#path, error) : error;
    }
  }

  #prepared(sql: string): Statement {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.#database.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}

/** What is used of libsql, whose own types say `any`. */
interface Connection {
  exec(sql: string): unknown;
  prepare(sql: string): Statement;
  close(): void;
}

interface Statement {
  get(...values: Value[]): unknown;
  all(...values: Value[]): unknown[];
  run(...values: Value[]): { changes: number };
}

export interface OpenOptions {
  /** How long to wait for another process that writes. */
  busyMs?: number;
  journal?: 'WAL' | 'DELETE';
}

/** Opens the file, or makes it, readable by its owner alone. */
export async function openSqlite(
  path: string,
  { busyMs = 10_000, journal = 'WAL' }: OpenOptions = {},
): Promise<Sqlite> {
  const { default: Database } = await import('libsql');
  try {
    if (path !== ':memory:') {
      makeFolder(dirname(path), 0o700);
      closeSync(openSync(path, 'a', 0o600));
    }
    const database = new Database(path, {}) as unknown as Connection;
    database.exec(`PRAGMA busy_timeout=${busyMs}`);
    // A rollback journal is what a new file has; asking for it would already need the lock.
    if (journal === 'WAL') database.exec('PRAGMA journal_mode=WAL');
    database.exec('PRAGMA synchronous=FULL');
    return new Sqlite(path, database);
  } catch (error) {
    throw unusable(path, error);
  }
}

/** Not what was asked, but the file or its disk is at fault. */
const fileFault = /^SQLITE_(CORRUPT|NOTADB|FULL|IOERR|READONLY|CANTOPEN)/;
/** It is no database, is damaged, or its tables are those of another version of Baton. */
const damage = /not a database|malformed|no such (column|table)/;

function ofTheFile(error: unknown): boolean {
  const { code, message } = error as { code?: unknown; message?: unknown };
  return fileFault.test(String(code)) || damage.test(String(message));
}

function unusable(path: string, error: unknown): BatonError {
  const said = error instanceof Error ? error.message : String(error);
  return new BatonError(
    {
      code: 'E8063',
      what: `${path} cannot be used as a database: ${said}.`,
      remedy: damage.test(said)
        ? 'Nothing was deleted. Put it aside (do not delete it) and start anew: `baton queue` then names the runs to upload again, and what the database has already is found there. Pull tests and sensor files are uploaded again by their commands.'
        : 'Check that the folder can be written and the disk is not full. Nothing was deleted.',
    },
    { cause: error, exitCode: 3 },
  );
}

/** Another process holds the lock. */
export function isBusy(error: unknown): boolean {
  const { code, message } = error as { code?: unknown; message?: unknown };
  return String(code).startsWith('SQLITE_BUSY') || /database is locked/.test(String(message));
}
