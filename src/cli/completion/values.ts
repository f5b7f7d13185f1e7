import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { catalogue } from '../../calibrations/catalogue.ts';
import { listRuns } from '../../journal/runDirectory.ts';
import { listSequences, scriptPath } from '../../scripts/sequenceFiles.ts';
import { isShipped, usualConfig } from '../station/shippedFiles.ts';
import type { Candidate, Slot } from './complete.ts';

/** As many as somebody would look at; older ones are found by what is typed of them. */
const mostRuns = 200;

/** The names that this machine has for a place of the command line. What they are for is told by the place's own name. */
export async function valuesOf({ name, command, given, typed }: Slot): Promise<readonly Candidate[]> {
  const config = given['--config'] === undefined ? usualConfig() : resolve(given['--config']);
  switch (name) {
    case 'sequence':
      return sequences(config);
    case 'subject':
      return given.action === 'create' ? sequences(config) : [];
    case 'calibrations':
      return [...catalogue.values()].map(({ name: value, calibration }) => ({
        value,
        describe: calibration.summary,
      }));
    case 'run':
    case 'runs':
    case 'before':
    case 'after':
      return runs(config, given);
    case 'what':
      return command[0] === 'upload' ? runs(config, given) : [];
    case '--module':
    case 'component':
      return modules(await stationFileOf(config, given['--station']));
    case '--station':
      return stations(config);
    case '--set':
      return settings(given.sequence ?? given.subject, config, typed);
    case '--fault':
      return faults(config, given['--station'], typed);
    default:
      return [];
  }
}

async function sequences(config: string): Promise<Candidate[]> {
  return (await listSequences(join(config, 'sequences'))).map((value) => ({ value }));
}

async function runs(config: string, given: Readonly<Record<string, string>>): Promise<Candidate[]> {
  const root = given['--directory'] ?? (await runsDirectory(config, given['--station']));
  return (await listRuns(root)).slice(0, mostRuns).map(({ id }) => ({ value: id }));
}

async function runsDirectory(config: string, station: string | undefined): Promise<string> {
  const { runs_directory: written = 'runs' } = await stationFileOf(config, station);
  const directory = station === undefined || station === 'simulated' ? config : resolve(station);
  return isShipped(directory) ? resolve('runs') : resolve(directory, written);
}

function modules({ modules = {} }: StationFile): Candidate[] {
  return Object.entries(modules).flatMap(([name, { serial_number: serial }]) =>
    serial === undefined ? [{ value: name }] : [{ value: serial, describe: name }, { value: name }],
  );
}

async function stations(config: string): Promise<Candidate[]> {
  const own = await readdir(join(config, 'stations')).catch(() => []);
  return [
    { value: 'simulated', describe: 'a twin of the station, without hardware' },
    ...own.map((value) => ({ value })),
  ];
}

/** `Name=`, and behind it the values of a list, or what it is when nobody says. */
async function settings(sequence: string | undefined, config: string, typed: string): Promise<Candidate[]> {
  if (sequence === undefined) return [];
  const { substitutionForm } = await import('../../scripts/substitutions/substitutionForm.ts');
  const { fields } = await substitutionForm(await scriptPath(sequence, config));
  const named = fields.find(({ name }) => typed.startsWith(`${name}=`));
  if (!named) return fields.map(({ name, title: describe }) => ({ value: `${name}=`, describe }));
  const values = named.choices ?? (named.default === undefined ? [] : [named.default]);
  return values.map((value) => ({ value: `${named.name}=${value}` }));
}

async function faults(config: string, station: string | undefined, typed: string): Promise<Candidate[]> {
  const { faultValues } = await import('./faultValues.ts');
  const { instruments, instrument_dict: dict } = await fileOf<InstrumentsFile>(
    'instruments.json',
    config,
    station,
  );
  const { modules = {} } = await stationFileOf(config, station);
  return faultValues(typed, {
    modules: Object.keys(modules),
    instruments: Object.keys(instruments ?? dict ?? {}),
  });
}

interface InstrumentsFile {
  instruments?: object;
  instrument_dict?: object;
}

interface StationFile {
  runs_directory?: string;
  modules?: Record<string, { serial_number?: string }>;
}

function stationFileOf(config: string, station: string | undefined): Promise<StationFile> {
  return fileOf<StationFile>('station.json', config, station);
}

/** As it is written: whether it is right is no question for somebody who presses Tab. */
async function fileOf<File extends object>(
  name: string,
  config: string,
  station: string | undefined,
): Promise<Partial<File>> {
  const directory = station === undefined || station === 'simulated' ? config : resolve(station);
  try {
    return JSON.parse(await readFile(join(directory, name), 'utf8')) as File;
  } catch {
    return {};
  }
}
