import { expect, test } from 'vitest';
import { dageFile } from './dageText.ts';
import { read, refusals, shippedSite } from './settings.ts';

const good = [{ load: 8.1 }, { load: 8.2 }, { load: 8.3 }];
// In dageFile the header has eight lines and the pulls begin in the ninth.
const withRow = (row: string) => dageFile(good).replace('"TEST",2,"1",8.2,0.02,"0","row"', row);

const refused: Record<string, [content: string | Uint8Array, expected: string[]]> = {
  'an empty file': ['', ['E9208 -']],
  'a file of blank lines': ['\n\r\n \n', ['E9208 -']],
  'a header without pulls': [dageFile([]), ['E9208 -']],
  'one pull': [dageFile([{ load: 8 }]), ['E9209 9']],
  'one pull without an error among three': [
    dageFile([{ load: 8 }, { load: 0, grade: '6' }, { load: 0.3, grade: '6' }]),
    ['E9209 9'],
  ],
  'bytes that are no text': [new Uint8Array([0x50, 0x4b, 3, 4, 0, 0, 0, 8, 0, 1, 2]), ['E9202 -']],
  'a UTF-16 file that was cut in the middle of a character': [
    new Uint8Array([0xff, 0xfe, ...Buffer.from(dageFile(good), 'utf16le').subarray(0, 401)]),
    ['E9202 -'],
  ],
  'a text that is something else': ['Dear all,\nthe pulls went well.\n', ['E9203 -']],
  'a row without a load': [withRow('"TEST",2,"1",,0.02,"0","row"'), ['E9204 10']],
  'a load in words': [withRow('"TEST",2,"1",strong,0.02,"0","row"'), ['E9204 10']],
  'a load that is NaN': [withRow('"TEST",2,"1",NaN,0.02,"0","row"'), ['E9204 10']],
  'a load with a thousands separator': [withRow('"TEST",2,"1","1.008,2",0.02,"0","row"'), ['E9204 10']],
  'a decimal comma between commas': [withRow('"TEST",2,"1",8,2,0,0167,"0","row"'), ['E9204 10']],
  'a row that ends after its grade': [withRow('"TEST",2,"1"'), ['E9204 10']],
  'a row without a grade': [withRow('"TEST",2,"",8.2,0.02,"0","row"'), ['E9204 10']],
  'a row without its number': [withRow('"TEST","","1",8.2'), ['E9204 10']],
  'quotes that do not match': [withRow('"TEST",2,"1,8.2,0.02,"0","row"'), ['E9204 10']],
  'a row whose key is mistyped': [withRow('"TSET",2,"1",8.2,0.02,"0","row"'), ['E9204 10']],
  'a row with another separator': [withRow('TEST;2;1;8.2;0.02;0;row'), ['E9204 10']],
  'two rows in one line': [dageFile(good).replace('\n"TEST",3', ',"TEST",3'), ['E9204 10']],
  'a header and a row in one line': [dageFile(good).replace('\n"TEST",1', ',"TEST",1'), ['E9204 8']],
  'a file that was cut after a header': [dageFile(good) + dageFile([]), ['E9204 12']],
  'a load below zero': [withRow('"TEST",2,"1",-8.2,0.02,"0","row"'), ['E9207 10']],
  'a load above what the machine can reach': [withRow('"TEST",2,"1",8200,0.02,"0","row"'), ['E9207 10']],
  'a wire that broke at nothing': [withRow('"TEST",2,"1",0,0,"0","row"'), ['E9207 10']],
  'a grade that the table does not have': [withRow('"TEST",2,"7",8.2,0.02,"0","row"'), ['E9210 10']],
  'a pull that stands twice': [withRow('"TEST",1,"1",8.2,0.02,"0","row"'), ['E9217 10']],
  'an unknown unit': [dageFile(good, { LOADUNIT: 'oz' }), ['E9205 7']],
  'a mixed unit': [dageFile(good) + dageFile(good, { LOADUNIT: 'cN', TIME: '10:00:00' }), ['E9206 18']],
  'a unit for some pulls only': [
    dageFile(good) + dageFile(good, { LOADUNIT: '', TIME: '10:00:00' }),
    ['E9206 20'],
  ],
  'a day that does not exist': [dageFile(good, { DATE: '31/02/2024' }), ['E9213 2']],
  'a date in another order than the one that is set': [dageFile(good, { DATE: '03/25/2024' }), ['E9213 2']],
  'a time that does not exist': [dageFile(good, { TIME: '25:00:00' }), ['E9213 3']],
  'a date in the future': [dageFile(good, { DATE: '25/03/2034' }), ['E9213 2']],
  'pulls of another module than --component': [
    dageFile(good, { 'Serial Number': '20UPGM22110132' }),
    ['E9214 5'],
  ],
};

test.each(Object.entries(refused))(
  '%s is refused by file and line, and nothing of it is used',
  (_, [content, expected]) => {
    const reading = read(content);
    expect(refusals(reading)).toEqual(expected);
    expect(reading.problems.every(({ where }) => where?.file === 'pulls.csv')).toBe(true);
    expect(reading.tests).toEqual([]);
  },
);

test('every unreadable row of a file is named, not only the first', () => {
  const content = dageFile([{ load: 'a' }, { load: 8 }, { load: 'b' }]);
  expect(refusals(read(content))).toEqual(['E9204 9', 'E9204 11']);
});

test('of a file with a thousand unreadable rows twenty are named and the rest counted', () => {
  const content = dageFile(Array.from({ length: 1000 }, () => ({ load: 'x' })));
  const { problems } = read(content);
  expect(problems).toHaveLength(21);
  expect(problems.at(-1)?.what).toContain('980 more rows');
});

test('a file without a unit is asked, and read in the unit that the operator says', () => {
  const content = dageFile(good, { LOADUNIT: '' });
  expect(read(content).questions.map(({ about, problem }) => [about, problem.code])).toEqual([
    ['unit', 'E9205'],
  ]);
  expect(read(content).tests).toEqual([]);
  expect(read(content, { unit: 'cN' }).tests[0]?.pulls[0]?.strength).toBeCloseTo(8.1 / 0.980665, 8);
});

test('a unit on the command line that contradicts the file is refused', () => {
  expect(refusals(read(dageFile(good), { unit: 'N' }))).toEqual(['E9206 7']);
});

test('a first pull that is missing is a warning, unless another module has it', () => {
  const made = [
    { load: 8, number: 3 },
    { load: 9, number: 4 },
  ];
  expect(read(dageFile(made)).tests[0]?.warnings.map(({ code }) => code)).toEqual(['E9218']);
  const both = dageFile(
    [
      { load: 8, number: 1 },
      { load: 9, number: 2 },
    ],
    { 'Serial Number': '20UPGM22110132' },
  );
  const { tests } = read(both + dageFile(made, { 'Serial Number': '20UPGM22110131' }));
  expect(tests.map(({ warnings }) => warnings)).toEqual([[]]);
});

test('a missing pull number is a warning that the test run carries', () => {
  const [pullTest] = read(dageFile([{ load: 8 }, { load: 9, number: 4 }])).tests;
  expect(pullTest?.warnings.map(({ code, what }) => [code, what.includes('2 to 3')])).toEqual([
    ['E9218', true],
  ]);
});

test('a site without a table of grades is told so, not given another site’s', () => {
  const reading = read(dageFile(good), { site: { ...shippedSite, grades: [] } });
  expect(refusals(reading)).toEqual(['E9210 9']);
});

test('a table for a test group is used for that group alone', () => {
  const other = {
    format: 'dage' as const,
    testGroup: 'pull',
    source: 'us',
    breaks: { '1': 'midspan' as const },
  };
  const site = { ...shippedSite, grades: [other, ...shippedSite.grades] };
  expect(read(dageFile(good), { site }).tests[0]?.pulls[0]?.mode).toBe('midspan');
  expect(read(dageFile(good, { TESTGROUP: 'Shear' }), { site }).tests[0]?.pulls[0]?.mode).toBe('heel on PCB');
});
