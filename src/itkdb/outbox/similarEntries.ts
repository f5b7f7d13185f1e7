import type { Sqlite } from '../sqlite.ts';
import type { Entry } from './entry.ts';
import { entryOf, type Row } from './entryRow.ts';

/** Entries of the queue that are like another one: what near-duplicates are found by. */
export class SimilarEntries {
  readonly #sql: Sqlite;

  constructor(sql: Sqlite) {
    this.#sql = sql;
  }

  /** That say the same of the same component, sent or being sent before this one. */
  sameContent(entry: Entry): Entry | undefined {
    return this.#before(entry, 'other.content_hash=this.content_hash');
  }

  /** Of the same run number, whatever they say, sent or being sent before this one. */
  sameNumber(entry: Entry): Entry | undefined {
    return this.#before(entry, 'other.run_number=this.run_number');
  }

  /** The one that had this run number first, with other content: what it is compared with. */
  namesake(entry: Entry): Entry | undefined {
    return this.#other(
      entry,
      "other.run_number=this.run_number AND other.n<this.n AND other.state<>'dropped'",
    );
  }

  /** Did this queue send the test run of this id? */
  sent(database: string, remote: string): boolean {
    return (
      this.#sql.get(
        "SELECT 1 AS one FROM entries WHERE database=? AND remote=? AND state='confirmed' LIMIT 1",
        database,
        remote,
      ) !== undefined
    );
  }

  /** An entry of simulated instruments with this run number, or with this very file. */
  simulated(about: { runNumber: string } | { sha256: string }): Entry | undefined {
    const [column, value] = 'runNumber' in about ? ['run_number', about.runNumber] : ['file', about.sha256];
    const row = this.#sql.get<Row>(`SELECT * FROM entries WHERE simulated=1 AND ${column}=? LIMIT 1`, value);
    return row && entryOf(row);
  }

  /** Of two that are sent at the same time the one that came first goes. */
  #before(entry: Entry, same: string): Entry | undefined {
    return this.#other(
      entry,
      `${same} AND (other.state='confirmed' OR (other.state='sending' AND other.n<this.n))`,
    );
  }

  #other(entry: Entry, condition: string): Entry | undefined {
    const row = this.#sql.get<Row>(
      `SELECT other.* FROM entries AS other JOIN entries AS this ON this.n=?
       WHERE other.database=this.database AND other.component=this.component AND other.test_type=this.test_type
         AND other.n<>this.n AND ${condition} ORDER BY other.n LIMIT 1`,
      entry.n,
    );
    return row && entryOf(row);
  }
}
