import { dirname } from 'node:path';
import { BatonError } from '../../base/errors.ts';
import { readRecord } from '../../journal/readRecord.ts';
import type { RunRecord } from '../../journal/record.ts';
import { listRuns, type RunDirectory } from '../../journal/runDirectory.ts';
import { ivCurves } from '../run/readRunData.ts';
import type { RunData } from '../run/runData.ts';
import { changesOf } from './changes.ts';
import { readDatabasePast } from './databasePast.ts';
import type { History } from './historySection.ts';
import { type PastRun, pastRunOf } from './pastRun.ts';

/** So many earlier runs of a module are looked at. */
const most = 20;

/**
 * The earlier runs of each module of a run, beside it: those that lie in the same folder, and those that the database
 * told of when it was asked. A simulated run tells nothing of a real module, nor the other way round.
 */
export async function readHistory(run: RunData): Promise<Map<string, History>> {
  const database = await readDatabasePast(run.directory);
  const histories = new Map<string, History>();
  const earlier = await recordsBefore(run);
  for (const { module, iv } of run.modules) {
    const completed = run.record.steps.filter(({ state }) => state === 'completed').map(({ step }) => step);
    const now = pastRunOf(
      run.record,
      module,
      iv.filter(({ step }) => completed.includes(step)),
    );
    if (!now) continue;
    const local: PastRun[] = [];
    for (const { directory, record } of earlier) {
      if (local.length >= most) break;
      const curves = pastRunOf(record, module, []) && (await ivCurves(directory.path, record, module));
      const one = curves && pastRunOf(record, module, curves);
      if (one) local.push(one);
    }
    // What lies here says more than what was uploaded of it; but for the stage, which the database alone knows.
    const told = database.runs.get(module.index) ?? [];
    const staged = (one: PastRun): PastRun => ({
      ...one,
      stage: told.find(({ run: id }) => id === one.run)?.stage ?? one.stage,
    });
    const elsewhere = told.filter(
      ({ run: id, t }) => t < now.t && id !== now.run && !local.some((one) => one.run === id),
    );
    const past = [...local.map(staged), ...elsewhere].sort((a, b) => a.t - b.t).slice(-most);
    histories.set(module.index, {
      past,
      now: staged(now),
      changes: changesOf(past, now),
      database: database.said,
    });
  }
  return histories;
}

/** Newest first; those that cannot be read are passed over. */
async function recordsBefore({ directory, record: own }: RunData) {
  const found: { directory: RunDirectory; record: RunRecord }[] = [];
  for (const run of await listRuns(dirname(directory))) {
    if (run.path === directory) continue;
    const record = await recordOrNone(run);
    if (record && record.started < own.started && record.station.simulated === own.station.simulated)
      found.push({ directory: run, record });
  }
  return found;
}

/** A run that was refused, or whose record is damaged, has no past to tell. */
export async function recordOrNone(run: RunDirectory): Promise<RunRecord | undefined> {
  try {
    return await readRecord(run);
  } catch (error) {
    if (error instanceof BatonError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}
