import { isUnit } from './units.ts';
import type { Verdict } from './verdict.ts';

/** Inclusive, and open where a side is left out or null. */
export interface Limits {
  min?: number | null;
  max?: number | null;
  unit?: string;
}

export interface Measurement {
  name: string;
  value: number | boolean | string;
  unit: string;
  min?: number;
  max?: number;
  /** Absent: recorded, and not judged. */
  verdict?: Verdict;
}

const longestName = 128;
const longestText = 128;

/**
 * Judges one value at full precision: a number against its limits, true and false by themselves, a text not at all. What
 * is not finite fails, with limits or without.
 *
 * @throws TypeError when the limits or the value are none, rather than judging by half of them.
 */
export function judge(name: string, value: unknown, limits: Limits = {}): Measurement {
  if (typeof name !== 'string' || name === '' || name.length > longestName)
    throw new TypeError(`a measurement needs a name of 1 to ${longestName} characters`);
  const { min, max, unit } = readLimits(name, limits);
  if (typeof value === 'boolean' || typeof value === 'string') {
    if (min !== undefined || max !== undefined)
      throw new TypeError(`${name}: limits are for numbers, and this is a ${typeof value}`);
    if (typeof value === 'boolean') return { name, value, unit, verdict: value ? 'PASS' : 'FAIL' };
    return { name, value: value.trimEnd().slice(0, longestText), unit };
  }
  if (typeof value !== 'number')
    throw new TypeError(
      `${name}: a value is a number, true, false or a text, not ${value === null ? 'null' : typeof value}`,
    );

  const limited = { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) };
  if (!Number.isFinite(value)) return { name, value: String(value), unit, ...limited, verdict: 'FAIL' };
  const measurement = { name, value, unit, ...limited };
  if (min === undefined && max === undefined) return measurement;
  const within = (min === undefined || value >= min) && (max === undefined || value <= max);
  return { ...measurement, verdict: within ? 'PASS' : 'FAIL' };
}

function readLimits(
  name: string,
  limits: Limits,
): { min: number | undefined; max: number | undefined; unit: string } {
  if (typeof limits !== 'object' || limits === null)
    throw new TypeError(`${name}: limits are an object, { min, max, unit }`);
  const other = Object.keys(limits).find((key) => !['min', 'max', 'unit'].includes(key));
  if (other !== undefined)
    throw new TypeError(
      `${name}: limits have min, max and unit; ${JSON.stringify(other)} would judge nothing`,
    );
  const { min, max, unit = '' } = limits;
  for (const [side, limit] of Object.entries({ min, max }))
    if (limit !== undefined && limit !== null && (typeof limit !== 'number' || !Number.isFinite(limit)))
      throw new TypeError(`${name}: ${side} is no number: ${JSON.stringify(limit)}`);
  if (typeof min === 'number' && typeof max === 'number' && min > max)
    throw new TypeError(`${name}: min ${min} is above max ${max}`);
  if (!isUnit(unit)) throw new TypeError(`${name}: ${JSON.stringify(unit)} is not a known unit`);
  return { min: min ?? undefined, max: max ?? undefined, unit };
}
