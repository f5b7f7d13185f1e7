import type { Problem } from '../../base/errors.ts';
import type { JsonObject } from '../json.ts';
import type { Entry, EntryState } from './entry.ts';

/** The tables of the queue. */
export const entryTables = `
  CREATE TABLE IF NOT EXISTS entries(n INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, database TEXT NOT NULL,
    kind TEXT NOT NULL, component TEXT NOT NULL, test_type TEXT, run_number TEXT, content_hash TEXT,
    simulated INTEGER NOT NULL, state TEXT NOT NULL, doubt INTEGER NOT NULL DEFAULT 0,
    approved INTEGER NOT NULL DEFAULT 0, attempts INTEGER NOT NULL DEFAULT 0, not_before INTEGER NOT NULL DEFAULT 0,
    created INTEGER NOT NULL, changed INTEGER NOT NULL, remote TEXT, parent INTEGER, content TEXT NOT NULL,
    file TEXT, problems TEXT NOT NULL DEFAULT '[]', UNIQUE(database, id));
  CREATE INDEX IF NOT EXISTS entries_due ON entries(database, state, not_before);
  CREATE INDEX IF NOT EXISTS entries_content ON entries(database, component, test_type, content_hash);
  CREATE INDEX IF NOT EXISTS entries_run_number ON entries(database, run_number);
  CREATE INDEX IF NOT EXISTS entries_remote ON entries(database, remote);
  CREATE INDEX IF NOT EXISTS entries_file ON entries(file);
  CREATE TABLE IF NOT EXISTS history(n INTEGER NOT NULL, t INTEGER NOT NULL, what TEXT NOT NULL);
  CREATE INDEX IF NOT EXISTS history_entry ON history(n);
    `;

/** An entry as SQLite has it. */
export interface Row {
  n: number;
  id: string;
  database: string;
  kind: Entry['kind'];
  component: string;
  test_type: string | null;
  run_number: string | null;
  simulated: number;
  state: EntryState;
  doubt: number;
  approved: number;
  attempts: number;
  not_before: number;
  created: number;
  changed: number;
  remote: string | null;
  parent: number | null;
  content: string;
  file: string | null;
  problems: string;
}

export function entryOf(row: Row): Entry {
  return {
    n: row.n,
    id: row.id,
    database: row.database,
    kind: row.kind,
    component: row.component,
    testType: row.test_type ?? undefined,
    runNumber: row.run_number ?? undefined,
    simulated: row.simulated === 1,
    state: row.state,
    doubt: row.doubt === 1,
    approved: row.approved === 1,
    attempts: row.attempts,
    notBefore: row.not_before,
    created: row.created,
    changed: row.changed,
    remote: row.remote ?? undefined,
    parent: row.parent ?? undefined,
    content: JSON.parse(row.content) as JsonObject,
    fileSha256: row.file ?? undefined,
    problems: JSON.parse(row.problems) as Problem[],
  };
}
