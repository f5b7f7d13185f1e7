import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Criteria, criteriaInForce, readCriteria } from '../../src/wirebond/criteria.ts';
import { judge } from '../../src/wirebond/judge.ts';
import type { PullStatistics } from '../../src/wirebond/statistics.ts';
import { now } from './settings.ts';

const shippedFile = 'config/criteria/wirebond-2025-10-02.json';
const shippedText = readFileSync(shippedFile, 'utf8');
const shipped = readCriteria({ file: shippedFile, text: shippedText }).value!;
const statistics = (more: Partial<PullStatistics> = {}): PullStatistics => ({
  WIRE_PULLS: 20,
  PULL_STRENGTH: 8,
  PULL_STRENGTH_ERROR: 1,
  PULL_STRENGTH_MIN: 6,
  PULL_STRENGTH_MAX: 10,
  WIRE_BREAKS_5G: 0,
  HEEL_BREAKS_ON_FE_CHIP: 50,
  HEEL_BREAKS_ON_PCB: 50,
  BOND_PEEL: 0,
  LIFT_OFFS_LESS_THAN_7G: 0,
  ...more,
});

test.each<[Partial<PullStatistics>, number, string]>([
  [{}, 20, 'PASS'],
  [{ PULL_STRENGTH: 7 }, 20, 'PASS'],
  [{ PULL_STRENGTH: 6.999 }, 20, 'FAIL'],
  [{ PULL_STRENGTH_MIN: 4 }, 20, 'PASS'],
  [{ PULL_STRENGTH_MIN: 3.999 }, 20, 'FAIL'],
  [{ LIFT_OFFS_LESS_THAN_7G: 9.99 }, 20, 'PASS'],
  [{ LIFT_OFFS_LESS_THAN_7G: 10 }, 20, 'FAIL'],
  [{ PULL_STRENGTH: Number.NaN }, 20, 'FAIL'],
  [{}, 8, 'PASS'],
  [{}, 7, 'NONE'],
  [{ PULL_STRENGTH: 1 }, 7, 'FAIL'],
])('the shipped criteria judge %j with %d good pulls as %s', (more, good, verdict) => {
  expect(judge(statistics(more), good, shipped).verdict).toBe(verdict);
});

test('without criteria nothing passes', () => {
  expect(judge(statistics(), 60, undefined)).toEqual({ verdict: 'NONE', measured: [] });
});

test('the verdict names the criteria that were used, with the hash of their file', () => {
  const { criteria } = judge(statistics(), 60, shipped);
  expect(criteria).toMatchObject({ file: shippedFile, date: '2025-10-02' });
  expect(criteria?.sha256).toMatch(/^[0-9a-f]{64}$/);
});

test('whatever the limits are, a PASS means that every one of them holds', () => {
  const bounds = fc.record(
    { atLeast: fc.integer({ min: 0, max: 20 }), below: fc.integer({ min: 0, max: 20 }) },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(bounds, fc.double({ min: 0, max: 20, noNaN: true }), ({ atLeast, below }, mean) => {
      const limit = {
        result: 'PULL_STRENGTH' as const,
        ...(atLeast === undefined ? {} : { atLeast }),
        ...(below === undefined ? {} : { below }),
      };
      const { verdict } = judge(statistics({ PULL_STRENGTH: mean }), 60, { ...shipped, limits: [limit] });
      const holds =
        (atLeast === undefined || mean >= atLeast - 1e-9) && (below === undefined || mean < below);
      expect(verdict).toBe(holds ? 'PASS' : 'FAIL');
    }),
  );
});

const dated = (date: string): Criteria => ({ ...shipped, date, file: `wirebond-${date}.json` });

test('the latest criteria that are not of the future are in force', () => {
  const all = [dated('2025-10-02'), dated('2026-11-20'), dated('2026-11-21'), dated('2024-01-01')];
  expect(criteriaInForce(all, now).criteria?.date).toBe('2026-11-20');
});

test('two files of one date are refused, for which one would decide', () => {
  const { criteria, problems } = criteriaInForce([dated('2025-10-02'), dated('2025-10-02')], now);
  expect(criteria).toBeUndefined();
  expect(problems.map(({ code, severity }) => [code, severity])).toEqual([['E9220', undefined]]);
});

test('no criteria in force is a warning, not a silence', () => {
  expect(criteriaInForce([], now).problems.map(({ code, severity }) => [code, severity])).toEqual([
    ['E9220', 'warning'],
  ]);
});

test.each<[string, string, string, number | undefined]>([
  ['an unknown result', '"PULL_STRENGTH_MIN"', '"STRENGTH"', 9],
  ['a bound that is no number', '"atLeast": 7', '"atLeast": "7"', 8],
  ['a limit without a bound', ', "atLeast": 7', '', 8],
  ['a misspelt bound', '"below"', '"bellow"', 10],
  ['a date of another form', '2025-10-02",', '02.10.2025",', 4],
  ['a key that stands twice', '"below": 10', '"below": 10, "below": 90', 10],
  ['a lost bracket', ']\n}', '\n', undefined],
])('a file of criteria with %s is refused at its line', (_, from, to, line) => {
  const text = shippedText.replace(from, to);
  expect(text).not.toBe(shippedText);
  const { value, problems } = readCriteria({ file: 'c.json', text });
  expect(value).toBeUndefined();
  expect(problems.map(({ code }) => code)).toContain('E9220');
  if (line !== undefined) expect(problems.map(({ where }) => where?.line)).toContain(line);
});
