import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  breakdownRule,
  type Criteria,
  type Cut,
  judge,
  loadCriteria,
} from '../../src/calibrations/criteria.ts';
import type { Module } from '../../src/station/station.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'baton-criteria-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const cut: Cut = { measurement: 'x', unit: 'V', min: 1, max: 2, source: 'assumed' };

function file(name: string, content: object | string): void {
  writeFileSync(join(directory, name), typeof content === 'string' ? content : JSON.stringify(content));
}

const valid = (date: string, more: object = {}) => ({
  name: `iv of ${date}`,
  calibration: 'iv_curve',
  date,
  cuts: [cut],
  ...more,
});

const today = new Date('2026-11-20T12:00:00Z');

describe('the criteria in force', () => {
  test('are the newest that are not of the future', async () => {
    file('a.json', valid('2026-01-01'));
    file('b.json', valid('2026-11-20'));
    file('c.json', valid('2026-11-21'));
    expect((await loadCriteria(directory, today)).get('iv_curve')?.date).toBe('2026-11-20');
  });

  test('are none where there is no folder, and none of another kind', async () => {
    expect((await loadCriteria(join(directory, 'nowhere'), today)).size).toBe(0);
    file('wirebond.json', { name: 'pulls', limits: [] });
    expect((await loadCriteria(directory, today)).size).toBe(0);
  });

  test('say how a breakdown is recognised; where they do not, it is done by dirigent’s rule', async () => {
    const usual = { rise: 0.2, step: 5, depletion: { '3D': 10, planar: 60 }, floor: 5e-9 };
    expect(breakdownRule(await loadCriteria(directory, today))).toEqual(usual);
    const breakdown = { rise: 0.5, step: 10, depletion: { '3D': 20, planar: 80 }, floor: 1e-9 };
    file('a.json', valid('2026-01-01', { breakdown }));
    expect(breakdownRule(await loadCriteria(directory, today))).toEqual(breakdown);
    file('b.json', valid('2026-01-02'));
    expect(breakdownRule(await loadCriteria(directory, today))).toEqual(usual);
  });

  test('may have a cut that leaves one value alone', async () => {
    file('a.json', valid('2026-01-01', { cuts: [{ ...cut, min: 2, max: 2 }] }));
    expect((await loadCriteria(directory, today)).get('iv_curve')?.cuts[0]).toMatchObject({ min: 2, max: 2 });
  });

  test('that ship with Baton can be read', async () => {
    mkdirSync(directory, { recursive: true });
    cpSync('config/criteria', directory, { recursive: true });
    expect((await loadCriteria(directory, new Date('2030-01-01'))).size).toBeGreaterThan(5);
  });

  const faulty: [string, object | string, RegExp][] = [
    ['no JSON', '{"calibration": "iv_curve", ', /not JSON/],
    ['an unknown key', valid('2026-01-01', { cut: [] }), /cut/],
    ['a misspelt sensor type', valid('2026-01-01', { cuts: [{ ...cut, sensorType: '3d' }] }), /sensorType/],
    ['a limit that is a text', valid('2026-01-01', { cuts: [{ ...cut, max: '2' }] }), /max/],
    [
      'a cut without a limit',
      valid('2026-01-01', { cuts: [{ measurement: 'x', unit: 'V', source: 's' }] }),
      /min|max/,
    ],
    [
      'a cut without its source',
      valid('2026-01-01', { cuts: [{ measurement: 'x', unit: 'V', min: 1 }] }),
      /source/,
    ],
    ['min above max', valid('2026-01-01', { cuts: [{ ...cut, min: 3 }] }), /min above its max/],
    ['no cuts', valid('2026-01-01', { cuts: [] }), /cuts/],
    [
      'a calibration that is none',
      valid('2026-01-01', { calibration: 'iv_curv' }),
      /did you mean "iv_curve"/,
    ],
    ['a day that is none', valid('2026-02-30'), /no day/],
    ['a date that is none', valid('20 November'), /date/],
    ['no calibration', { name: 'n', date: '2026-01-01', cuts: [cut] }, /calibration/],
    ['half a breakdown rule', valid('2026-01-01', { breakdown: { rise: 0.2 } }), /breakdown/],
  ];
  test.each(faulty)('are refused with %s', async (_what, content, words) => {
    file('a.json', content);
    await expect(loadCriteria(directory, today)).rejects.toMatchObject({ code: 'E4501' });
    await expect(loadCriteria(directory, today)).rejects.toThrow(words);
  });

  test('are refused when two are for the same day, for chance would decide', async () => {
    file('a.json', valid('2026-01-01'));
    file('b.json', valid('2026-01-01'));
    await expect(loadCriteria(directory, today)).rejects.toThrow(/same day/);
  });
});

describe('judging', () => {
  const module = { sensorType: '3D' } as Module;
  const by = (...cuts: Cut[]): Criteria => ({
    name: 'c',
    calibration: 'iv_curve',
    date: '2026-01-01',
    cuts,
    file: 'c.json',
    text: '',
    sha256: '',
  });
  const verdictOf = (value: number | undefined, unit = 'V', one: Cut = cut) =>
    judge({ x: { value, unit } }, by(one), module).verdict;

  test('limits are inclusive', () => {
    expect([0.999, 1, 2, 2.001].map((value) => verdictOf(value))).toEqual(['FAIL', 'PASS', 'PASS', 'FAIL']);
  });

  test('stand beside what was measured, and no limit that there is not', () => {
    const limitsOf = (limits: Pick<Cut, 'min' | 'max'>) => {
      const one = { measurement: 'x', unit: 'V', source: 's', ...limits };
      const { min, max } = judge({ x: { value: 1, unit: 'V' } }, by(one), module).measurements[0]!;
      return [min, max];
    };
    expect(limitsOf({ min: 0 })).toEqual([0, undefined]);
    expect(limitsOf({ max: 2 })).toEqual([undefined, 2]);
    expect(limitsOf({ min: 0, max: 2 })).toEqual([0, 2]);
  });

  test('what was not measured never passes', () => {
    expect(verdictOf(undefined)).toBe('NONE');
    expect(verdictOf(Number.NaN)).toBe('NONE');
    expect(verdictOf(Number.POSITIVE_INFINITY)).toBe('NONE');
    expect(judge({}, by(cut), module).verdict).toBe('NONE');
    expect(
      judge({ chip0_x: { value: 1, unit: 'V' } }, by({ ...cut, measurement: 'chip*_y' }), module).verdict,
    ).toBe('NONE');
  });

  test('a limit that was missed is said as results are written, with every figure', () => {
    const flagOf = (value: number, unit: string, limits: Pick<Cut, 'min' | 'max'>) =>
      judge({ x: { value, unit } }, by({ measurement: 'x', unit, source: 'test', ...limits }), module)
        .measurements[0]!.flag;
    expect(flagOf(5e-6, 'A', { max: 4e-6 })).toBe('above 4 µA');
    expect(flagOf(1, 'V', { min: 1.14159 })).toBe('below 1.14159 V');
    expect(flagOf(-3, 'V', { min: 0 })).toBe('below 0 V');
    expect(flagOf(900, 'Ohm', { max: 0.05 })).toBe('above 50 mΩ');
    expect(flagOf(200, 'pixels', { max: 155 })).toBe('above 155 pixels');
    expect(flagOf(2, '', { max: 1 })).toBe('above 1');
  });

  test('another unit is an error, not a comparison', () => {
    expect(verdictOf(1.5, 'mV')).toBe('ERROR');
  });

  test('without criteria, or with none for this sensor type, nothing passes', () => {
    const values = { x: { value: 1.5, unit: 'V' } };
    expect(judge(values, undefined, module).verdict).toBe('NONE');
    expect(judge(values, by({ ...cut, sensorType: 'planar' }), module).verdict).toBe('NONE');
    // A sensor whose type nobody gave counts as 3D.
    expect(judge(values, by({ ...cut, sensorType: '3D' }), {} as Module).verdict).toBe('PASS');
  });

  test('each cut that ships with Baton fails what is beyond it, by name, and passes what is within', async () => {
    const shipped = await loadCriteria('config/criteria', new Date('2030-01-01'));
    const all = [...shipped.values()].flatMap((criteria) => criteria.cuts.map((one) => ({ criteria, one })));
    expect(all.length).toBeGreaterThan(25);
    for (const { criteria, one } of all) {
      const { sensorType = '3D', module: kind = 'powered', unit } = one;
      const of = { sensorType, channels: kind === 'powered' ? { lv: {} } : {} } as Module;
      const name = one.measurement.replace('*', '0');
      const judged = (value: number) =>
        judge({ [name]: { value, unit } }, criteria, of).measurements.find((found) => found.name === name);
      for (const [limit, outwards] of [[one.min, -1] as const, [one.max, 1] as const]) {
        if (limit === undefined) continue;
        const beyond = limit + outwards * Math.max(1e-12, Math.abs(limit) * 1e-6);
        expect(judged(beyond)).toMatchObject({ name, verdict: 'FAIL', flag: expect.any(String) });
        expect(judged(limit)?.verdict, `${criteria.name} ${name} ${limit}`).toBe('PASS');
      }
    }
  });

  test('a star judges every measurement that matches, and the worst counts', () => {
    const values = Object.fromEntries(
      [1.5, 1.6, 2.5].map((value, k) => [`chip${k}_x`, { value, unit: 'V' }]),
    );
    const { verdict, measurements } = judge(
      values,
      by({ ...cut, measurement: 'chip*_x', hint: 'clean it' }),
      module,
    );
    expect(verdict).toBe('FAIL');
    expect(measurements.map((one) => one.verdict)).toEqual(['PASS', 'PASS', 'FAIL']);
    expect(measurements[2]?.flag).toBe('above 2 V; clean it');
  });

  test('a name is taken letter by letter: a dot in a cut is a dot', () => {
    const values = { axb: { value: 1.5, unit: 'V' } };
    expect(judge(values, by({ ...cut, measurement: 'a.b' }), module).verdict).toBe('NONE');
  });

  test('PASS means that there was a cut, and that all of them were met by what was measured', () => {
    const value = fc.option(fc.oneof(fc.double({ min: 0, max: 3, noNaN: false }), fc.constant(Number.NaN)), {
      nil: undefined,
    });
    const values = fc.dictionary(
      fc.constantFrom('a', 'b', 'c'),
      fc.record({ value, unit: fc.constantFrom('V', 'A') }),
    );
    const cuts = fc.array(
      fc.record({
        measurement: fc.constantFrom('a', 'b', 'c', '*'),
        unit: fc.constantFrom('V', 'A'),
        min: fc.double({ min: 0, max: 1.5, noNaN: true }),
        max: fc.double({ min: 1.5, max: 3, noNaN: true }),
        source: fc.constant('s'),
      }),
      { maxLength: 4 },
    );
    fc.assert(
      fc.property(values, cuts, (measured, some) => {
        const { verdict } = judge(measured, by(...some), module);
        if (verdict !== 'PASS') return;
        expect(some.length).toBeGreaterThan(0);
        for (const { measurement, unit, min, max } of some) {
          const matching = Object.entries(measured).filter(
            ([name]) => measurement === '*' || name === measurement,
          );
          expect(matching.length).toBeGreaterThan(0);
          for (const [, one] of matching) {
            expect(one.unit).toBe(unit);
            expect(one.value! >= min && one.value! <= max).toBe(true);
          }
        }
      }),
      { numRuns: 2000 },
    );
  });
});
