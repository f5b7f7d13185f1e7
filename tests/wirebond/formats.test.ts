import { expect, test } from 'vitest';
import { pullStatistics } from '../../src/wirebond/statistics.ts';
import { read, refusals } from './settings.ts';

const report = (lines: string[]) => lines.join('\r\n');
const delvotec = (changes: Record<string, string> = {}, rows?: string[]) => {
  const values = {
    'Mean Load': '8.000 g',
    'Min Load': '7.000 g',
    'Max Load': '9.000 g',
    Failures: '0',
    Tests: '3',
    'Sample date': '2024-01-19 10:20:30',
    ...changes,
  };
  return report([
    'F&K Delvotec 5600   Prüfprotokoll',
    ...Object.entries(values).map(([label, value]) => `   ${label.padEnd(16)}: ${value}`),
    '',
    '  No    Load    Result   Mode',
    ...(rows ?? [
      '   1    8.000   Pass     Break 1',
      '   2    7.000   Pass     Break 2',
      '   3    9.000   Pass     Break 1',
    ]),
    '',
  ]);
};
const people = { operator: 'Ann', instrument: 'F&K Delvotec 5600' };

test('a Delvotec report in ISO-8859-1 is read by its words', () => {
  const { tests, problems, questions } = read(new Uint8Array(Buffer.from(delvotec(), 'latin1')), people);
  expect([problems, questions]).toEqual([[], []]);
  expect(tests[0]).toMatchObject({ format: 'delvotec', unit: 'g', date: '2024-01-19T10:20:30.000Z' });
  expect(tests[0]?.pulls.map(({ strength, mode, location }) => [strength, mode, location])).toEqual([
    [8, 'heel on PCB', 1],
    [7, 'heel on FE chip', 1],
    [9, 'heel on PCB', 1],
  ]);
});

test('a Delvotec report in centinewtons is converted to grams', () => {
  const { tests } = read(
    delvotec({ 'Mean Load': '8.000 cN', 'Min Load': '7.000 cN', 'Max Load': '9.000 cN' }),
    people,
  );
  expect(tests[0]?.pulls[0]?.strength).toBe(8.157729704);
});

test('who and what made the pulls is asked when a report does not say it', () => {
  expect(read(delvotec()).questions.map(({ about, problem }) => [about, problem.code])).toEqual([
    ['operator', 'E9216'],
    ['instrument', 'E9216'],
  ]);
});

test.each<[string, string, string[]]>([
  ['a report that lost a line of its table', delvotec({ Tests: '4' }), ['E9221 6']],
  ['a report whose smallest load is not in its table', delvotec({ 'Min Load': '3.500 g' }), ['E9221 3']],
  ['a report with a mixed unit', delvotec({ 'Max Load': '9.000 cN' }), ['E9206 4']],
  [
    'a report with a break that nobody knows',
    delvotec({}, ['1 8.000 Pass Break 1', '2 7.000 Pass Break 9', '3 9.000 Pass Break 1']),
    ['E9210 11'],
  ],
  [
    'a report with an unreadable row',
    delvotec({}, ['1 8.000 Pass Break 1', '2 ----- Pass Break', '3 9.000 Pass Break 1']),
    ['E9204 11'],
  ],
  ['a report without a pull', delvotec({ Tests: '0' }, []), ['E9208 -']],
])('%s is refused by file and line', (_, content, expected) => {
  expect(refusals(read(content, people))).toEqual(expected);
});

const said = { ...people, date: '2025-03-01 14:05' };

test('three columns are read with their labels and locations, in grams', () => {
  const { tests, problems } = read(
    '8.5,Midspan break,GA2\n7.25,Bond peel on chip,1\n9,Operator error\n8,heel  break on Hybrid\n',
    said,
  );
  expect(problems).toEqual([]);
  expect(tests[0]?.date).toBe('2025-03-01T14:05:00.000Z');
  expect(tests[0]?.pulls.map(({ strength, mode, location }) => [strength, mode, location])).toEqual([
    [8.5, 'midspan', 2],
    [7.25, 'peel on FE chip', 1],
    [9, 'error', 1],
    [8, 'heel on PCB', 1],
  ]);
});

test.each([
  ['semicolons and decimal commas', '8,5;Midspan break;GA2\r\n7,25;Bond peel on chip;1\r\n'],
  ['tabs', '8.5\tMidspan break\tGA2\n7.25\tBond peel on chip\t1\n'],
  ['commas and decimal commas', '8,5,Midspan break,GA2\n7,25,Bond peel on chip,1\n'],
  ['quotes', '"8.5","Midspan break","GA2"\n"7.25","Bond peel on chip","1"\n'],
  ['a title row', 'strength,break_mode,location\n8.5,Midspan break,GA2\n7.25,Bond peel on chip,1\n'],
  [
    'a title row with a unit',
    '\uFEFFStrength [mN];break;location\n83,356525;Midspan break;GA2\n71,0982125;Bond peel on chip;1\n',
  ],
])('three columns with %s give the same pulls', (_, content) => {
  const [pullTest] = read(content, said).tests;
  expect(pullTest?.pulls.map(({ strength, mode, location }) => [strength, mode, location])).toEqual([
    [8.5, 'midspan', 2],
    [7.25, 'peel on FE chip', 1],
  ]);
});

test.each<[string, string, string[]]>([
  ['a break mode that nobody knows', '8.5,Midspan break\n7,Broke somewhere\n', ['E9204 2']],
  ['a break mode as a number, which could be anybody’s', '8.5,Midspan break\n7,3\n', ['E9204 2']],
  ['a location that does not exist', '8.5,Midspan break,GA1\n7,Midspan break,GA9\n', ['E9204 2']],
  ['a fourth column', '8.5,Midspan break,GA1\n7,Midspan break,GA1,x\n', ['E9204 2']],
  ['a strength below zero', '8.5,Midspan break\n-7,Midspan break\n', ['E9207 2']],
  ['a title row alone', 'strength,break_mode\n', ['E9208 -']],
  ['one pull', '8.5,Midspan break\n', ['E9209 1']],
])('three columns with %s are refused by file and line', (_, content, expected) => {
  expect(refusals(read(content, said))).toEqual(expected);
});

test('three columns have no date, operator or instrument, so these are asked', () => {
  const { questions, tests } = read('8.5,Midspan break\n7,Midspan break\n');
  expect(questions.map(({ about }) => about).sort()).toEqual(['date', 'instrument', 'operator']);
  expect(pullStatistics(tests[0]!.pulls)?.WIRE_PULLS).toBe(2);
});

test.each(['01/03/2025', '2025-02-30', 'yesterday', '2025-03-01 14:05 UTC', '2035-01-01'])(
  'a --date of %s is refused',
  (date) => {
    expect(refusals(read('8.5,Midspan break\n7,Midspan break\n', { ...people, date }))).toEqual(['E9213 -']);
  },
);

test('pulls without a location are placed by their order in the list', () => {
  const content = Array.from({ length: 27 }, () => '8.5,Midspan break').join('\n');
  const locations = read(content, said).tests[0]!.pulls.map(({ location }) => location);
  const counted = [1, 2, 3, 4].map((one) => locations.filter((location) => location === one).length);
  expect(counted).toEqual([10, 5, 10, 2]);
});
