import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Breakdown } from '../../src/base/verdict.ts';
import {
  type BreakdownRule,
  complianceBreakdown,
  decideBias,
  type IVPoint,
  inDoubt,
  lowestBreakdown,
  measuredTo,
  recomputeBreakdown,
  reportedBreakdown,
  type SensorKnowledge,
  withSuspicion,
} from '../../src/calibrations/breakdown.ts';

const rule: BreakdownRule = { rise: 0.2, step: 5, depletion: { '3D': 10, planar: 60 }, floor: 5e-9 };
const module = { name: 'M0', index: '0' };

/** A curve in steps, its current by the voltage. */
function curve(to: number, step: number, current: (volts: number) => number): IVPoint[] {
  const count = Math.round(Math.abs(to) / step);
  return Array.from({ length: count + 1 }, (_, k) => {
    const volts = k === 0 ? 0 : -k * step;
    return { set: volts, voltage: volts, current: current(volts) };
  });
}

const flat = () => -1e-7;
const breaking = (at: number) => (volts: number) =>
  volts <= at ? -1e-7 * 3 ** ((at - volts) / 5 + 1) : -1e-7;

describe('recomputed from the curve', () => {
  test('a rise of more than 20 % in 5 V above depletion is the breakdown; a gentle slope is none', () => {
    expect(recomputeBreakdown(curve(-80, 5, breaking(-40)), rule, '3D')).toEqual({
      found: 'at',
      voltage: -40,
      after: -35,
    });
    expect(recomputeBreakdown(curve(-80, 5, flat), rule, '3D')).toEqual({ found: 'none' });
    expect(
      recomputeBreakdown(
        curve(-80, 5, (v) => -1e-7 * 1.19 ** (-v / 5)),
        rule,
        '3D',
      ),
    ).toEqual({
      found: 'none',
    });
  });

  test('a 3D sensor is looked at where the planar rule would be blind', () => {
    const early = curve(-80, 5, (v) => (v <= -40 ? -3e-7 : -1e-7));
    expect(recomputeBreakdown(early, rule, '3D')).toMatchObject({ found: 'at', voltage: -40 });
    expect(recomputeBreakdown(early, rule, 'planar')).toEqual({ found: 'none' });
  });

  test('finer steps are compared 5 V apart, so that small rises do not hide a large one', () => {
    const creeping = curve(-80, 1, (v) => -1e-7 * 1.1 ** Math.max(0, -v - 40));
    expect(recomputeBreakdown(creeping, rule, '3D')).toMatchObject({ found: 'at' });
  });

  test('noise of the meter below the floor is no breakdown', () => {
    expect(
      recomputeBreakdown(
        curve(-80, 5, (v) => (v % 10 === 0 ? -1e-10 : -4e-9)),
        rule,
        '3D',
      ),
    ).toEqual({
      found: 'none',
    });
  });

  test('a curve without points to compare is unknown, never none', () => {
    expect(recomputeBreakdown([], rule, '3D')).toMatchObject({ found: 'unknown' });
    expect(recomputeBreakdown(curve(0, 5, flat), rule, '3D')).toMatchObject({ found: 'unknown' });
  });

  test('the point at the depletion voltage is the first that counts', () => {
    const early = curve(-80, 5, (v) => (v <= -15 ? -3e-7 : -1e-7));
    expect(recomputeBreakdown(early, rule, '3D')).toEqual({ found: 'at', voltage: -15, after: -10 });
  });

  test('a rise of 20 % and no more is none', () => {
    const step = curve(-80, 5, (v) => (v <= -40 ? -(1 + rule.rise) * 1e-7 : -1e-7));
    expect(recomputeBreakdown(step, rule, '3D')).toEqual({ found: 'none' });
  });

  test('the way back and the forward points do not count', () => {
    const up = curve(-80, 5, flat);
    const back = [...up].reverse().map((point) => ({ ...point, current: point.current * 5 }));
    const forward = { set: 0.4, voltage: 0.4, current: 1e-5 };
    expect(recomputeBreakdown([forward, ...up, ...back], rule, '3D')).toEqual({ found: 'none' });
  });
});

describe('where the supply held its compliance', () => {
  test('by its own word, by its current, or by a voltage that fell behind', () => {
    const points = curve(-80, 5, flat);
    const marked = points.map((one) => ({ ...one, compliance: one.set <= -55 }));
    expect(complianceBreakdown(marked, 1e-5)).toEqual({ found: 'at', voltage: -55, after: -50 });
    const limited = points.map((one) => ({ ...one, current: one.set <= -60 ? -9.95e-6 : -1e-7 }));
    expect(complianceBreakdown(limited, 1e-5)).toEqual({ found: 'at', voltage: -60, after: -55 });
    const behind = points.map((one) => ({ ...one, voltage: Math.max(one.voltage, -50) }));
    expect(complianceBreakdown(behind, undefined)).toEqual({ found: 'at', voltage: -55, after: -50 });
    expect(complianceBreakdown(points, 1e-5)).toEqual({ found: 'none' });
    expect(complianceBreakdown([], 1e-5)).toMatchObject({ found: 'unknown' });
  });

  test('from 99 % of it on', () => {
    const at = (current: number) => [...curve(-10, 5, flat), { set: -15, voltage: -15, current: -current }];
    expect(complianceBreakdown(at(0.99 * 1e-5), 1e-5)).toMatchObject({ found: 'at', voltage: -15 });
    expect(complianceBreakdown(at(0.98 * 1e-5), 1e-5)).toEqual({ found: 'none' });
  });

  test('at the very first point, where no sound one comes before it', () => {
    const points = curve(-80, 5, () => -1e-5);
    expect(complianceBreakdown(points, 1e-5)).toEqual({ found: 'at', voltage: 0 });
    expect(complianceBreakdown(points.slice(1), 1e-5)).toEqual({ found: 'at', voltage: -5 });
  });

  test('at the first step, where the point at 0 V is the sound one', () => {
    const points = curve(-80, 5, (v) => (v < 0 ? -1e-5 : 0));
    expect(complianceBreakdown(points, 1e-5)).toEqual({ found: 'at', voltage: -5, after: 0 });
  });

  test.each([
    ['0.9 V of 10 V', -10, -9.1, 'none'],
    ['1 V of 10 V', -10, -9, 'none'],
    ['1.1 V of 10 V', -10, -8.9, 'at'],
    ['3.9 V of 80 V', -80, -76.1, 'none'],
    ['4 V of 80 V', -80, -76, 'none'],
    ['4.1 V of 80 V', -80, -75.9, 'at'],
  ])(
    'a voltage behind by %s is judged by 1 V or a twentieth, whichever is more',
    (_, set, voltage, found) => {
      expect(complianceBreakdown([{ set, voltage, current: -1e-7 }], undefined).found).toBe(found);
    },
  );

  test('what was measured is what reached the module, not what was set', () => {
    const behind = curve(-80, 5, flat).map((one) => ({ ...one, voltage: Math.max(one.voltage, -50) }));
    expect(measuredTo(behind)).toBe(-50);
    expect(measuredTo([])).toBeUndefined();
  });
});

describe('reported in breakdowns.json', () => {
  const cases: [string, unknown, Breakdown | { found: 'unknown' }][] = [
    ['a number', -42, { found: 'at', voltage: -42 }],
    ['a magnitude', 42, { found: 'at', voltage: -42 }],
    ['by module name', { M0: -42, M1: -50 }, { found: 'at', voltage: -42 }],
    ['by module index', { '0': -42 }, { found: 'at', voltage: -42 }],
    ['by Module0', { Module0: -42 }, { found: 'at', voltage: -42 }],
    ['a list: the lowest', { M0: [-60, -42, null] }, { found: 'at', voltage: -42 }],
    ['an object', { M0: { breakdown_voltage: -42 } }, { found: 'at', voltage: -42 }],
    [
      'two numbers in an object: the lower',
      { M0: { breakdown: null, voltage: -42 } },
      { found: 'at', voltage: -42 },
    ],
    ['two entries that could be meant: the lower', { M0: null, '0': -42 }, { found: 'at', voltage: -42 }],
    ['null: none found', { M0: null }, { found: 'none' }],
    ['−999: none found', { M0: -999 }, { found: 'none' }],
    ['a list of none', { M0: [null, -999] }, { found: 'none' }],
    ['no entry for the module', { M1: -42 }, { found: 'unknown' }],
    ['an empty object', {}, { found: 'unknown' }],
    ['an empty list', { M0: [] }, { found: 'unknown' }],
    ['nothing', undefined, { found: 'unknown' }],
    ['a text', 'NaN', { found: 'unknown' }],
    ['zero', { M0: 0 }, { found: 'unknown' }],
    ['true', { M0: true }, { found: 'unknown' }],
  ];
  test.each(cases)('%s', (_what, json, expected) => {
    expect(reportedBreakdown(json, module)).toMatchObject(expected);
  });

  test('no JSON at all that is not null or −999 is ever read as "none found"', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (json) => {
        if (JSON.stringify(json)?.match(/null|-999/)) return;
        expect(reportedBreakdown(json, module).found).not.toBe('none');
      }),
      { numRuns: 500 },
    );
  });
});

test('one witness that does not know makes the whole unknown, else the lowest |V| decides', () => {
  const at = (voltage: number): Breakdown => ({ found: 'at', voltage });
  const unknown: Breakdown = { found: 'unknown', why: 'w' };
  expect(lowestBreakdown(at(-70), { found: 'none' }, at(-40))).toEqual(at(-40));
  expect(lowestBreakdown({ found: 'none' }, { found: 'none' })).toEqual({ found: 'none' });
  expect(lowestBreakdown({ found: 'none' }, unknown)).toEqual(unknown);
  expect(lowestBreakdown(at(-70), unknown, at(-40))).toEqual({ ...unknown, suspected: -40 });
});

test('a witness who says less exactly where takes nothing away from one who says where it was still sound', () => {
  const coarse: Breakdown = { found: 'at', voltage: -64, after: -58 };
  expect(lowestBreakdown({ found: 'at', voltage: -64 }, coarse, { found: 'none' })).toEqual(coarse);
  expect(lowestBreakdown({ found: 'at', voltage: -50 }, coarse)).toEqual({ found: 'at', voltage: -50 });
  expect(inDoubt(coarse)).toMatchObject({ suspected: -58 });
});

test('curves that do not count can forbid what somebody else allows, and allow nothing', () => {
  const at = (voltage: number): Breakdown => ({ found: 'at', voltage });
  expect(inDoubt()).toMatchObject({ found: 'unknown' });
  expect(inDoubt({ found: 'none' })).not.toHaveProperty('suspected');
  expect(inDoubt(at(-70), undefined, inDoubt(at(-40)))).toMatchObject({ found: 'unknown', suspected: -40 });
  expect(withSuspicion({ found: 'none' }, inDoubt(at(-40)))).toEqual(at(-40));
  expect(withSuspicion(at(-30), inDoubt(at(-40)))).toEqual(at(-30));
  expect(withSuspicion({ found: 'none' }, inDoubt({ found: 'none' }))).toEqual({ found: 'none' });
});

describe('the bias', () => {
  const breakdowns = fc.oneof(
    fc.constant<Breakdown>({ found: 'none' }),
    fc.constant<Breakdown>({ found: 'unknown', why: 'w' }),
    fc.integer({ min: -200, max: -1 }).map((suspected) => inDoubt({ found: 'at', voltage: suspected })),
    fc.integer({ min: -200, max: -1 }).map((voltage): Breakdown => ({ found: 'at', voltage })),
    fc
      .tuple(fc.integer({ min: -200, max: -20 }), fc.integer({ min: 1, max: 10 }))
      .map(([voltage, step]): Breakdown => ({ found: 'at', voltage, after: voltage + step })),
  );
  const sensors = fc.record(
    {
      name: fc.constantFrom('A', 'B'),
      breakdown: breakdowns,
      measuredTo: fc.integer({ min: -200, max: 0 }),
    },
    { requiredKeys: ['name'] },
  ) as fc.Arbitrary<SensorKnowledge>;

  test('is never at or beyond any known breakdown, beyond what was measured, or allowed by what nobody knows', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -200, max: -1 }),
        fc.array(sensors, { minLength: 1, maxLength: 4 }),
        (target, group) => {
          const { allowed } = decideBias(target, group);
          const safe = group.every(
            ({ breakdown, measuredTo: reached }) =>
              breakdown !== undefined &&
              breakdown.found !== 'unknown' &&
              (breakdown.found === 'none' ||
                (Math.abs(target) < Math.abs(breakdown.voltage) &&
                  Math.abs(target) <= Math.abs(breakdown.after ?? target))) &&
              reached !== undefined &&
              Math.abs(target) <= Math.abs(reached) + 0.5,
          );
          expect(allowed).toBe(safe);
        },
      ),
      { numRuns: 2000 },
    );
  });

  test('the answer no because of a sensor comes before the answer no because nobody knows', () => {
    const decision = decideBias(-60, [
      { name: 'A', breakdown: { found: 'unknown', why: 'lost' } },
      { name: 'B', breakdown: { found: 'at', voltage: -40 }, measuredTo: -80 },
    ]);
    expect(decision).toMatchObject({ allowed: false, unknown: false });
    expect(decision.reason).toContain('B: breaks down at -40 V');
    const suspected = inDoubt({ found: 'at', voltage: -40 });
    expect(decideBias(-60, [{ name: 'C', breakdown: suspected }])).toMatchObject({ unknown: false });
    expect(decideBias(-30, [{ name: 'C', breakdown: suspected }])).toMatchObject({ unknown: true });
  });

  test('does not lie where the curve has no point between sound and broken', () => {
    const sensor = { name: 'A', measuredTo: -64 };
    const coarse: Breakdown = { found: 'at', voltage: -64, after: -58 };
    expect(decideBias(-58, [{ ...sensor, breakdown: coarse }]).allowed).toBe(true);
    const decision = decideBias(-60, [{ ...sensor, breakdown: coarse }]);
    expect(decision).toMatchObject({ allowed: false, breaksDown: true });
    expect(decision.reason).toContain('breaks down between -58 V and -64 V');
  });

  test.each([
    [{ found: 'at', voltage: -60 } as const, -80, false],
    [{ found: 'at', voltage: -60.1 } as const, -80, true],
    [{ found: 'none' } as const, -59.5, true],
    [{ found: 'none' } as const, -59.4, false],
  ])('of -60 V, with breakdown %j and a curve to %d V, is allowed: %s', (breakdown, measuredTo, allowed) => {
    expect(decideBias(-60, [{ name: 'A', breakdown, measuredTo }]).allowed).toBe(allowed);
  });

  test('that is allowed is neither unknown nor of a sensor that breaks down', () => {
    const sound: SensorKnowledge = { name: 'A', breakdown: { found: 'none' }, measuredTo: -80 };
    expect(decideBias(-60, [sound])).toMatchObject({ allowed: true, unknown: false, breaksDown: false });
  });

  test('no sensors at all allow nothing', () => {
    expect(decideBias(-60, [])).toMatchObject({ allowed: false, unknown: true, breaksDown: false });
  });
});
