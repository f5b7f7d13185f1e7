import { BatonError } from '../../base/errors.ts';
import type { Verdict } from '../../base/verdict.ts';
import { readRecord } from '../../journal/readRecord.ts';
import type { RunDirectory } from '../../journal/runDirectory.ts';
import { standingOf } from '../running/resume/interruptedRun.ts';

/** One run in one line. */
interface RecordedRun {
  run: string;
  title: string;
  modules: string[];
  /** Absent where it cannot be read. */
  verdict?: Verdict;
  end: string;
  seconds?: number | undefined;
  /** It was interrupted, and `baton runs resume` can go on with it. */
  canResume: boolean;
}

/** So many records are in memory at once; a year of runs has thousands, and a line needs little of each. */
const atOnce = 16;

/** The lines of the list, in the order of the runs. */
export async function summariseAll(runs: readonly RunDirectory[]): Promise<RecordedRun[]> {
  const lines: RecordedRun[] = [];
  for (let from = 0; from < runs.length; from += atOnce)
    lines.push(...(await Promise.all(runs.slice(from, from + atOnce).map(summarise))));
  return lines;
}

/** One line of the list; a run that cannot be read is listed all the same. */
async function summarise(run: RunDirectory): Promise<RecordedRun> {
  try {
    const { title, modules, verdict, end, state, started, ended } = await readRecord(run);
    const { can } = await standingOf(run);
    const seconds = ended === undefined ? undefined : (ended - started) / 1000;
    return {
      run: run.id,
      title,
      modules: modules.map(({ name }) => name),
      verdict,
      end: end ?? state,
      seconds,
      canResume: can === 'resume',
    };
  } catch (error) {
    return {
      run: run.id,
      title: '?',
      modules: [],
      canResume: false,
      end: error instanceof BatonError ? error.code : String(error),
    };
  }
}
