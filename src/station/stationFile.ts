import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Place } from '../base/errors.ts';
import { isObject, type Located } from './json.ts';
import type { SensorLimits, SensorType, Station } from './station.ts';

/** What station.json says of one module. */
export interface ModuleSettings {
  serialNumber?: string;
  sensorType?: SensorType;
  /** Of the serial number, or of the entry. */
  where: Place;
}

export type StationSettings = Pick<
  Station,
  | 'id'
  | 'site'
  | 'institution'
  | 'dirigent'
  | 'runsDirectory'
  | 'limits'
  | 'renderer'
  | 'language'
  | 'operators'
  | 'timeScale'
  | 'simulated'
> & { modules: ReadonlyMap<string, ModuleSettings> };

/** How far the sites' IV curves go: −80 V for 3D, −350 V for planar. [Firenze TBPX module notes, 2025-10] */
export const usualLimits: Record<SensorType, SensorLimits> = {
  '3D': { maxVoltage: -80 },
  planar: { maxVoltage: -350 },
};

/** Reads station.json and fills in the defaults; paths are seen from its folder. Faults are for the schema to report. */
export function readStationFile(root: Located, directory: string): StationSettings {
  const dirigent = root.member('dirigent');
  const simulated = root.member('simulated');
  const timeScale = simulated?.number('time_scale') ?? 1;
  const institution = root.text('institution');
  const limit = (type: SensorType) =>
    root.member('limits')?.member(type)?.number('max_voltage') ?? usualLimits[type].maxVoltage;
  return {
    id: root.text('id') ?? '',
    site: root.text('site') ?? '',
    ...(institution === undefined ? {} : { institution }),
    dirigent: {
      command: command(texts(dirigent?.member('command')), directory),
      ...pathOf('config', dirigent, directory),
      ...pathOf('environment', dirigent, directory),
      flags: texts(dirigent?.member('flags')),
    },
    runsDirectory: seenFrom(directory, root.text('runs_directory') ?? 'runs'),
    limits: { '3D': { maxVoltage: limit('3D') }, planar: { maxVoltage: limit('planar') } },
    renderer: oneOf(root.text('renderer'), ['auto', 'plain', 'json']) ?? 'auto',
    language: root.text('language') ?? 'en',
    ...operatorRules(root.member('operators')),
    timeScale,
    ...(isObject(simulated?.value) ? { simulated: { timeScale, seed: simulated?.number('seed') ?? 1 } } : {}),
    modules: moduleSettings(root.member('modules')),
  };
}

function operatorRules(node: Located | undefined): Pick<StationSettings, 'operators'> {
  if (!node) return {};
  const sequences = node.member('sequences');
  const substitutions = texts(node.member('substitutions'));
  return { operators: { substitutions, ...(sequences ? { sequences: texts(sequences) } : {}) } };
}

function moduleSettings(node: Located | undefined): Map<string, ModuleSettings> {
  return new Map(
    (node?.members() ?? []).map(([name, entry]) => {
      const serialNumber = entry.text('serial_number');
      const sensorType = oneOf(entry.text('sensor_type'), ['3D', 'planar']);
      return [
        name,
        {
          ...(serialNumber === undefined ? {} : { serialNumber }),
          ...(sensorType === undefined ? {} : { sensorType }),
          where: (entry.member('serial_number') ?? entry).place,
        },
      ];
    }),
  );
}

/** A program with a slash is a file, seen from the station's folder; one without is looked up in PATH. */
function command(words: readonly string[], directory: string): readonly string[] {
  const [program = 'dirigent', ...rest] = words;
  return [program.includes('/') ? seenFrom(directory, program) : program, ...rest];
}

function pathOf<K extends 'config' | 'environment'>(
  key: K,
  dirigent: Located | undefined,
  directory: string,
): Partial<Record<K, string>> {
  const written = dirigent?.text(key);
  if (written === undefined) return {};
  return { [key]: seenFrom(directory, written) } as Record<K, string>;
}

function seenFrom(directory: string, path: string): string {
  return path.startsWith('~/') ? join(homedir(), path.slice(2)) : resolve(directory, path);
}

function texts(node: Located | undefined): readonly string[] {
  const value = node?.value;
  return Array.isArray(value) ? value.filter((word) => typeof word === 'string') : [];
}

function oneOf<T extends string>(value: string | undefined, known: readonly T[]): T | undefined {
  return known.find((candidate) => candidate === value);
}
