import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  evaluate,
  type Memory,
  type Raised,
  type Sample,
  type Situation,
} from '../../src/instruments/interlocks/evaluate.ts';
import type { Interlock } from '../../src/station/interlock.ts';

const hot: Interlock = {
  name: 'hot',
  reading: 'module.temperature',
  condition: 'above',
  limit: 45,
  written: { limit: 45, unit: '°C' },
  grace: 3,
  when: 'always',
  action: 'allOff',
  message: 'Cool it.',
  where: { file: 'interlocks.json' },
};

type State = Sample['state'];
interface Look {
  now: number;
  state?: State;
  situation?: Partial<Situation>;
}

/** Runs looks one after the other; answers the times at which it was raised and cleared. */
function follow(interlocks: Interlock | readonly Interlock[], looks: readonly Look[]) {
  let memory: Memory = new Map();
  const raised: { now: number; one: Raised }[] = [];
  const cleared: number[] = [];
  for (const { now, state, situation } of looks) {
    const samples =
      state === undefined ? [] : [{ reading: 'module.temperature' as const, at: 'ab_1', time: now, state }];
    const evaluation = evaluate([interlocks].flat(), memory, samples, {
      hvOn: false,
      lvOn: false,
      ...situation,
    });
    memory = evaluation.memory;
    raised.push(...evaluation.raised.map((one) => ({ now, one })));
    cleared.push(...evaluation.cleared.map(() => now));
  }
  return { raised, cleared, times: raised.map(({ now }) => now) };
}

const value = (number: number): State => ({ value: number });
const lost: State = { missing: 'no reply' };
const each = (states: readonly (State | undefined)[]): Look[] =>
  states.map((state, now) => ({ now, ...(state === undefined ? {} : { state }) }));

describe('an interlock', () => {
  test('trips when its condition has held for the grace time, and says so once', () => {
    const { times, raised } = follow(hot, each([40, 50, 50, 50, 50, 50].map(value)));
    expect(times).toEqual([4]);
    expect(raised[0]?.one).toMatchObject({ at: 'ab_1', value: 50, interlock: { name: 'hot' } });
  });

  test('does not trip when the condition is over before that', () => {
    expect(follow(hot, each([50, 50, 50, 40, 50, 50, 50, 40].map(value))).times).toEqual([]);
  });

  test('trips again after it was clear, and says when it was', () => {
    const { times, cleared } = follow({ ...hot, grace: 0 }, each([50, 50, 40, 50].map(value)));
    expect(times).toEqual([0, 3]);
    expect(cleared).toEqual([2]);
  });

  test('takes a reading that does not come for its condition', () => {
    const { times, raised } = follow(hot, each([value(20), lost, lost, lost, lost]));
    expect(times).toEqual([4]);
    expect(raised[0]?.one).toMatchObject({ missing: 'no reply' });
    expect(raised[0]?.one.value).toBeUndefined();
  });

  test('does not forget a condition because a reading is lost in between', () => {
    expect(follow(hot, each([value(50), lost, value(50), lost])).times).toEqual([3]);
  });

  test('sees what a calibration owns neither as missing nor as stale, and begins anew afterwards', () => {
    const states: State[] = [
      value(50),
      value(50),
      'handed over',
      'handed over',
      value(50),
      value(50),
      value(50),
    ];
    expect(follow(hot, each(states)).times).toEqual([]);
    const stale = { ...hot, condition: 'stale' as const, limit: 3, grace: 0 };
    expect(
      follow(stale, each([value(1), 'handed over', 'handed over', 'handed over', value(1)])).times,
    ).toEqual([]);
  });

  test('sees an output that is off as having nothing to measure', () => {
    expect(follow({ ...hot, grace: 0 }, each(['off', 'off'])).times).toEqual([]);
  });

  test('below trips below, and not at the limit', () => {
    const below = { ...hot, condition: 'below' as const, grace: 0, limit: 10 };
    expect(follow(below, each([10, 9.99].map(value))).times).toEqual([1]);
    expect(follow({ ...hot, grace: 0 }, each([45, 45.01].map(value))).times).toEqual([1]);
  });

  test('stale trips when not even the last digit has changed for so long', () => {
    const stale = { ...hot, condition: 'stale' as const, limit: 3, grace: 0 };
    expect(follow(stale, each([1, 2, 2, 2, 2, 2].map(value))).times).toEqual([4]);
    expect(follow(stale, each([1, 2, 2, 2.000001, 2, 2].map(value))).times).toEqual([]);
    expect(follow(stale, each([value(1), lost])).times).toEqual([1]);
  });

  test.each([
    ['hvOn', { hvOn: true }, { hvOn: false }],
    ['lvOn', { lvOn: true }, { lvOn: false }],
    [['tuning'], { category: 'tuning' }, { category: 'sldo' }],
  ] as const)('applies when %s alone', (when, yes, no) => {
    const one = { ...hot, when, grace: 0 };
    const at = (situation: Partial<Situation>) =>
      follow(one, [{ now: 0, state: value(50), situation }]).times;
    expect(at(yes)).toEqual([0]);
    expect(at(no)).toEqual([]);
  });

  test('keeps each place apart', () => {
    const samples = ['ab_1', 'ab_2'].map(
      (at, i): Sample => ({ reading: 'module.temperature', at, time: 0, state: value(i === 0 ? 20 : 50) }),
    );
    const { raised } = evaluate([{ ...hot, grace: 0 }], new Map(), samples, { hvOn: true, lvOn: true });
    expect(raised.map(({ at }) => at)).toEqual(['ab_2']);
  });
});

/** A look: how long after the one before, and what it shows. */
const looks = fc.array(
  fc.record({
    after: fc.integer({ min: 1, max: 5 }),
    state: fc.oneof(
      fc.integer({ min: 40, max: 50 }).map(value),
      fc.constant<State>(lost),
      fc.constantFrom<State>('handed over', 'off'),
    ),
  }),
  { maxLength: 40 },
);

const timed = (given: readonly { after: number; state: State }[]): Look[] => {
  let now = 0;
  return given.map(({ after, state }) => {
    now += after;
    return { now, state };
  });
};

const met = (state: State | undefined) =>
  typeof state === 'object' && ('missing' in state || state.value > hot.limit);

test('whatever the readings: it trips exactly at the looks at which the condition has held without a gap for the grace time', () => {
  fc.assert(
    fc.property(looks, fc.integer({ min: 0, max: 8 }), (given, grace) => {
      const sequence = timed(given);
      // Said again, the long way: the beginning of the unbroken stretch that each look lies in.
      const expected = sequence.flatMap(({ now, state }, i) => {
        if (!met(state)) return [];
        const gap = sequence.slice(0, i).findLastIndex((look) => !met(look.state));
        const stretch = sequence.slice(gap + 1, i + 1);
        const holds = (until: number) => until - stretch[0]!.now >= grace;
        const earlier = stretch.slice(0, -1).some((look) => holds(look.now));
        return holds(now) && !earlier ? [now] : [];
      });
      expect(follow({ ...hot, grace }, sequence).times).toEqual(expected);
    }),
  );
});

test('whatever the readings: a warning on this side of an emergency is never later than it', () => {
  fc.assert(
    fc.property(
      looks,
      fc.integer({ min: 40, max: 44 }),
      fc.integer({ min: 0, max: 5 }),
      (given, limit, grace) => {
        const warning: Interlock = { ...hot, name: 'warm', limit, grace, action: 'warn' };
        const { raised } = follow([warning, { ...hot, grace: grace + 1 }], timed(given));
        const first = (name: string) => raised.find(({ one }) => one.interlock.name === name)?.now;
        const emergency = first('hot');
        if (emergency !== undefined) expect(first('warm')).toBeLessThanOrEqual(emergency);
      },
    ),
  );
});

test('whatever the readings: stale trips exactly when the time since the last change reaches its limit', () => {
  const stale: Interlock = { ...hot, condition: 'stale', limit: 6, grace: 0 };
  const values = fc.array(
    fc.record({ after: fc.integer({ min: 1, max: 4 }), state: fc.integer({ min: 0, max: 1 }).map(value) }),
    { maxLength: 40 },
  );
  fc.assert(
    fc.property(values, (given) => {
      const sequence = timed(given);
      const number = (i: number) => (sequence[i]!.state as { value: number }).value;
      let since = sequence[0]?.now ?? 0;
      const expected: number[] = [];
      let raised = false;
      sequence.forEach(({ now }, i) => {
        if (i > 0 && number(i) !== number(i - 1)) {
          since = now;
          raised = false;
        }
        if (!raised && now - since >= stale.limit) {
          expected.push(now);
          raised = true;
        }
      });
      expect(follow(stale, sequence).times).toEqual(expected);
    }),
  );
});
