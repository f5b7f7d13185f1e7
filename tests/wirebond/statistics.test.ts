import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type BreakMode, breakModes } from '../../src/wirebond/breakMode.ts';
import { breakTable } from '../../src/wirebond/breakTable.ts';
import { parseDecimal } from '../../src/wirebond/formats/decimal.ts';
import { bins, histogram } from '../../src/wirebond/histogram.ts';
import { loadUnits, parseLoadUnit, toGrams } from '../../src/wirebond/load.ts';
import type { Pull } from '../../src/wirebond/pullTest.ts';
import { goodPulls, pullStatistics } from '../../src/wirebond/statistics.ts';

const pull = (strength: number, mode: BreakMode = 'midspan'): Pull => ({
  number: 1,
  strength,
  mode,
  location: 1,
  place: { file: 'pulls.csv', line: 1 },
});
const anyPulls = fc.array(
  fc
    .record({ strength: fc.double({ min: 0, max: 25, noNaN: true }), mode: fc.constantFrom(...breakModes) })
    .map(({ strength, mode }) => pull(strength, mode)),
  { maxLength: 80 },
);

test('pulls with an error count as pulls and nowhere else', () => {
  const pulls = [pull(8), pull(10, 'heel on PCB'), pull(0.1, 'error'), pull(4.9, 'peel on PCB')];
  expect(pullStatistics(pulls)).toEqual({
    WIRE_PULLS: 4,
    PULL_STRENGTH: expect.closeTo(22.9 / 3, 12) as number,
    PULL_STRENGTH_ERROR: expect.closeTo(2.569695, 6) as number,
    PULL_STRENGTH_MIN: 4.9,
    PULL_STRENGTH_MAX: 10,
    WIRE_BREAKS_5G: 1,
    HEEL_BREAKS_ON_FE_CHIP: 0,
    HEEL_BREAKS_ON_PCB: 25,
    BOND_PEEL: 25,
    LIFT_OFFS_LESS_THAN_7G: 25,
  });
});

test('no pull, one pull and errors alone have no statistics', () => {
  expect(pullStatistics([])).toBeUndefined();
  expect(pullStatistics([pull(8)])).toBeUndefined();
  expect(pullStatistics([pull(8), pull(9, 'error'), pull(9, 'error')])).toBeUndefined();
});

test('limits of the counts are not reached at 5 g and 7 g themselves', () => {
  const statistics = pullStatistics([pull(5), pull(7, 'peel on FE chip')]);
  expect(statistics).toMatchObject({ WIRE_BREAKS_5G: 0, LIFT_OFFS_LESS_THAN_7G: 0 });
});

test('the mean lies between the extremes, shares between 0 and 100, and nothing is NaN', () => {
  fc.assert(
    fc.property(anyPulls, (pulls) => {
      const statistics = pullStatistics(pulls);
      if (statistics === undefined) return goodPulls(pulls).length < 2;
      const { PULL_STRENGTH: mean, PULL_STRENGTH_MIN: min, PULL_STRENGTH_MAX: max } = statistics;
      const shares = [statistics.HEEL_BREAKS_ON_PCB, statistics.HEEL_BREAKS_ON_FE_CHIP, statistics.BOND_PEEL];
      return (
        Object.values(statistics).every(Number.isFinite) &&
        min - 1e-9 <= mean &&
        mean <= max + 1e-9 &&
        shares.every((share) => share >= 0) &&
        shares.reduce((total, share) => total + share, 0) <= 100 + 1e-9 &&
        statistics.LIFT_OFFS_LESS_THAN_7G <= statistics.BOND_PEEL
      );
    }),
  );
});

test('every pull without an error is in exactly one bin of the histogram', () => {
  fc.assert(
    fc.property(anyPulls, (pulls) => {
      const all = bins(pulls);
      expect(all.reduce((total, { count }) => total + count, 0)).toBe(goodPulls(pulls).length);
      expect(all.length).toBeLessThanOrEqual(12);
      for (const [index, bin] of all.entries()) if (index > 0) expect(bin.from).toBe(all[index - 1]!.to);
    }),
  );
});

test('the histogram is plain text, its longest bar as wide as asked', () => {
  const lines = histogram([pull(8), pull(8.2), pull(8.7), pull(9.9)], 10);
  expect(lines).toEqual([
    ' 8.0 to  8.2 g  ########## 1',
    ' 8.2 to  8.4 g  ########## 1',
    ' 8.4 to  8.6 g  0',
    ' 8.6 to  8.8 g  ########## 1',
    ' 8.8 to  9.0 g  0',
    ' 9.0 to  9.2 g  0',
    ' 9.2 to  9.4 g  0',
    ' 9.4 to  9.6 g  0',
    ' 9.6 to  9.8 g  0',
    ' 9.8 to 10.0 g  ########## 1',
  ]);
});

test('the table has a line for every break mode, and its counts add up', () => {
  const lines = breakTable([pull(8), pull(9), pull(7, 'heel on PCB'), pull(0, 'error')]);
  expect(lines).toEqual([
    'break            code  pulls   share  mean g  min g',
    'midspan             0      2  50.0 %    8.50   8.00',
    'heel on PCB         1      1  25.0 %    7.00   7.00',
    'heel on FE chip     2      0   0.0 %',
    'peel on PCB         3      0   0.0 %',
    'peel on FE chip     4      0   0.0 %',
    'error               5      1  25.0 %',
  ]);
});

test('a load means the same strength in every unit', () => {
  const perGram = { g: 1, kgf: 1e-3, mN: 9.80665, cN: 0.980665, N: 0.00980665 };
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 250_000 }), fc.constantFrom(...loadUnits), (milligrams, unit) => {
      const grams = milligrams / 1e4;
      expect(toGrams(grams * perGram[unit], unit)).toBe(grams);
    }),
  );
});

test.each([
  ['g', 'g'],
  ['gf', 'g'],
  ['Grams', 'g'],
  [' cN ', 'cN'],
  ['CN', 'cN'],
  ['N', 'N'],
  ['mN', 'mN'],
  ['kgf', 'kgf'],
  ['oz', undefined],
  ['', undefined],
  ['constructor', undefined],
])('the unit "%s" is %s', (text, unit) => {
  expect(parseLoadUnit(text)).toBe(unit);
});

test('a decimal number is read with a point and with a comma, and nothing else is a number', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -99999, max: 99999 }),
      fc.integer({ min: 0, max: 9999 }),
      (whole, fraction) => {
        const text = `${whole}.${String(fraction).padStart(4, '0')}`;
        expect(parseDecimal(text)).toBe(Number(text));
        expect(parseDecimal(text.replace('.', ','))).toBe(Number(text));
      },
    ),
  );
  for (const text of [
    '',
    ' ',
    '1,234.5',
    '1.234,5',
    '1e3',
    '0x1F',
    'NaN',
    'Infinity',
    '8.',
    '.5',
    '8 g',
    '--8',
  ])
    expect(parseDecimal(text), text).toBeUndefined();
});
