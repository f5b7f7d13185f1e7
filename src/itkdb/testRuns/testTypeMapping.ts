import { BatonError, type Problem } from '../../base/errors.ts';
import { isObject, type Json, type JsonObject, objectOf, textOf } from '../json.ts';

/** How the results of calibrations become test runs: config/test-types.json. */
export interface TestTypeMapping {
  /** Nobody has compared it with the production database yet. */
  assumed: boolean;
  calibrations: Readonly<Record<string, CalibrationMapping>>;
  /** Calibrations that are known to have no test type: their files are attached to the component. */
  filesOnly: ReadonlySet<string>;
}

export interface CalibrationMapping {
  testType: string;
  properties: Readonly<Record<string, Source>>;
  results: Readonly<Record<string, Source>>;
}

/** Where the value of one property or parameter comes from. `required`: without it the document is held. */
export type Source = SourceOfValue & { required: boolean };

type SourceOfValue =
  /** One number of the step. */
  | { from: 'measurement'; name: string; unit: string; absolute: boolean }
  /** The same number of every chip, in the order of the chips. */
  | { from: 'chips'; name: string; unit: string }
  /** A column; where there is none, the measurement `orEach` for every point of the column `like`. */
  | { from: 'curve'; name: string; unit: string; absolute: boolean; orEach?: { name: string; like: string } }
  /** The breakdown of the module; `none` when it was looked for and not found. */
  | { from: 'breakdown'; unit: string; none: number }
  /** Of the run: title, operator, station, run, software, date. */
  | { from: 'run'; name: RunField }
  | { from: 'constant'; value: Json }
  | { from: 'compound'; parts: Readonly<Record<string, Source>> };

const runFields = ['title', 'operator', 'station', 'run', 'software', 'date'] as const;
type RunField = (typeof runFields)[number];

/** Reads the text of the file. Throws E8090 with everything that is wrong in it. */
export function readTestTypeMapping(text: string, file: string): TestTypeMapping {
  const problems: Problem[] = [];
  const add = (what: string) =>
    problems.push({
      code: 'E8090',
      what,
      where: { file },
      remedy: 'docs/database.md shows what may stand there.',
    });
  let root: unknown;
  try {
    root = JSON.parse(text);
  } catch (error) {
    add(`It is no JSON: ${(error as Error).message}.`);
  }
  const mapping = isObject(root) ? mappingOf(root, add) : undefined;
  if (root !== undefined && !mapping) add('It must be an object with "calibrations".');
  if (problems.length > 0 || !mapping) throw new BatonError(problems);
  return mapping;
}

type Add = (what: string) => void;

function mappingOf(root: JsonObject, add: Add): TestTypeMapping | undefined {
  if (!isObject(root.calibrations)) return undefined;
  const calibrations: Record<string, CalibrationMapping> = {};
  const filesOnly = new Set<string>();
  for (const [name, entry] of Object.entries(root.calibrations)) {
    if (entry === null) {
      filesOnly.add(name);
      continue;
    }
    const testType = isObject(entry) ? textOf(entry.testType) : undefined;
    if (!isObject(entry) || !testType)
      add(`${name} must be an object with "testType", or null if it has none.`);
    else
      calibrations[name] = {
        testType,
        properties: sourcesOf(`${name}.properties`, entry.properties ?? {}, add),
        results: sourcesOf(`${name}.results`, entry.results, add),
      };
  }
  return { assumed: root.assumed !== false, calibrations, filesOnly };
}

function sourcesOf(path: string, entry: unknown, add: Add): Record<string, Source> {
  if (!isObject(entry)) {
    add(`${path} must be an object.`);
    return {};
  }
  const sources: Record<string, Source> = {};
  for (const [code, value] of Object.entries(entry)) {
    const source = isObject(value) ? sourceOf(`${path}.${code}`, value, add) : undefined;
    if (source) sources[code] = { ...source, required: objectOf(value).required === true };
    else
      add(
        `${path}.${code} must be an object with one of measurement, chips, curve, breakdown, run, constant, compound.`,
      );
  }
  return sources;
}

function sourceOf(path: string, entry: JsonObject, add: Add): SourceOfValue | undefined {
  const unit = textOf(entry.unit) ?? '';
  const absolute = entry.absolute === true;
  const { measurement, chips, curve, breakdown, run, constant, compound } = entry;
  if (typeof measurement === 'string') return { from: 'measurement', name: measurement, unit, absolute };
  if (typeof chips === 'string') return { from: 'chips', name: chips, unit };
  if (typeof curve === 'string') {
    const orEach = textOf(entry.orEach);
    const like = textOf(entry.like) ?? 'voltage';
    return {
      from: 'curve',
      name: curve,
      unit,
      absolute,
      ...(orEach ? { orEach: { name: orEach, like } } : {}),
    };
  }
  if (breakdown === true)
    return { from: 'breakdown', unit, none: typeof entry.none === 'number' ? entry.none : -999 };
  if (typeof run === 'string') {
    const name = runFields.find((field) => field === run);
    if (!name) add(`${path}: "${run}" is none of ${runFields.join(', ')}.`);
    return { from: 'run', name: name ?? 'run' };
  }
  if (constant !== undefined) return { from: 'constant', value: constant };
  if (compound !== undefined)
    return { from: 'compound', parts: sourcesOf(`${path}.compound`, compound, add) };
  return undefined;
}
