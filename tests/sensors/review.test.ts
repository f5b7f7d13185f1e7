import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseRanges } from '../../src/base/ranges.ts';
import { RunNumbers } from '../../src/sensors/database/runNumbers.ts';
import { judge } from '../../src/sensors/judged.ts';
import {
  changeDecisions,
  changeUploads,
  type ReviewedTest,
  startReview,
} from '../../src/sensors/review/review.ts';
import { cvText, ivText, readOne, thicknessText } from './samples.ts';

const review = () =>
  startReview(
    [ivText(), ivText({ Humidity: '50' }), cvText(), thicknessText('320.0').trimEnd()].map((text) =>
      judge(readOne(text)),
    ),
    ({ test }) => (test.testType === 'CV' ? { id: 'run7', same: true } : undefined),
  );

const uploads = (tests: ReviewedTest[] | { problem: string }) =>
  'problem' in tests ? tests.problem : tests.map(({ upload }) => upload);

test('only what passes and is not in the database is uploaded at first', () => {
  expect(uploads(review())).toEqual([true, false, false, false]);
});

test('ranges change what is uploaded and what is decided', () => {
  expect(uploads(changeUploads(review(), '0-1: yes; 0: no'))).toEqual([false, true, false, false]);
  const changed = changeDecisions(review(), '1: SoSo', 'the hygrometer was broken');
  expect('problem' in changed ? changed : changed[1]!.judged).toMatchObject({
    decision: 'SoSo',
    reason: 'the hygrometer was broken',
  });
});

test.each([
  ['0-9: yes', /no test 9/],
  ['2-1: yes', /backwards/],
  ['a: yes', /no number/],
  ['0: perhaps', /does not end in one of yes, no/],
  ['2: yes', /in the database already/],
  ['', /nothing is changed/],
])('"%s" is refused and changes nothing', (text, problem) => {
  expect(uploads(changeUploads(review(), text))).toMatch(problem);
});

test('a changed decision needs a reason, and a file that is not whole cannot be made to pass', () => {
  expect(uploads(changeDecisions(review(), '1: Pass', ' '))).toMatch(/needs a reason/);
  expect(uploads(changeDecisions(review(), '3: Pass', 'looks fine'))).toMatch(/not whole/);
});

test('ranges give each number once, in order, and never one that is not there', () => {
  const part = fc.tuple(fc.nat(30), fc.nat(30)).map(([a, b]) => (a < b ? `${a}-${b}` : `${a}`));
  fc.assert(
    fc.property(fc.array(part, { minLength: 1 }), fc.integer({ min: 1, max: 30 }), (parts, count) => {
      const found = parseRanges(parts.join(','), count);
      if ('problem' in found) return;
      expect([...new Set(found)].sort((a, b) => a - b)).toEqual(found);
      expect(found.every((index) => index >= 0 && index < count)).toBe(true);
    }),
  );
});

test('a run number that is taken becomes the next free one, within sensor and test type', () => {
  const [iv, other, cv] = [
    readOne(ivText()),
    readOne(ivText({ Component: '20USBSL0000099' })),
    readOne(cvText()),
  ];
  const numbers = new RunNumbers([
    { ...iv, runNumber: '7' },
    { ...iv, runNumber: '1' },
  ]);
  expect([iv, iv, other, cv, { ...cv, runNumber: undefined }].map((test) => numbers.next(test))).toEqual([
    '8',
    '9',
    '1',
    '1',
    '2',
  ]);
});
