import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BatonError } from '../base/errors.ts';
import { type Measurement, type Verdict, worst } from '../base/verdict.ts';
import type { Module, SensorType } from '../station/station.ts';
import type { BreakdownRule } from './breakdown.ts';
import type { ModuleResults } from './category.ts';

/** The dated file that says what passes: config/criteria/*.json (schemas/criteria.schema.json). */
export interface Criteria {
  name: string;
  calibration: string;
  /** From this day on, `2026-11-01`. */
  date: string;
  cuts: readonly Cut[];
  /** iv_curve alone: the constants of the breakdown rule. */
  breakdown?: BreakdownRule;
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
  /** Where the limit comes from; assumed ones say so. */
  source: string;
  /** For the tester, when it does not pass. */
  hint?: string;
}

/** The criteria in force: of each calibration the newest file that is not of the future. A folder that is not there has none. */
export async function loadCriteria(directory: string, today = new Date()): Promise<Map<string, Criteria>> {
  const names = (await readdir(directory).catch(() => [] as string[]))
    .filter((name) => name.endsWith('.json'))
    .sort();
  const day = today.toISOString().slice(0, 10);
  const inForce = new Map<string, Criteria>();
  for (const name of names) {
    const criteria = await readCriteria(join(directory, name));
    if (!criteria || criteria.date > day) continue;
    const known = inForce.get(criteria.calibration);
    if (!known || known.date < criteria.date) inForce.set(criteria.calibration, criteria);
  }
  return inForce;
}

/** Undefined for criteria of another kind (wirebond pulls, sensors), which have no calibration. */
async function readCriteria(path: string): Promise<Criteria | undefined> {
  const text = await readFile(path, 'utf8');
  let value: Partial<Criteria>;
  try {
    value = JSON.parse(text) as Partial<Criteria>;
  } catch (error) {
    throw faulty(path, `it is no JSON: ${(error as Error).message}`);
  }
  if (value.calibration === undefined) return undefined;
  const { name, calibration, date, cuts, breakdown } = value;
  if (typeof name !== 'string' || typeof calibration !== 'string')
    throw faulty(path, 'it has no name or calibration');
  if (typeof date !== 'string' || !/^\d{4}-\d\d-\d\d$/.test(date))
    throw faulty(path, 'its date is not like 2026-11-01');
  if (!Array.isArray(cuts) || cuts.length === 0) throw faulty(path, 'it has no cuts');
  for (const cut of cuts) checkCut(path, cut);
  const sha256 = createHash('sha256').update(text).digest('hex');
  return { name, calibration, date, cuts, ...(breakdown ? { breakdown } : {}), sha256 };
}

function checkCut(path: string, { measurement, unit, min, max, source }: Partial<Cut>): void {
  if (typeof measurement !== 'string' || typeof unit !== 'string')
    throw faulty(path, 'a cut has no measurement or unit');
  if (typeof source !== 'string' || source === '')
    throw faulty(path, `the cut on ${measurement} does not say where it comes from`);
  const limits = [min, max].filter((limit) => limit !== undefined);
  if (limits.length === 0 || !limits.every(Number.isFinite))
    throw faulty(path, `the cut on ${measurement} has no limit`);
  if (min !== undefined && max !== undefined && min > max)
    throw faulty(path, `the cut on ${measurement} has min above max`);
}

function faulty(file: string, what: string): BatonError {
  return new BatonError({
    code: 'E4501',
    where: { file },
    what: `this criteria file cannot be used: ${what}.`,
    remedy: 'Correct it (docs/criteria.md, schemas/criteria.schema.json). Nothing is judged by half a file.',
  });
}

/** Judges what was measured of one module. A value that a cut asks for and that is not there never passes; unit for unit. */
export function judge(
  values: ModuleResults['values'],
  criteria: Criteria | undefined,
  module: Module,
): Judged {
  const cuts = (criteria?.cuts ?? []).filter(
    ({ sensorType }) => sensorType === undefined || sensorType === (module.sensorType ?? '3D'),
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
    flag: `${below ? `below ${cut.min}` : `above ${cut.max}`} ${unit}${hint}`,
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
