import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { BatonError } from '../base/errors.ts';
import type { Verdict } from '../base/verdict.ts';
import { readJournal } from '../journal/read.ts';
import { foldJournal, type RunRecord } from '../journal/record.ts';
import { type RunDirectory, runFiles } from '../journal/runDirectory.ts';

/** One run in one line. */
export interface RecordedRun {
  run: string;
  title: string;
  modules: string[];
  /** Absent where it cannot be read. */
  verdict?: Verdict;
  end: string;
  seconds?: number | undefined;
}

/** One line of the list; a run that cannot be read is listed all the same. */
export async function summarise(run: RunDirectory): Promise<RecordedRun> {
  try {
    const { title, modules, verdict, end, state, started, ended } = await recordOf(run);
    const seconds = ended === undefined ? undefined : (ended - started) / 1000;
    return {
      run: run.id,
      title,
      modules: modules.map(({ name }) => name),
      verdict,
      end: end ?? state,
      seconds,
    };
  } catch (error) {
    return {
      run: run.id,
      title: '?',
      modules: [],
      end: error instanceof BatonError ? error.code : String(error),
    };
  }
}

/** record.json, or the journal folded where the run did not come to write one. */
export async function recordOf({ path, id }: RunDirectory): Promise<RunRecord> {
  const written = await stat(join(path, runFiles.record)).catch(() => undefined);
  if (written) return JSON.parse(await readFile(join(path, runFiles.record), 'utf8')) as RunRecord;
  const journal = join(path, runFiles.journal);
  if (!(await stat(journal).catch(() => undefined))) throw noJournal(id);
  const record = foldJournal((await readJournal(journal)).lines);
  if (!record) throw noJournal(id);
  return record;
}

function noJournal(id: string): BatonError {
  return new BatonError({
    code: 'E5004',
    what: `the run ${id} has no journal: it was refused before it began.`,
    remedy: 'Nothing was touched then. The folder may be removed.',
  });
}
