import type { Measurement } from '../base/verdict.ts';

const prefixes = [
  [1, ''],
  [1e-3, 'm'],
  [1e-6, 'µ'],
  [1e-9, 'n'],
  [1e-12, 'p'],
] as const;

/** `1.234 µA`: four figures and the prefix that suits. */
export function formatSI(value: number, unit: string): string {
  if (value === 0 || !Number.isFinite(value)) return `${value} ${unit}`;
  const [scale, prefix] = prefixes.find(([one]) => Math.abs(value) >= one) ?? prefixes.at(-1)!;
  return `${Number((value / scale).toPrecision(4))} ${prefix}${unit}`;
}

export function formatVolts(volts: number): string {
  return `${Number(volts.toFixed(2))} V`;
}

export function formatAmperes(amperes: number): string {
  return formatSI(amperes, 'A');
}

/** `4.2 s`, `12 min 5 s`, `1 h 40 min`. */
export function formatDuration(seconds: number): string {
  if (seconds < 60) return `${seconds < 10 ? Number(seconds.toFixed(1)) : Math.round(seconds)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.round((whole % 3600) / 60)} min`;
}

/** `0:04`, `3:20`, `1:05:00`: minutes and seconds where room is short. */
export function formatClock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  const two = (value: number) => String(value).padStart(2, '0');
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** `leakage 1.2 µA  FAIL: above 1e-6 A`. */
export function formatMeasurement({ name, value, unit, verdict, flag }: Measurement): string {
  const number =
    value === undefined
      ? 'not measured'
      : unit === 'A' || unit === 'V'
        ? formatSI(value, unit)
        : `${Number(value.toPrecision(5))} ${unit}`;
  return `${name}  ${number}  ${verdict}${flag && flag !== 'not measured' ? `: ${flag}` : ''}`;
}
