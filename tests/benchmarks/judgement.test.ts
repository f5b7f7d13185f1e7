import { expect, test } from 'vitest';
import { better, faults, unmatched } from '../../benchmarks/judgement.ts';
import { committed, table } from '../../benchmarks/table.ts';

const row = (name: string, ratio: number, more: { limit?: number; most?: number } = {}) => ({
  name,
  ratio,
  absolute: '',
  against: '',
  ...more,
});
const none = new Map<string, number>();

test.each([
  ['beyond what it may be at most', row('a', 10.1, { most: 10 }), 'MISSED  a: at most 10'],
  ['below what it must be at least', row('a', 0.3, { limit: 0.333 }), 'MISSED  a: at least 0.333'],
  ['that is no number', row('a', Number.NaN, { most: 10 }), 'MISSED  a: at most 10'],
])('a ratio %s fails the run', (_what, measured, said) => {
  expect(faults(measured, none)).toEqual([said]);
});

test('a ratio at its bound does not', () => {
  expect(faults(row('a', 10, { most: 10 }), none)).toEqual([]);
  expect(faults(row('a', 0.333, { limit: 0.333 }), none)).toEqual([]);
});

test('a ratio that is more than a fifth worse than the table fails the check, whichever way is worse', () => {
  const known = new Map([
    ['slower', 1],
    ['faster', 1],
  ]);
  expect(faults(row('slower', 1.21), known)).toEqual(['WORSE   slower: the table says 1']);
  expect(faults(row('slower', 1.19), known)).toEqual([]);
  expect(faults(row('faster', 0.8, { limit: 0.1 }), known)).toEqual(['WORSE   faster: the table says 1']);
  expect(faults(row('faster', 2, { limit: 0.1 }), known)).toEqual([]);
});

test('of two measurements the better counts, row by row', () => {
  const first = [row('a', 2), row('b', 0.5, { limit: 0.1 })];
  const second = [row('a', 1), row('b', 0.4, { limit: 0.1 })];
  expect(better(first, second).map(({ ratio }) => ratio)).toEqual([1, 0.5]);
});

test('a row that the table lacks, and one that nobody measures any more, are told', () => {
  expect(unmatched([row('new', 1)], new Map([['old', 1]]))).toEqual([
    'UNKNOWN new: the table lacks it',
    'GONE    old: nobody measures it',
  ]);
});

test('what is written into the table is what the check compares with', async () => {
  const known = await committed();
  expect(known.size).toBeGreaterThan(20);
  for (const [name, ratio] of known) expect(table([row(name, ratio)])).toContain(`| ${name} | ${ratio} |`);
});
