import type { Problem } from '../base/errors.ts';
import type { Module } from '../station/station.ts';
import { type ModuleResults, type StepFiles, tableOf } from './category.ts';
import { type NumberTable, quantity } from './table.ts';

/** Above this part of the largest current the regulators are expected to regulate [assumed; the knee lies below 3/4]. */
const regulatedFrom = 0.75;

/**
 * Reads the shunt-LDO curves of a module: current, input voltage, VDDA and VDDD of each chip. The key numbers are those
 * of the upper quarter of the current range, where a working regulator holds its voltage.
 */
export async function readSldoResults(files: StepFiles, module: Module): Promise<ModuleResults> {
  const found = await tableOf(files, module, (table) => currentOf(table) !== undefined);
  if (!found)
    return {
      values: {},
      problems: [unusable(`module ${module.index} (${module.name})`, 'no CSV file names it')],
    };
  const { name, table } = found;
  const current = table && currentOf(table);
  if (!table || !current || current.length < 3)
    return { values: {}, problems: [unusable(name, 'it has no current column, or no points')] };
  if (table.flaw) return { values: {}, problems: [unusable(name, table.flaw)] };
  if (!current.every(Number.isFinite))
    return { values: {}, problems: [unusable(name, 'a current in it is no number')] };
  if (wayDownMissing(current))
    return {
      values: {},
      problems: [unusable(name, `it ends at ${current.at(-1)} A, and the way down is missing`)],
    };
  return { values: keyNumbers(table, current, module.chips.length), problems: [] };
}

function currentOf(table: NumberTable): readonly number[] | undefined {
  return quantity(table, 'A', /^current/i);
}

/** The current goes up and comes down again: a curve that ends on its way has not seen what it should. */
function wayDownMissing(current: readonly number[]): boolean {
  const top = Math.max(...current);
  const [first, last] = [current[0]!, current.at(-1)!];
  return last > Math.max(first, regulatedFrom * top) + 0.02 * top;
}

function keyNumbers(
  table: NumberTable,
  current: readonly number[],
  chipCount: number,
): ModuleResults['values'] {
  const top = Math.max(...current);
  const regulated = current.flatMap((amperes, i) => (amperes >= regulatedFrom * top ? [i] : []));
  const values: Record<string, { value: number | undefined; unit: string }> = {};
  for (const rail of silentRails(table, chipCount)) {
    values[`${rail}_min`] = { value: undefined, unit: 'V' };
    values[`${rail}_max`] = { value: undefined, unit: 'V' };
  }
  for (const [k, rail] of table.columns.entries()) {
    if (!railColumn.test(rail)) continue;
    const volts = regulated.map((i) => table.rows[i]![k]!).filter(Number.isFinite);
    // A chip that the module does not have leaves its column empty; one that went silent half-way does not.
    if (table.rows.every((row) => !Number.isFinite(row[k]!))) continue;
    values[`${rail}_min`] = {
      value: volts.length === regulated.length ? Math.min(...volts) : undefined,
      unit: 'V',
    };
    values[`${rail}_max`] = {
      value: volts.length === regulated.length ? Math.max(...volts) : undefined,
      unit: 'V',
    };
  }
  const input = quantity(table, 'V', /^VIN$/i) ?? quantity(table, 'V', /^voltage/i);
  values.VIN_slope = { value: input && slope(regulated.map((i) => [current[i]!, input[i]!])), unit: 'Ohm' };
  values.VIN_max = { value: input && finite(Math.max(...input.filter(Number.isFinite))), unit: 'V' };
  values.current_max = { value: top, unit: 'A' };
  return values;
}

const railColumn = /^VDD[AD]_?(?:ROC)?\d$/;

/**
 * Rails of chips that the module has and the file tells nothing of. Which column a missing chip would have had nobody
 * says, so the lowest empty ones stand for it: what counts is that it is missed.
 */
function silentRails(table: NumberTable, chipCount: number): string[] {
  return ['VDDA', 'VDDD'].flatMap((net) => {
    const told = table.columns.filter(
      (name, k) =>
        railColumn.test(name) && name.startsWith(net) && table.rows.some((row) => Number.isFinite(row[k]!)),
    );
    const empty = Array.from({ length: chipCount }, (_, n) => `${net}_ROC${n}`).filter(
      (name) => !told.includes(name),
    );
    return empty.slice(0, Math.max(0, chipCount - told.length));
  });
}

/** Least squares: of the input against the current, the effective resistance of the shunt regulators in parallel. */
function slope(points: readonly (readonly [number, number])[]): number | undefined {
  const good = points.filter(([x, y]) => Number.isFinite(x) && Number.isFinite(y));
  const meanX = mean(good.map(([x]) => x));
  const meanY = mean(good.map(([, y]) => y));
  const sxx = good.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  const sxy = good.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0);
  return sxx > 0 ? sxy / sxx : undefined;
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, one) => sum + one, 0) / numbers.length;
}

function finite(value: number): number | undefined {
  return Number.isFinite(value) ? value : undefined;
}

function unusable(file: string, why: string): Problem {
  return {
    code: 'E4313',
    where: { file },
    what: `the SLDO curves cannot be used: ${why}.`,
    remedy: 'The file is kept as it is. Check the probe card, and measure again.',
  };
}
