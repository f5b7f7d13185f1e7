import { scaleLinear, scaleLog } from 'd3-scale';
import { formatSI } from '../base/quantityText.ts';

export interface Axis {
  label: string;
  unit?: string | undefined;
  log?: boolean | undefined;
  /** Counts have no fractions between them. */
  whole?: boolean | undefined;
  /** The range shown; else that of the data. */
  domain?: readonly [number, number] | undefined;
}

/** An axis laid over a range of pixels. */
export interface Scale {
  (value: number): number;
  ticks: readonly { at: number; text: string }[];
  /** What is shown, from one end to the other. */
  domain: readonly [number, number];
  /** Whether the axis can show the value at all: a logarithmic one has no zero. */
  shows(value: number): boolean;
}

export function layAxis(
  axis: Axis,
  data: readonly [number, number],
  pixels: readonly [number, number],
  /** About so many ticks. */
  ticks = 8,
): Scale {
  const [low, high] = widened(axis.domain ?? data, axis.log ?? false);
  const scale = (axis.log ? scaleLog() : scaleLinear()).domain([low, high]).range(pixels);
  if (axis.domain === undefined) scale.nice();
  const found = axis.log ? decades(scale.domain() as [number, number]) : scale.ticks(ticks);
  const shown = axis.whole ? found.filter(Number.isInteger) : found;
  const format = tickText(axis, Math.max(Math.abs(low), Math.abs(high)), scale.tickFormat(ticks));
  return Object.assign((value: number) => scale(value), {
    domain: scale.domain() as [number, number],
    ticks: shown.map((tick) => ({ at: scale(tick), text: format(tick).replace('−', '-') })),
    shows: (value: number) => Number.isFinite(value) && (!axis.log || value > 0),
  });
}

/** The lowest and the highest value that the axis can show. */
export function extent(series: Iterable<ArrayLike<number>>, log = false): [number, number] {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const values of series)
    for (let i = 0; i < values.length; i += 1) {
      const value = values[i]!;
      if (!Number.isFinite(value) || (log && value <= 0)) continue;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  return low <= high ? [low, high] : log ? [0.1, 1] : [0, 1];
}

function widened([low, high]: readonly [number, number], log: boolean): [number, number] {
  if (low < high) return [low, high];
  if (log) return [low / 2, low * 2];
  const half = Math.abs(low) / 20 || 0.5;
  return [low - half, high + half];
}

/** Powers of ten; 1, 2 and 5 of each where there are few. */
function decades([low, high]: readonly [number, number]): number[] {
  const first = Math.floor(Math.log10(low));
  const last = Math.ceil(Math.log10(high));
  const steps = last - first > 4 ? [1] : [1, 2, 5];
  const ticks: number[] = [];
  const every = Math.max(1, Math.ceil((last - first) / 10));
  for (let power = first; power <= last; power += every)
    for (const step of steps) ticks.push(Number(`${step}e${power}`));
  return ticks.filter((tick) => tick >= low * (1 - 1e-9) && tick <= high * (1 + 1e-9));
}

/** A microampere is written as one, not as 0.000001 A. */
function tickText(
  { log, whole, unit = '' }: Axis,
  largest: number,
  plain: (value: number) => string,
): (value: number) => string {
  if (siUnits.has(unit) && (log || largest < 0.1)) return (value) => formatSI(value, unit);
  if (log) return powerText;
  // Counts of pixels: `12k` leaves room for the axis.
  if (unit === '' && largest >= 1e4) return (value) => (value === 0 ? '0' : `${value / 1000}k`);
  if (whole) return String;
  // 1/C² in pF⁻² is some 1e-8: written out it would run over the title of the axis.
  return largest < 1e-3 || largest >= 1e6 ? shortPower : plain;
}

function shortPower(value: number): string {
  return value === 0 ? '0' : Number(value.toPrecision(3)).toExponential().replace('e+', 'e');
}

const siUnits = new Set(['A', 'V', 'Ω', 's']);

/** One value with the unit of its axis. */
export function valueText(value: number, unit: string): string {
  return siUnits.has(unit) ? formatSI(value, unit) : `${value} ${unit}`.trim();
}

function powerText(value: number): string {
  return value >= 1e-3 && value < 1e5 ? String(Number(value.toPrecision(3))) : value.toExponential(0);
}

/** `Voltage [V]`. */
export function axisTitle({ label, unit }: Axis): string {
  return unit ? `${label} [${unit}]` : label;
}
