import { formatDuration, formatSI } from '../base/quantityText.ts';
import type { Measurement } from '../base/verdict.ts';

export { formatDuration, formatSI };

export function formatVolts(volts: number): string {
  return `${Number(volts.toFixed(2))} V`;
}

export function formatAmperes(amperes: number): string {
  return formatSI(amperes, 'A');
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
