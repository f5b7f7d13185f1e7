import { formatDuration, formatQuantity, formatSI } from '../base/quantityText.ts';
import type { Measurement } from '../base/verdict.ts';

export { formatDuration, formatSI };

export function formatVolts(volts: number): string {
  return `${Number(volts.toFixed(2))} V`;
}

export function formatAmperes(amperes: number): string {
  return formatSI(amperes, 'A');
}

/** `0:04`, `3:20`, `1:05:00`: minutes and seconds where room is short. */
export function formatClock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  const two = (value: number) => String(value).padStart(2, '0');
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** `leakage  1.2 µA  FAIL: above 1 µA`. What was judged without a number has none. */
export function formatMeasurement({ name, value, unit, verdict, flag }: Measurement): string {
  const why = flag === 'not measured' ? undefined : flag;
  const missing = verdict === 'PASS' || why !== undefined ? [] : ['not measured'];
  const words = [name, ...(value === undefined ? missing : [formatQuantity(value, unit)]), verdict];
  return `${words.join('  ')}${why === undefined ? '' : `: ${why}`}`;
}
