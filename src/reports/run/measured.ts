import type { Measurement } from '../../base/verdict.ts';
import type { ModuleRecord } from '../../journal/record.ts';
import { quantity } from '../page/text.ts';

/** A value as it is to be understood: none found counts as the voltage that was reached, and is no breakdown there. */
export function measuredText({ name, value, unit }: Measurement, module: ModuleRecord | undefined): string {
  const text = quantity(value, unit);
  if (value === undefined) return text;
  if (name === 'breakdown_voltage' && module?.breakdown?.found === 'none') return `none up to ${text}`;
  if (unit === '' && /(^|_)answers$/.test(name)) return value === 1 ? 'yes' : 'no';
  return text;
}
