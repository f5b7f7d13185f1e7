import { formatQuantity } from '../../base/quantityText.ts';
import { escapeHtml } from '../../plots/html.ts';

/**
 * Words that somebody else wrote (a name, a note, a line of a log): shown as they are, never as markup, and with a
 * direction of their own, so that a right-to-left name cannot turn round what stands beside it.
 */
export function words(text: string): string {
  return `<bdi>${escapeHtml(text)}</bdi>`;
}

/** `2026-11-20 12:36:43 UTC`. */
export function moment(t: number): string {
  return `${new Date(t).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** The same where it must not be broken: in a cell of a table. */
export function when(t: number): string {
  return `<span class="when">${moment(t)}</span>`;
}

/** `2026-11-20`. */
export function day(t: number): string {
  return new Date(t).toISOString().slice(0, 10);
}

/** `1.234 µA`, or that it was not measured. */
export function quantity(value: number | undefined, unit: string): string {
  return value === undefined ? 'not measured' : formatQuantity(value, unit);
}

/** `leakage_at_operating_voltage_20C` → `leakage at operating voltage, at 20 °C`. */
export function spoken(name: string): string {
  return name
    .replace(/^chip(\d+)_/, 'chip $1 ')
    .replace(/_(-?\d+)C$/, ', at $1 °C')
    .replace(/_s_curve/, '_S-curve')
    .replaceAll('_', ' ');
}

/** The first letter of a sentence. */
export function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
