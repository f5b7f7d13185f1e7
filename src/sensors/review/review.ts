import { parseChanges } from '../../base/ranges.ts';
import type { Decision } from '../analyses/analysis.ts';
import { inOrder, type JudgedTest } from '../judged.ts';

/** A test that waits for a person's word. */
export interface ReviewedTest {
  judged: JudgedTest;
  upload: boolean;
  /** The database's test run of the same sensor, type, segment and moment. */
  inDatabase?: { id: string; same: boolean } | undefined;
}

/** What is to be uploaded at first: what passes, is not in the database and can be uploaded at all. */
export function startReview(
  tests: readonly JudgedTest[],
  inDatabase: (judged: JudgedTest) => ReviewedTest['inDatabase'] = () => undefined,
): ReviewedTest[] {
  return [...tests].sort(inOrder).map((judged) => {
    const found = inDatabase(judged);
    return { judged, upload: judged.decision === 'Pass' && !found, inDatabase: found };
  });
}

type Outcome = ReviewedTest[] | { problem: string };

const yesNo: Record<string, 'yes' | 'no'> = {
  yes: 'yes',
  y: 'yes',
  true: 'yes',
  no: 'no',
  n: 'no',
  false: 'no',
};

/** `0-2: yes; 5: no`. What is in the database already cannot be uploaded again. */
export function changeUploads(tests: readonly ReviewedTest[], text: string): Outcome {
  const changes = parseChanges(text, tests.length, yesNo);
  if ('problem' in changes) return changes;
  const again = changes.find(({ index, word }) => word === 'yes' && tests[index]!.inDatabase?.same);
  if (again) return { problem: `test ${again.index} is in the database already` };
  return applied(tests, changes, (test, word) => ({ ...test, upload: word === 'yes' }));
}

const decisions: Record<string, Decision> = { pass: 'Pass', soso: 'SoSo', fail: 'Fail', measerr: 'MeasErr' };

/** `0,1-3: Pass; 2: Fail`, with the reason that is recorded with each. */
export function changeDecisions(tests: readonly ReviewedTest[], text: string, reason: string): Outcome {
  if (reason.trim() === '') return { problem: 'a changed decision needs a reason' };
  const changes = parseChanges(text, tests.length, decisions);
  if ('problem' in changes) return changes;
  const whole = changes.find(
    ({ index, word }) =>
      word !== 'MeasErr' && word !== 'Fail' && tests[index]!.judged.test.incomplete !== undefined,
  );
  if (whole) return { problem: `the file of test ${whole.index} is not whole, so it cannot pass` };
  const two = changes.find(({ index }) => tests[index]!.judged.test.contradiction !== undefined);
  if (two) return { problem: `the file of test ${two.index} names two sensors, so nothing is decided` };
  return applied(tests, changes, (test, decision) => ({
    ...test,
    judged: {
      ...test.judged,
      decision,
      reason: decision === test.judged.analysis.decision ? undefined : reason,
    },
  }));
}

function applied<Word>(
  tests: readonly ReviewedTest[],
  changes: readonly { index: number; word: Word }[],
  change: (test: ReviewedTest, word: Word) => ReviewedTest,
): ReviewedTest[] {
  const result = [...tests];
  for (const { index, word } of changes) result[index] = change(result[index]!, word);
  return result;
}
