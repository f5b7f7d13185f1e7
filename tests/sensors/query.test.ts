import fc from 'fast-check';
import { expect, test } from 'vitest';
import { judge } from '../../src/sensors/judged.ts';
import { listed, listedFields } from '../../src/sensors/listing.ts';
import { parseQuestion } from '../../src/sensors/query/query.ts';
import { bowText, cvText, ivText, readOne } from './samples.ts';

const tests = [
  ivText(),
  ivText({ Wafer: '164', Date: '05 Mar 2019', Humidity: '36.8' }),
  cvText({ Wafer: '175' }),
  bowText({ Batch: 'VPX80000' }),
].map((text) => listed(judge(readOne(text))));

const answers = (question: string) =>
  tests
    .map((one, i) => [parseQuestion(question, listedFields)(one), i] as const)
    .flatMap(([yes, i]) => (yes ? [i] : []));

test.each([
  ['testType=IV and timestamp>2020-01-01', [0]],
  ['testType=iv', [0, 1]],
  ['testType=metrology or testType=ATLAS18_CV_TEST_V1', [2, 3]],
  ['wafer in (164, 175)', [1, 2]],
  ['not wafer in (164, 175) and batch != VPX80000', [0]],
  ['flags~"humidity exceeded"', [1]],
  ['decision=Pass and not (testType=CV or testType=bow)', [0]],
  ['timestamp=2019-03', [1]],
  ['depletionVoltage_V>200 and depletionVoltage_V<=300', [2]],
  ['depletionVoltage_V is missing', [0, 1, 3]],
  ['maximumBow_um is not missing', [3]],
  ["institute='LAB' and temperature_C<21", [0, 1, 2]],
  ['wafer>=164', [1, 2]],
  ['comments!~nothing', [0, 1, 2, 3]],
])('%s', (question, expected) => {
  expect(answers(question)).toEqual(expected);
});

test.each([
  ['testTyp=IV', /character 1: "testTyp" is no field; did you mean testType\?/],
  ['testType', /character 9: a comparison is expected/],
  ['testType=IV and', /character 16: the name of a field is expected/],
  ['(testType=IV', /a bracket is not closed/],
  ['testType=IV wafer=1', /character 13: "wafer" is not expected here/],
  ['wafer in 164', /a list in brackets/],
  ['', /the name of a field is expected/],
])('"%s" is refused with the place', (question, message) => {
  expect(() => parseQuestion(question, listedFields)).toThrow(message);
});

test('no text makes the reader of questions fail otherwise than with its own error', () => {
  const word = fc.constantFrom(
    'testType',
    'wafer',
    '=',
    '<',
    '~',
    '(',
    ')',
    'and',
    'or',
    'not',
    'in',
    'is',
    '"a',
    "'",
    ',',
    ' ',
    '1',
    'x',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(word, { maxLength: 300 }).map((words) => words.join(' ')),
      ),
      (question) => {
        try {
          parseQuestion(question, listedFields)(tests[0]!);
        } catch (error) {
          expect((error as { code?: string }).code).toBe('E9305');
        }
      },
    ),
    { numRuns: 1000 },
  );
});

test('a list names file, type, batch, wafer, moment, decision, flags and the derived values with their units', () => {
  expect(tests[0]).toMatchObject({
    file: 'lab/iv.dat',
    testType: 'IV',
    batch: 'VPX77001',
    wafer: 42,
    timestamp: '2021-03-05T10:11:12.000Z',
    decision: 'Pass',
    flags: [],
    breakdownVoltage_V: 700,
  });
  expect(tests[0]).not.toHaveProperty('holdVariation');
});
