import type { FieldDifference } from '../../itkdb/testRuns/compareTestRuns.ts';
import type { ComparedField } from '../../terminal/uploads.ts';
import { tableText } from './table.ts';

/** Two test runs side by side; long lists are shortened. */
export function differenceTable(fields: readonly FieldDifference[]): string {
  return tableText(
    ['  field', 'earlier', 'new', 'change'],
    fields
      .map(comparedField)
      .map(({ field, earlier, new: now, change }) => [`  ${field}`, short(earlier), short(now), change]),
  );
}

export function comparedField({ field, old, new: now, state, change, cut }: FieldDifference): ComparedField {
  const by =
    change === undefined || change === 0 ? '' : `${change > 0 ? '+' : ''}${Number(change.toPrecision(6))}`;
  const words = [
    by,
    state === 'same' ? '' : state,
    cut ? (cut.kept ? 'within its cut' : 'BEYOND ITS CUT') : '',
  ];
  return {
    field,
    earlier: shown(old),
    new: shown(now),
    change: words.filter(Boolean).join(', '),
    same: state === 'same',
  };
}

function shown(value: unknown): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function short(text: string): string {
  return text.length > 32 ? `${text.slice(0, 31)}…` : text;
}
