import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BatonError, type Problem } from '../base/errors.ts';
import { readJson } from '../base/jsonFile.ts';
import { nearest } from '../base/nearest.ts';
import { formatLimit } from '../base/quantityText.ts';
import { type Measurement, type Verdict, worst } from '../base/verdict.ts';
import type { Module, SensorType } from '../station/station.ts';
import type { BreakdownRule } from './breakdown.ts';
import { catalogue } from './catalogue.ts';
import type { ModuleResults } from './category.ts';
import { validators } from './validators.ts';

/** The dated file that says what passes: config/criteria/*.json (schemas/criteria.schema.json). */
export interface Criteria {
  name: string;
  calibration: string;
  /** From this day on, `2026-11-01`. */
  date: string;
  cuts: readonly Cut[];
  /** iv_curve alone: the constants of the breakdown rule. */
  breakdown?: BreakdownRule;
  /** The file and its text, to be kept with what was judged by it. */
  file: string;
  text: string;
  sha256: string;
}

/** Limits are inclusive. */
export interface Cut {
  /** A measurement's name; `*` stands for anything, and then every measurement that matches is judged, at least one. */
  measurement: string;
  unit: string;
  min?: number;
  max?: number;
  sensorType?: SensorType;
  /** For modules with an lv channel, or for bare ones; not given: for both. */
  module?: 'powered' | 'bare';
  /** Where the limit comes from; assumed ones say so. */
  source: string;
  /** For the tester, when it does not pass. */
  hint?: string;
}

/**
 * The criteria in force: of each calibration the newest file that is not of the future. A folder that is not there has
 * none.
 *
 * @throws E4501 with every problem of every file: nothing is judged by half of them.
 */
export async function loadCriteria(directory: string, today = new Date()): Promise<Map<string, Criteria>> {
  const files = await Promise.all(
    (await jsonFiles(directory)).map((name) => readCriteria(join(directory, name))),
  );
  const all = files.flatMap(({ criteria }) => criteria ?? []);
  const problems = [...files.flatMap((file) => file.problems), ...twiceOnOneDay(all)];
  if (problems.length > 0) throw new BatonError(problems);
  const day = today.toISOString().slice(0, 10);
  const inForce = new Map<string, Criteria>();
  for (const criteria of all.filter(({ date }) => date <= day)) {
    const known = inForce.get(criteria.calibration);
    if (!known || known.date < criteria.date) inForce.set(criteria.calibration, criteria);
  }
  return inForce;
}

async function jsonFiles(directory: string): Promise<string[]> {
  const names = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return names.filter((name) => /\.json$/i.test(name)).sort();
}

/** Neither criteria nor problems for those of another kind (wirebond pulls, sensors), which have no calibration. */
async function readCriteria(file: string): Promise<{ criteria?: Criteria; problems: Problem[] }> {
  const text = await readFile(file, 'utf8');
  if (!isOfCalibration(text)) return { problems: [] };
  const read = readJson<Omit<Criteria, 'file' | 'text' | 'sha256'>>(
    { file, text },
    validators.criteria,
    'E4501',
  );
  if (!read.value) return { problems: read.problems };
  const { name, calibration, date, cuts, breakdown } = read.value;
  const problems = cuts
    .filter(({ min, max }) => min !== undefined && max !== undefined && min > max)
    .map(({ measurement }) => faulty(file, `the cut on ${measurement} has its min above its max`));
  // Passed over, either would leave an older file in force.
  if (!catalogue.has(calibration)) problems.push(faulty(file, noCalibration(calibration)));
  if (!isDay(date)) problems.push(faulty(file, `"${date}" is no day`));
  const sha256 = createHash('sha256').update(text).digest('hex');
  const criteria = { name, calibration, date, cuts, ...(breakdown ? { breakdown } : {}), file, text, sha256 };
  return { criteria, problems };
}

/** A file that is no JSON counts: what it was meant to be nobody knows, and it must not be passed over. */
function isOfCalibration(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
    return typeof value !== 'object' || value === null || 'calibration' in value || 'cuts' in value;
  } catch {
    return true;
  }
}

function noCalibration(name: string): string {
  const meant = nearest(name, [...catalogue.keys()]);
  return `"${name}" is no calibration${meant === undefined ? '' : `; did you mean "${meant}"`}`;
}

function isDay(date: string): boolean {
  const day = new Date(date);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(date);
}

/** Which of the two counts would be chance. */
function twiceOnOneDay(all: readonly Criteria[]): Problem[] {
  return all.flatMap((one, i) => {
    const other = all
      .slice(0, i)
      .find(({ calibration, date }) => calibration === one.calibration && date === one.date);
    return other ? [faulty(one.file, `${other.file} is for ${one.calibration} from the same day on`)] : [];
  });
}

function faulty(file: string, what: string): Problem {
  return {
    code: 'E4501',
    where: { file },
    what: `These criteria cannot be used: ${what}.`,
    remedy: 'Correct it (docs/criteria.md, schemas/criteria.schema.json). Nothing is judged by half a file.',
  };
}

/** Judges what was measured of one module. A value that a cut asks for and that is not there never passes; unit for unit. */
export function judge(
  values: ModuleResults['values'],
  criteria: Criteria | undefined,
  module: Module,
): Judged {
  const cuts = (criteria?.cuts ?? []).filter(
    ({ sensorType, module: kind }) =>
      (sensorType === undefined || sensorType === (module.sensorType ?? '3D')) &&
      (kind === undefined || kind === (module.channels.lv ? 'powered' : 'bare')),
  );
  const judged = cuts.flatMap((cut) => judgeCut(values, cut));
  const names = new Set(judged.map(({ name }) => name));
  const others = Object.entries(values)
    .filter(([name]) => !names.has(name))
    .map(([name, { value, unit }]): Measurement => ({ name, value, unit, verdict: 'NONE' }));
  // What no cut asks for is shown, and counts neither way.
  return {
    verdict: worst(judged.map(({ verdict }) => verdict)),
    measurements: [...mergeByName(judged), ...others],
  };
}

export interface Judged {
  /** NONE when nothing was judged: no criterion, no verdict. */
  verdict: Verdict;
  measurements: Measurement[];
}

function judgeCut(values: ModuleResults['values'], cut: Cut): Measurement[] {
  const pattern = new RegExp(
    `^${cut.measurement.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`,
  );
  const matching = Object.entries(values).filter(([name]) => pattern.test(name));
  if (matching.length === 0) return [missing(cut, cut.measurement)];
  return matching.map(([name, { value, unit }]) => judgeValue(cut, name, value, unit));
}

function judgeValue(cut: Cut, name: string, value: number | undefined, unit: string): Measurement {
  if (value === undefined || !Number.isFinite(value)) return missing(cut, name);
  const limits = {
    ...(cut.min === undefined ? {} : { min: cut.min }),
    ...(cut.max === undefined ? {} : { max: cut.max }),
  };
  const base = { name, value, unit, ...limits, source: cut.source };
  if (unit !== cut.unit)
    return { ...base, verdict: 'ERROR', flag: `measured in ${unit}, the criterion is in ${cut.unit}` };
  const below = cut.min !== undefined && value < cut.min;
  const above = cut.max !== undefined && value > cut.max;
  if (!below && !above) return { ...base, verdict: 'PASS' };
  const hint = cut.hint ? `; ${cut.hint}` : '';
  return {
    ...base,
    verdict: 'FAIL',
    flag: `${below ? `below ${formatLimit(cut.min!, unit)}` : `above ${formatLimit(cut.max!, unit)}`}${hint}`,
  };
}

function missing(cut: Cut, name: string): Measurement {
  return { name, unit: cut.unit, verdict: 'NONE', source: cut.source, flag: 'not measured' };
}

/** Two cuts on one measurement are one line with the worse verdict. */
function mergeByName(judged: readonly Measurement[]): Measurement[] {
  const merged = new Map<string, Measurement>();
  for (const one of judged) {
    const known = merged.get(one.name);
    merged.set(one.name, known ? { ...known, ...one, verdict: worst([known.verdict, one.verdict]) } : one);
  }
  return [...merged.values()];
}

/** The constants in force; without a criteria file those of dirigent, and the 3D sensor's depletion voltage as assumed. */
export function breakdownRule(criteria: ReadonlyMap<string, Criteria>): BreakdownRule {
  return criteria.get('iv_curve')?.breakdown ?? defaultRule;
}

const defaultRule: BreakdownRule = { rise: 0.2, step: 5, depletion: { '3D': 10, planar: 60 }, floor: 5e-9 };
