import { BatonError, formatProblem } from '../../base/errors.ts';
import type { Station } from '../../station/station.ts';
import type { StationArguments } from '../options.ts';
import { demandOwnFiles } from './shippedFiles.ts';
import { isTwin, stationOf } from './stationFiles.ts';

/** The station whose instruments can be reached now; its warnings go to standard error. */
export async function liveStationOf(which: Pick<StationArguments, 'config' | 'station'>): Promise<Station> {
  if (isTwin(which.station))
    throw new BatonError({
      code: 'E3017',
      what: 'the simulated station lives inside one run only, so there is nothing to reach',
      remedy: 'Start one to keep with `baton simulate --dir DIR`, and name it with --station DIR.',
    });
  const { station, warnings } = await stationOf(which);
  demandOwnFiles(station.directory, 'no real instrument is reached by them');
  for (const warning of warnings) process.stderr.write(`${formatProblem(warning)}\n`);
  return station;
}
