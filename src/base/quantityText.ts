/** Numbers with their units as people read them, on a terminal and on a page alike. */

const prefixes = [
  [1, ''],
  [1e-3, 'm'],
  [1e-6, 'µ'],
  [1e-9, 'n'],
  [1e-12, 'p'],
] as const;

/** `1.234 µA`: four figures, if nobody wants more, and the prefix that suits. */
export function formatSI(value: number, unit: string, figures = 4): string {
  if (value === 0 || !Number.isFinite(value)) return `${value} ${unit}`;
  const [scale, prefix] = prefixes.find(([one]) => Math.abs(value) >= one) ?? prefixes.at(-1)!;
  return `${Number((value / scale).toPrecision(figures))} ${prefix}${unit}`;
}

const prefixed = new Set(['A', 'V', 'Ω', 's']);

/** `1.234 µA`, `51.45 e`, `20 °C`: what was measured, in the units that results are written in; prefixes for SI units alone. */
export function formatQuantity(value: number, unit: string, figures?: number): string {
  if (unit === 'mOhm') return formatSI(value / 1000, 'Ω', figures);
  const shown = unit === 'C' ? '°C' : unit.replace('Ohm', 'Ω');
  if (prefixed.has(shown)) return formatSI(value, shown, figures);
  return `${Number(value.toPrecision(figures ?? 5))} ${shown}`.trimEnd();
}

/** A limit as it was written, with every figure: a value beside it must not seem to be within. */
export function formatLimit(value: number, unit: string): string {
  return formatQuantity(value, unit, 12);
}

/** `4.2 s`, `12 min 5 s`, `1 h 40 min`. */
export function formatDuration(seconds: number): string {
  if (seconds < 60) return `${seconds < 10 ? Number(seconds.toFixed(1)) : Math.round(seconds)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.round((whole % 3600) / 60)} min`;
}

/** `1 batch`, `3 batches`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
