import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomically } from '../../base/atomicFile.ts';
import { isSerialNumber } from '../../base/serialNumber.ts';
import { type LoadedStation, loadStation } from '../../station/load.ts';
import { type HybridEntry, placeModule } from '../../station/newModule.ts';
import type { Module, Station } from '../../station/station.ts';
import type { Asker } from '../asking/ask.ts';

/**
 * A serial number that modules.json does not have is offered an entry, made from the module that stands in its place;
 * the station is then loaded anew. Undefined: it was not wanted, and nothing was written.
 */
export async function offerModule(
  station: Station,
  serialNumber: string,
  asker: Asker,
): Promise<LoadedStation | undefined> {
  const place = await placeFor(station, asker);
  const { directory } = station;
  const texts = {
    modulesJson: await readFile(join(directory, 'modules.json'), 'utf8'),
    stationJson: await readFile(join(directory, 'station.json'), 'utf8'),
  };
  const known = knownModule(texts.stationJson, serialNumber);
  const name = known?.name ?? serialNumber;
  const kept = await keptEntry(directory, name);
  const from = kept
    ? 'with the trims that it had when it was here last'
    : `made from that of ${place.name}, without its trims and eFuse codes`;
  const wanted = await asker.confirm(
    `modules.json has no module ${serialNumber}. Give it an entry in place ${place.index} (${from})? The entry of ${place.name} is kept in modules/${place.name}.json.`,
  );
  if (!wanted) return undefined;
  const sensorType = known?.sensorType ?? (await asker.choose('Which sensor?', ['3D', 'planar'] as const));
  const placed = placeModule(texts, { index: place.index, name, serialNumber, sensorType }, kept);
  // The old entry first: whatever happens then, nothing of it is lost.
  await writeFileAtomically(
    keptPath(directory, place.name),
    `${JSON.stringify(placed.replaced, null, 2)}\n`,
    0o644,
  );
  await rewrite(join(directory, 'station.json'), placed.stationJson);
  await rewrite(join(directory, 'modules.json'), placed.modulesJson);
  return loadStation(directory);
}

/** Whether it is worth an offer: a serial number that no module of the station has. */
export function isUnknownSerial(station: Station, selector: string | undefined): selector is string {
  return (
    selector !== undefined &&
    isSerialNumber(selector) &&
    !station.modules.some(({ name, serialNumber }) => serialNumber === selector || name === selector)
  );
}

async function placeFor({ modules }: Station, asker: Asker): Promise<Module> {
  const [first, ...others] = modules;
  if (!first) throw new RangeError('a station without a module was loaded');
  if (others.length === 0) return first;
  const shown = modules.map(({ index, name }) => `${index} = ${name}`).join(', ');
  const index = await asker.choose(
    `In which place is it (${shown})?`,
    modules.map((module) => module.index),
  );
  return modules.find((module) => module.index === index)!;
}

/** What station.json still knows of a module that was here before. */
function knownModule(stationJson: string, serialNumber: string) {
  const { modules = {} } = JSON.parse(stationJson) as {
    modules?: Record<string, { serial_number?: string; sensor_type?: '3D' | 'planar' }>;
  };
  const entry = Object.entries(modules).find(([, { serial_number }]) => serial_number === serialNumber);
  return entry && { name: entry[0], sensorType: entry[1].sensor_type };
}

async function keptEntry(directory: string, name: string): Promise<HybridEntry | undefined> {
  const text = await readFile(keptPath(directory, name), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  return text === undefined ? undefined : (JSON.parse(text) as HybridEntry);
}

/** A module's name has no slash: the schema of modules.json sees to that. */
function keptPath(directory: string, name: string): string {
  return join(directory, 'modules', `${name}.json`);
}

async function rewrite(path: string, text: string): Promise<void> {
  const { mode } = await stat(path);
  await writeFileAtomically(path, text, mode & 0o777);
}
