import type { FieldDifference } from '../../itkdb/compareTestRuns.ts';
import { tableText } from './table.ts';

/** Two test runs side by side; long lists are shortened. */
export function differenceTable(fields: readonly FieldDifference[]): string {
  return tableText(
    ['  field', 'earlier', 'new', 'change', ''],
    fields.map(({ field, old, new: now, state, change, cut }) => [
      `  ${field}`,
      shown(old),
      shown(now),
      change === undefined || change === 0 ? '' : `${change > 0 ? '+' : ''}${Number(change.toPrecision(6))}`,
      [state === 'same' ? '' : state, cut ? (cut.kept ? 'within its cut' : 'BEYOND ITS CUT') : '']
        .filter(Boolean)
        .join(', '),
    ]),
  );
}

function shown(value: unknown): string {
  if (value === undefined) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 32 ? `${text.slice(0, 31)}…` : text;
}
