import { access, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { BatonError, type Problem } from '../base/errors.ts';
import { assembleStation } from './assemble.ts';
import type { Located } from './json.ts';
import type { Station, StationFile } from './station.ts';

/** A station that has no errors in its files. */
export interface LoadedStation {
  station: Station;
  /** What to show and record; none of it stops a run. */
  warnings: Problem[];
}

/** The files of a station, in the order in which their problems are shown. */
export const stationFileNames = [
  'station.json',
  'instruments.json',
  'channels.json',
  'modules.json',
  'interlocks.json',
] as const;
export type StationFileName = (typeof stationFileNames)[number];

/**
 * Reads and checks the files of a station. Throws one `BatonError` (exit 2) that carries every problem of all of
 * them, each with its place.
 */
export async function loadStation(directory: string): Promise<LoadedStation> {
  const found = await Promise.all(stationFileNames.map((name) => readStationFileText(directory, name)));
  const files = found.flatMap(({ file }) => file ?? []);
  const unreadable = found.flatMap(({ problem }) => problem ?? []);
  const { station, problems, root } = assembleStation(directory, files);
  const all = [...unreadable, ...problems, ...(await missingPrograms(station, root))];
  const errors = all.filter(({ severity }) => severity !== 'warning');
  if (!station || errors.length > 0) throw new BatonError(errors);
  return { station, warnings: all.filter(({ severity }) => severity === 'warning') };
}

/** A path as people see it: from the working directory, where it lies below that. */
function shown(path: string): string {
  const fromHere = relative(process.cwd(), path);
  return fromHere.startsWith('..') ? path : fromHere;
}

async function readStationFileText(
  directory: string,
  name: StationFileName,
): Promise<{ file?: StationFile; problem?: Problem }> {
  const path = join(directory, name);
  try {
    const bytes = await readFile(path);
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return { file: { name, path: shown(path), text } };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    // With channels in instruments.json there is none, and whether they are there is judged with the rest. Without
    // interlocks.json nothing but the supplies themselves is watched, which `check` says.
    if (code === 'ENOENT' && (name === 'channels.json' || name === 'interlocks.json')) return {};
    return { problem: { code: 'E2001', ...unreadable(name, code, message), where: { file: shown(path) } } };
  }
}

function unreadable(
  name: StationFileName,
  code: string | undefined,
  message: string,
): Pick<Problem, 'what' | 'remedy'> {
  if (code === 'ENOENT')
    return {
      what: `There is no ${name} here.`,
      remedy: `Name the folder of the station with --config, or write the file: docs/station.md has an example of each.`,
    };
  if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA')
    return { what: 'The file is not UTF-8 text.', remedy: 'Save it as UTF-8.' };
  return {
    what: `The file cannot be read: ${message}.`,
    remedy: 'Check that it is a file, and who may read it.',
  };
}

/** dirigent.toml and the environment script are named in station.json; better missed now than at minute 9. */
async function missingPrograms(station: Station | undefined, root: Located | undefined): Promise<Problem[]> {
  const problems: Problem[] = [];
  for (const key of ['config', 'environment'] as const) {
    const path = station?.dirigent[key];
    if (path === undefined || (await exists(path))) continue;
    problems.push({
      code: 'E2001',
      what: `There is no ${shown(path)}.`,
      where: root?.at(['dirigent', key]).place,
      remedy: 'Correct the path; it is seen from the folder of station.json.',
    });
  }
  return problems;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
