import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { BatonError } from '../../base/errors.ts';
import { type LoadedStation, loadStation } from '../../station/load.ts';
import type { StationArguments } from '../options.ts';
import { isShipped } from './shippedFiles.ts';

/**
 * A station from the files that the options name; `simulated` is a twin of the one in --config, and so has its files.
 * Runs with the files that ship with Baton go to ./runs.
 */
export async function stationOf({
  config,
  station,
}: Pick<StationArguments, 'config' | 'station'>): Promise<LoadedStation> {
  const directory = await stationDirectory(config, station);
  const loaded = await loadStation(directory);
  return isShipped(directory)
    ? { ...loaded, station: { ...loaded.station, runsDirectory: resolve('runs') } }
    : loaded;
}

export function isTwin(station: string | undefined): boolean {
  return station === 'simulated';
}

/** The folder that the options name. Throws E1002. */
export async function stationDirectory(config: string, station: string | undefined): Promise<string> {
  if (station === undefined || isTwin(station)) return config;
  for (const directory of [resolve(station), join(config, 'stations', station)]) {
    const found = await stat(directory).catch(() => undefined);
    if (found?.isDirectory()) return directory;
  }
  throw new BatonError({
    code: 'E1002',
    what: `there is no station "${station}": no folder of that name here, and none in ${join(config, 'stations')}.`,
    remedy:
      'Name "simulated", a folder with station.json and instruments.json, or one below config/stations.',
  });
}
