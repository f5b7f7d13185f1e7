import { dirname } from 'node:path';
import { BatonError } from '../../base/errors.ts';
import { readRecord } from '../../journal/readRecord.ts';
import type { RunRecord } from '../../journal/record.ts';
import { listRuns, type RunDirectory } from '../../journal/runDirectory.ts';
import { ivCurves } from '../run/readRunData.ts';
import type { RunData } from '../run/runData.ts';
import { changesOf } from './changes.ts';
import type { History } from './historySection.ts';
import { type PastRun, pastRunOf } from './pastRun.ts';

/** So many earlier runs of a module are looked at. */
const most = 20;

/**
 * The earlier runs of each module of a run, beside it: those that lie in the same folder. A simulated run tells nothing
 * of a real module, nor the other way round. What is known from the database is handed in.
 */
export async function readHistory(
  run: RunData,
  fromDatabase: ReadonlyMap<string, readonly PastRun[]> = new Map(),
): Promise<Map<string, History>> {
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
    const past: PastRun[] = [...(fromDatabase.get(module.index) ?? [])];
    for (const { directory, record } of earlier) {
      if (past.length >= most) break;
      const curves = pastRunOf(record, module, []) && (await ivCurves(directory.path, record, module));
      const one = curves && pastRunOf(record, module, curves);
      if (one) past.push(one);
    }
    past.sort((a, b) => a.t - b.t);
    histories.set(module.index, { past, now, changes: changesOf(past, now) });
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
