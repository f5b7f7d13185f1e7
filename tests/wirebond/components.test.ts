import { expect, test } from 'vitest';
import { dageFile } from './dageText.ts';
import { read, refusals } from './settings.ts';

const a = '20UPGM22110131';
const b = '20UPGM22110132';
const of = (serial: string, ...loads: number[]) =>
  dageFile(
    loads.map((load) => ({ load })),
    { 'Serial Number': serial },
  );

test('several modules in one file become a test each, in the order of the file', () => {
  const { tests, problems } = read(of(a, 8, 9) + of(b, 7, 7.5, 8), { component: undefined });
  expect(problems).toEqual([]);
  expect(
    tests.map(({ component, position, of: all, pulls }) => [component, position, all, pulls.length]),
  ).toEqual([
    [a, 1, 2, 2],
    [b, 2, 2, 3],
  ]);
});

test('a module whose blocks are not together keeps all its pulls', () => {
  const again = of(a, 6, 6.5).replace('09:30:00', '11:00:00');
  const { tests } = read(of(a, 8, 9) + of(b, 7, 7.5) + again, { component: undefined });
  expect(tests.map(({ component, pulls }) => [component, pulls.length])).toEqual([
    [a, 4],
    [b, 2],
  ]);
});

test('--component takes one module out of several, and keeps its place in the file', () => {
  const { tests } = read(of(a, 8, 9) + of(b, 7, 7.5), { component: b });
  expect(tests.map(({ component, position, of: all }) => [component, position, all])).toEqual([[b, 2, 2]]);
});

test('--component that is not in a file of several modules is refused', () => {
  expect(refusals(read(of(a, 8, 9) + of(b, 7, 7.5), { component: '20UPGM22110133' }))).toEqual(['E9214 -']);
});

test('pulls with and without a serial number in one file are never put together', () => {
  expect(refusals(read(of(a, 8, 9) + of('', 7, 7.5), { component: a }))).toEqual(['E9214 19']);
});

test('a file without a serial number needs --component', () => {
  expect(refusals(read(of('', 8, 9), { component: undefined }))).toEqual(['E9214 9']);
});

test('a header without the serial number does not inherit that of the header before it', () => {
  const second = of('', 7, 7.5)
    .split('\n')
    .filter((line) => !line.startsWith('"Serial'))
    .join('\n');
  expect(refusals(read(of(a, 8, 9) + second, { component: undefined }))).toEqual(['E9214 18']);
});

test('a nickname in the file is mentioned, and --component decides', () => {
  const { tests } = read(of('quad 12', 8, 9), { component: a });
  expect(tests[0]?.component).toBe(a);
  expect(tests[0]?.warnings.map(({ code }) => code)).toEqual(['E9214']);
});

test('two nicknames in one file are refused, for --component can be only one of them', () => {
  expect(refusals(read(of('quad 12', 8, 9) + of('quad 13', 7, 7.5), { component: a }))).toEqual([
    'E9215 5',
    'E9215 15',
  ]);
});

test('serial numbers are read with the spaces and hyphens that people write', () => {
  expect(read(of('20U-PG-M2-2110131', 8, 9), { component: undefined }).tests[0]?.component).toBe(a);
});

test('a --component that is no serial number is refused', () => {
  expect(refusals(read(of('', 8, 9), { component: '20UPG3D000005' }))).toEqual(['E9215 -']);
});

test('the serial number may stand in a field that the site chose', () => {
  const content = dageFile([{ load: 8 }, { load: 9 }], { Batch: b });
  const site = { grades: [{ format: 'dage' as const, source: 'us', breaks: { '1': 'midspan' as const } }] };
  expect(
    read(content, { component: undefined, site: { ...site, serialNumberField: 'batch' } }).tests[0]
      ?.component,
  ).toBe(b);
});
