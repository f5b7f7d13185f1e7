import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { realTime } from '../../src/base/time.ts';
import type { ClimateReading, PowerReading } from '../../src/instruments/cluster.ts';
import type { Event } from '../../src/journal/event.ts';
import { StationWatch, type Trip, type Watched } from '../../src/sequence/interlocks/stationWatch.ts';
import type { Interlock } from '../../src/station/interlock.ts';
import { loadStation } from '../../src/station/load.ts';
import { poweringGroup } from '../../src/station/poweringGroup.ts';

const { station } = await loadStation('examples/coldbox');
const group = poweringGroup(station);

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const dry: ClimateReading = { at: 'cb:1', time: 0, temperature: 20, air: 20, humidity: 5, dewPoint: -40 };
const on = (role: 'hv' | 'lv', current: number): PowerReading => ({
  at: `${role}_1:1`,
  role,
  time: 0,
  output: true,
  setpoint: role === 'hv' ? -60 : 1.8,
  voltage: role === 'hv' ? -60 : 1.8,
  current,
});

/** A watch over supplies and a coldbox that answer as the test says; never is an answer, too. */
function watchOver(interlocks: Partial<Interlock>[]) {
  let jitter = 0;
  const answers = {
    hv: (): Promise<readonly PowerReading[]> => Promise.resolve([on('hv', -1e-6 - 1e-10 * ++jitter)]),
    lv: (): Promise<readonly PowerReading[]> => Promise.resolve([on('lv', 2)]),
    cb: (): Promise<readonly ClimateReading[]> => Promise.resolve([dry]),
  };
  const looks = { hv: 0, lv: 0, cb: 0 };
  const cluster = {
    read: ([role]: readonly ('hv' | 'lv')[]) => {
      looks[role!] += 1;
      return answers[role!]();
    },
    readClimate: () => {
      looks.cb += 1;
      return answers.cb();
    },
    readTemperatures: () => Promise.resolve([]),
  } as unknown as Watched['cluster'];
  const events: Event[] = [];
  const full = interlocks.map((one) => ({ ...station.interlocks[0]!, when: 'always' as const, ...one }));
  const watch = new StationWatch(
    { cluster, group, station: { ...station, interlocks: full }, pace: realTime },
    (event) => events.push(event),
  );
  const trip = () => watch.signal.reason as Trip | undefined;
  const tripped = () => events.filter(({ event }) => event === 'interlock');
  return { watch, answers, looks, events, trip, tripped };
}

const never = () => new Promise<never>(() => undefined);
const seconds = (count: number) => vi.advanceTimersByTimeAsync(count * 1_000);
const leaky = { name: 'leaky', reading: 'hv.current', condition: 'above', limit: 5e-6, grace: 2 } as const;
const humid = {
  name: 'humid',
  reading: 'climate.humidity',
  condition: 'above',
  limit: 30,
  grace: 0,
} as const;

describe('the watch', () => {
  test('looks at what it was told to watch about once a second, until it is told otherwise', async () => {
    const { watch, looks } = watchOver([]);
    watch.watch(['hv']);
    await seconds(10);
    expect(looks.hv).toBeGreaterThanOrEqual(10);
    expect(looks.lv).toBe(0);
    await watch.release(['hv']);
    const before = looks.hv;
    await seconds(5);
    expect(looks.hv).toBe(before);
    watch.stop();
  });

  test('ends everything when an interlock asks for that, with its message, after its grace time', async () => {
    const { watch, answers, trip, tripped } = watchOver([
      { ...leaky, action: 'hvOff', message: 'Look at it.' },
    ]);
    watch.watch(['hv', 'lv']);
    await seconds(3);
    answers.hv = async () => [on('hv', -6e-6)];
    await seconds(1.5);
    expect(trip()).toBeUndefined();
    await seconds(3);
    expect(trip()?.what).toContain('leaky: hv.current at hv_1:1');
    expect(trip()?.message).toBe('Look at it.');
    expect(tripped()).toMatchObject([
      { state: 'tripped', name: 'leaky', value: 6e-6, limit: 5e-6, unit: 'A' },
    ]);
    watch.stop();
  });

  test('only says so where the interlock warns, and says when it is over', async () => {
    const { watch, answers, trip, tripped } = watchOver([{ ...leaky, action: 'warn' }]);
    watch.watch(['hv']);
    answers.hv = async () => [on('hv', -6e-6)];
    await seconds(5);
    answers.hv = async () => [on('hv', -1e-6)];
    await seconds(3);
    expect(trip()).toBeUndefined();
    expect(tripped()).toMatchObject([{ state: 'tripped' }, { state: 'cleared' }]);
    watch.stop();
  });

  test('keeps what asks for a person until the next step', async () => {
    const { watch, answers, trip } = watchOver([{ ...leaky, action: 'pauseAfterStep' }]);
    watch.watch(['hv']);
    answers.hv = async () => [on('hv', -6e-6)];
    await seconds(5);
    expect(trip()).toBeUndefined();
    expect(watch.takeWaiting().map(({ interlock }) => interlock.name)).toEqual(['leaky']);
    expect(watch.takeWaiting()).toEqual([]);
    watch.stop();
  });

  test('takes a supply that trips, cannot be read, or goes off by itself for a trip without any interlock', async () => {
    const wrong: Partial<PowerReading>[] = [
      { trip: 'compliance' },
      { problem: 'E3005 it did not answer' },
      { output: false, trip: 'unknown', problem: 'it went off by itself' },
    ];
    for (const one of wrong) {
      const { watch, answers, trip, events } = watchOver([]);
      watch.watch(['lv']);
      await seconds(2);
      expect(trip()).toBeUndefined();
      answers.lv = async () => [{ ...on('lv', 2), ...one }];
      await seconds(2);
      expect(trip()?.what).toContain('lv_1:1');
      expect(events.filter(({ event }) => event === 'trip')).toHaveLength(1);
      watch.stop();
    }
  });

  test('a coldbox that never answers is a reading that does not come, and keeps no eye off the supplies', async () => {
    const { watch, answers, looks, trip } = watchOver([
      { ...humid, action: 'hvOff' },
      { ...leaky, action: 'allOff' },
    ]);
    answers.cb = never;
    watch.watch(['hv', 'lv', 'cb']);
    await seconds(20);
    expect(looks.hv).toBeGreaterThanOrEqual(19);
    // A coldbox may take its 20 seconds.
    expect(trip()).toBeUndefined();
    await seconds(10);
    expect(trip()?.what).toContain('humid: climate.humidity at cb:1 does not come');
    watch.stop();
  });

  test('a supply that hangs in the middle of an answer is a reading that does not come, too', async () => {
    const { watch, answers, trip } = watchOver([{ ...leaky, action: 'hvOff' }]);
    watch.watch(['hv']);
    await seconds(3);
    answers.hv = never;
    await seconds(12);
    expect(trip()?.what).toContain('leaky: hv.current at hv_1:1 does not come');
    watch.stop();
  });

  test('what a calibration owns is not looked at, is not stale, and counts as on for others', async () => {
    const stale = { ...leaky, condition: 'stale', limit: 5, action: 'hvOff' } as const;
    const wet = { ...humid, when: 'hvOn', action: 'hvOff' } as const;
    const { watch, answers, looks, trip } = watchOver([stale, wet]);
    watch.watch(['hv', 'lv', 'cb']);
    await seconds(3);
    await watch.release(['hv', 'lv'], { handedOver: true });
    const before = looks.hv;
    await seconds(60);
    expect(looks.hv).toBe(before);
    expect(trip()).toBeUndefined();
    answers.cb = async () => [{ ...dry, humidity: 80 }];
    await seconds(5);
    expect(trip()?.what).toContain('humid');
    watch.stop();
  });

  test('a reading that is not among what the instrument tells is missing, not absent', async () => {
    const { watch, answers, trip } = watchOver([{ ...humid, action: 'hvOff' }]);
    watch.watch(['cb']);
    await seconds(3);
    const { humidity: _, ...without } = dry;
    answers.cb = async () => [without];
    await seconds(5);
    expect(trip()?.what).toContain('does not come');
    watch.stop();
  });

  test('the margin above the dew point is that of the coldest surface', async () => {
    const margin = { ...humid, reading: 'climate.dewPointMargin', condition: 'below', limit: 3 } as const;
    const { watch, answers, tripped } = watchOver([
      { ...margin, action: 'warn', unit: 'K' } as Partial<Interlock>,
    ]);
    answers.cb = async () => [{ ...dry, temperature: -18, air: 5, dewPoint: -20 }];
    watch.watch(['cb']);
    await seconds(3);
    expect(tripped()).toMatchObject([{ value: 2 }]);
    watch.stop();
  });

  test('something that overheats lets LV go off even under an HV that does not; nothing else does', async () => {
    for (const [interlock, thermal] of [
      [{ ...humid, name: 'hot', reading: 'climate.temperature', limit: 15, action: 'allOff' }, true],
      [{ ...humid, name: 'hot', reading: 'climate.temperature', limit: 15, action: 'hvOff' }, false],
      [{ ...humid, limit: 1, action: 'allOff' }, false],
    ] as const) {
      const { watch, trip } = watchOver([interlock]);
      watch.watch(['cb']);
      await seconds(3);
      expect(trip()?.thermal).toBe(thermal);
      watch.stop();
    }
  });
});
