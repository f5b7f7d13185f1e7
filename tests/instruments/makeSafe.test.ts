import { expect, test } from 'vitest';
import { makeHvSafe, makeLvSafe } from '../../src/instruments/makeSafe.ts';
import { Instantly, MemoryChannel } from './memoryChannel.ts';

/** Ramps from its set-point while the charge on the sensor stays, and is gone at the so-manieth measurement at 0 V. */
function charged(volts: number, goneAt = Number.POSITIVE_INFINITY) {
  const channel = new MemoryChannel(0);
  let measured = 0;
  channel.measure = async () => {
    measured += 1;
    return { voltage: measured < goneAt ? volts : 0, current: 0 };
  };
  return channel;
}

const ramp = (pace = new Instantly()) => ({ step: 5, delay: 0.1, pace });

test.each([1, 1.5, -1])(
  'with %s V on it an HV is not off, and its output stays on to draw that',
  async (volts) => {
    const channel = charged(volts);
    const made = await makeHvSafe(channel, ramp());
    expect(made).toMatchObject({ at: 'hv:1', role: 'hv', off: false });
    expect(made.problem).toContain(
      `${volts} V are measured although the set-point is 0 V; the output was left on`,
    );
    expect(made.problem).toMatch(/By hand, at hv: .* less than 1 V/);
    expect(channel.on).toBe(true);
  },
);

test('of one that does not answer it is told what to do by hand', async () => {
  const channel = new MemoryChannel(-20);
  channel.readOutput = () => Promise.reject(new Error('no reply'));
  expect((await makeHvSafe(channel, ramp())).problem).toMatch(/^no reply\. By hand/);
});

test('less than 1 V is off', async () => {
  const channel = charged(-0.99);
  expect(await makeHvSafe(channel, ramp())).toEqual({ at: 'hv:1', role: 'hv', off: true });
  expect(channel.on).toBe(false);
});

test('a charge is waited for, ten looks in each of three attempts', async () => {
  const pace = new Instantly();
  // Each attempt looks once more, before its ramp.
  expect((await makeHvSafe(charged(20, 33), ramp(pace))).off).toBe(true);
  expect(new Set(pace.waited)).toEqual(new Set([0.5]));
  expect((await makeHvSafe(charged(20, 34), ramp())).off).toBe(false);
  const slow = new Instantly();
  await makeHvSafe(charged(20, 3), { ...ramp(slow), delay: 2 });
  expect(slow.waited).toEqual([2]);
});

test('what is in the way at first is no reason to give up', async () => {
  const channel = new MemoryChannel(-20);
  const answers = channel.readOutput;
  let asked = 0;
  channel.readOutput = async () => {
    asked += 1;
    if (asked < 3) throw new Error('no reply');
    return answers();
  };
  const seen: unknown[] = [];
  expect(
    (await makeHvSafe(channel, { ...ramp(), onStep: (reading) => seen.push(reading.setpoint) })).off,
  ).toBe(true);
  expect(seen).toEqual([-15, -10, -5, 0]);
});

test('outputs found off are told, and left', async () => {
  const channel = new MemoryChannel(-20);
  channel.on = false;
  channel.switchOutput = () => Promise.reject(new Error('switched'));
  const seen: unknown[] = [];
  const onStep = ({ at, role, output }: { at: string; role: string; output?: boolean }) =>
    seen.push([at, role, output]);
  expect((await makeHvSafe(channel, { ...ramp(), onStep })).off).toBe(true);
  expect(await makeLvSafe(channel, onStep)).toEqual({ at: 'hv:1', role: 'lv', off: true });
  expect(seen).toEqual([
    ['hv:1', 'hv', false],
    ['hv:1', 'lv', false],
  ]);
  expect(channel.written).toEqual([]);
});

test('an LV is told as it was found and as it is then; one that does not answer is for a person', async () => {
  const channel = new MemoryChannel(1.8);
  const seen: unknown[] = [];
  expect((await makeLvSafe(channel, ({ output }) => seen.push(output))).off).toBe(true);
  expect(seen).toEqual([true, false]);
  expect(channel.on).toBe(false);
  channel.readOutput = () => Promise.reject(new Error('no reply'));
  const made = await makeLvSafe(channel);
  expect(made).toMatchObject({ role: 'lv', off: false });
  expect(made.problem).toContain('no reply. Switch output 1 of hv off by hand, once HV is off.');
});

test('an HV whose ramp ends early says why', async () => {
  const channel = new MemoryChannel(-20);
  channel.writeSetpoint = () => Promise.reject(new Error('refused'));
  const made = await makeHvSafe(channel, ramp());
  expect(made.problem).toMatch(/^refused\. By hand, at hv: turn the voltage down in steps of 5 V to 0 V,/);
  expect(channel.on).toBe(true);
});
