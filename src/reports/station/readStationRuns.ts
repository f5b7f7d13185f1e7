import { join } from 'node:path';
import { BatonError } from '../../base/errors.ts';
import type { JournalLine } from '../../journal/event.ts';
import { readJournal } from '../../journal/read.ts';
import { listRuns, runFiles } from '../../journal/runDirectory.ts';
import { recordOrNone } from '../history/readHistory.ts';
import { sldoCurves } from '../run/readRunData.ts';
import { type StationRun, stationRunOf } from './stationRun.ts';

/** The last runs of a station below a folder, oldest first; of all stations there, the one named. */
export async function readStationRuns(root: string, station: string, most: number): Promise<StationRun[]> {
  const runs: StationRun[] = [];
  for (const directory of await listRuns(root)) {
    if (runs.length >= most) break;
    const record = await recordOrNone(directory);
    if (record?.station.id !== station) continue;
    const sldo = await sldoCurves(directory.path, record);
    runs.push(stationRunOf(record, await journalOrNone(join(directory.path, runFiles.journal)), sldo));
  }
  return runs.reverse();
}

/** A record without its journal still counts for the yield. */
async function journalOrNone(path: string): Promise<readonly JournalLine[]> {
  try {
    return (await readJournal(path)).lines;
  } catch (error) {
    if (error instanceof BatonError || (error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
