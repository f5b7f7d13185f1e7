import type { Amperes, Seconds, Volts } from '../../base/units.ts';
import { column, type NumberTable, quantity } from '../../calibrations/table.ts';

/** Shunt-LDO curves of a module on the way up: the current that was set and the voltages at it. */
export interface SldoCurve {
  current: readonly Amperes[];
  /** At the supply. */
  supply?: readonly Volts[];
  /** At the module. */
  input?: readonly Volts[];
  /** When each point was measured, station seconds since the step began; absent: the file does not tell. */
  seconds?: readonly Seconds[];
  rails: readonly { name: string; chip: string; volts: readonly Volts[]; knee?: Amperes }[];
}

/** A regulator has reached its voltage when it is within 2 % of it. */
const reached = 0.98;
/** Above this part of the largest current the regulators are expected to regulate. */
const regulatedFrom = 0.75;

/** Undefined when the table has no current column, or no points. */
export function sldoCurve(table: NumberTable): SldoCurve | undefined {
  const all = quantity(table, 'A', /^current/i);
  if (!all) return undefined;
  // The last column is `up` or `down`, no number; the way up ends where the current is largest.
  const last = all.indexOf(Math.max(...all));
  if (last < 1) return undefined;
  const up = (values: readonly number[]) => values.slice(0, last + 1);
  const current = up(all);
  const rails = table.columns.flatMap((name, i) => {
    const chip = /^VDD[AD]_?(?:ROC)?(\d+)$/.exec(name)?.[1];
    const volts = up(table.rows.map((row) => row[i]!));
    if (chip === undefined || !volts.some(Number.isFinite)) return [];
    const knee = kneeOf(current, volts);
    return [{ name, chip, volts, ...(knee === undefined ? {} : { knee }) }];
  });
  const input = quantity(table, 'V', /^VIN$/i);
  const supply = quantity(table, 'V', /^voltage/i);
  const seconds = column(table, /^time \(s\)$/i);
  return {
    current,
    ...(seconds ? { seconds: up(seconds) } : {}),
    ...(input ? { input: up(input) } : {}),
    ...(supply ? { supply: up(supply) } : {}),
    rails,
  };
}

/**
 * The current from which on the regulator holds its voltage: 98 % of the median in the upper quarter, between the
 * points on either side. Undefined when it never does, or falls out of it again.
 */
export function kneeOf(current: readonly Amperes[], volts: readonly Volts[]): Amperes | undefined {
  const top = Math.max(...current);
  const regulated = volts.filter((volt, i) => Number.isFinite(volt) && current[i]! >= regulatedFrom * top);
  if (regulated.length === 0) return undefined;
  const held = reached * median(regulated);
  let first = volts.length;
  while (first > 0 && volts[first - 1]! >= held) first -= 1;
  if (first === volts.length) return undefined;
  if (first === 0) return current[0];
  const [below, above] = [volts[first - 1]!, volts[first]!];
  if (!Number.isFinite(below)) return current[first];
  return current[first - 1]! + ((held - below) / (above - below)) * (current[first]! - current[first - 1]!);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2 === 1 ? sorted[Math.floor(middle)]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
