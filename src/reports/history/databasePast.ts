import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Verdict } from '../../base/verdict.ts';
import { runFiles } from '../../journal/runDirectory.ts';
import { moment } from '../page/text.ts';
import { normaliseLeakage, type PastRun } from './pastRun.ts';

/** What a database told of the modules of a run. */
interface DatabasePast {
  /** By the index of the module. */
  runs: ReadonlyMap<string, readonly PastRun[]>;
  /** Whether it was asked, when, and why not. */
  said: string;
}

/** As past.json has it; of what it does not have, nothing. */
interface PastFile {
  asked?: number;
  database?: string;
  why?: string;
  modules?: Record<string, readonly EarlierRun[]>;
}

interface EarlierRun {
  run: string;
  date: string;
  stage?: string;
  title?: string;
  verdict: Verdict;
  values: Record<string, { value: number; unit: string }>;
  iv?: { voltage: number[]; current: number[] };
}

/** What was kept beside the record when the database was asked. */
export async function readDatabasePast(directory: string): Promise<DatabasePast> {
  const { asked, database, why, modules = {} } = await readFileOf(directory);
  const runs = new Map(Object.entries(modules).map(([index, own]) => [index, own.map(pastRunOf)]));
  if (asked === undefined) return { runs, said: 'No database was asked.' };
  const name = database === undefined ? 'The database' : `The database ${database}`;
  if (why !== undefined) return { runs, said: `${name} was not asked, or did not answer: ${why}.` };
  return { runs, said: `${name} was asked ${moment(asked)}.` };
}

async function readFileOf(directory: string): Promise<PastFile> {
  try {
    return (JSON.parse(await readFile(join(directory, runFiles.past), 'utf8')) ?? {}) as PastFile;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' || error instanceof SyntaxError) return {};
    throw error;
  }
}

function pastRunOf({ run, date, stage, title, verdict, values, iv }: EarlierRun): PastRun {
  const t = Date.parse(date);
  const measured = new Map(Object.entries(values));
  normaliseLeakage(measured);
  const temperature = measured.get('iv_curve.temperature')?.value;
  const points = (iv?.voltage ?? []).map((voltage, i) => ({
    set: voltage,
    voltage,
    current: iv!.current[i]!,
  }));
  return {
    run,
    t,
    stage: stage ?? title ?? 'no stage',
    from: 'database',
    verdict,
    values: measured,
    iv:
      points.length === 0
        ? []
        : [{ step: 0, file: '', points, t, ...(temperature === undefined ? {} : { temperature }) }],
  };
}
