import { parseChanges, parseRanges } from '../base/ranges.ts';
import type { ReviewRow, UploadDecision } from './uploads.ts';

type Outcome = ReviewRow[] | { problem: string };

/** What is uploaded if nobody changes it: what passed, and is not in the database already. */
export function uploadedByDefault({ verdict, known }: Pick<ReviewRow, 'verdict' | 'known'>): boolean {
  return verdict === 'PASS' && known !== 'confirmed';
}

const yesNo = { yes: 'yes', y: 'yes', no: 'no', n: 'no' } as const;

/** `0-3,7`: these and no others. `0-2: yes; 5: no`: these change, the others stay as they are. */
export function chooseRows(rows: readonly ReviewRow[], text: string): Outcome {
  if (!text.includes(':')) {
    const chosen = parseRanges(text, rows.length);
    return 'problem' in chosen ? chosen : rows.map((row, i) => ({ ...row, upload: chosen.includes(i) }));
  }
  const changes = parseChanges<'yes' | 'no'>(text, rows.length, yesNo);
  if ('problem' in changes) return changes;
  const said = new Map(changes.map(({ index, word }) => [index, word === 'yes']));
  return rows.map((row, i) => ({ ...row, upload: said.get(i) ?? row.upload }));
}

/** The other choice for one row. */
export function toggled(rows: readonly ReviewRow[], at: number): ReviewRow[] {
  return rows.map((row, i) => (i === at ? { ...row, upload: !row.upload } : row));
}

/** A person's word for one row, or his word taken back. One that he lets pass is uploaded, one that he fails is not. */
export function decided(
  rows: readonly ReviewRow[],
  at: number,
  decision: UploadDecision | undefined,
): Outcome {
  if (decision && decision.reason.trim() === '') return { problem: 'a changed decision needs a reason' };
  return rows.map((row, i) => {
    if (i !== at) return row;
    const { decision: _before, ...judged } = row;
    if (!decision) return { ...judged, upload: uploadedByDefault(judged) };
    return { ...judged, decision, upload: decision.passed };
  });
}
