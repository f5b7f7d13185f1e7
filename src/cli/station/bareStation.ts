import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { driverOf } from '../../instruments/drivers/registry.ts';
import { readInstrumentsFile } from '../../station/instrumentsFile.ts';
import { parseJson } from '../../station/json.ts';
import type { Instrument, Module, Station } from '../../station/station.ts';
import { usualLimits } from '../../station/stationFile.ts';
import type { ConfigArguments } from '../options.ts';
import { isShipped } from './shippedFiles.ts';
import { stationDirectory } from './stationFiles.ts';

/**
 * What instruments.json alone tells: every supply in it, each of its channels as a module of its own. Enough to make
 * safe, and for nothing else. Undefined when not even that can be read.
 */
export async function bareStationOf({
  config,
  station,
}: Pick<ConfigArguments, 'config'> & { station?: string | undefined }): Promise<Station | undefined> {
  const directory = await stationDirectory(config, station).catch(() => undefined);
  if (directory === undefined || isShipped(directory)) return undefined;
  const file = join(directory, 'instruments.json');
  const text = await readFile(file, 'utf8').catch(() => undefined);
  const root = text === undefined ? undefined : parseJson({ file, text }).root;
  if (!root) return undefined;
  const instruments = readInstrumentsFile(root).instruments.map(({ value }) => value);
  const modules = instruments.flatMap(channelsOf);
  if (modules.length === 0) return undefined;
  return {
    directory,
    id: 'unknown',
    site: 'unknown',
    dirigent: { command: [], flags: [] },
    runsDirectory: directory,
    limits: usualLimits,
    renderer: 'auto',
    language: 'en',
    timeScale: 1,
    interlocks: [],
    instruments: new Map(instruments.map((instrument) => [instrument.name, instrument])),
    modules,
    files: [],
  };
}

function channelsOf({ name, class: className, where }: Instrument): readonly Module[] {
  const driver = driverOf(className);
  if (driver?.kind !== 'supply') return [];
  return Array.from({ length: driver.channels }, (_, i) => ({
    index: `${name}:${i + 1}`,
    name: `${name}:${i + 1}`,
    chips: [],
    channels: { [driver.powers]: { instrument: name, channel: i + 1, entry: {}, where } },
    where,
  }));
}
