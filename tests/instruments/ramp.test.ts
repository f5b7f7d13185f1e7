import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rampPoints, rampVoltage } from '../../src/instruments/ramp.ts';
import { Instantly, MemoryChannel } from './memoryChannel.ts';

const noReply = () => Promise.reject(new Error('no reply'));
const quick = { delay: 1, pace: new Instantly() };
const volts = fc.double({ min: -350, max: 0.4, noNaN: true });
const steps = fc.double({ min: 0.1, max: 20, noNaN: true });

describe('rampPoints', () => {
  test('never steps further than configured, goes one way, and ends exactly at the target', () => {
    fc.assert(
      fc.property(volts, volts, steps, (from, to, step) => {
        const points = rampPoints(from, to, step);
        const all = [from, ...points];
        for (let i = 1; i < all.length; i += 1) {
          const change = all[i]! - all[i - 1]!;
          expect(Math.abs(change)).toBeLessThanOrEqual(step * (1 + 1e-8));
          expect(change * (to - from)).toBeGreaterThanOrEqual(0);
        }
        if (Math.abs(to - from) > step * 1e-8) expect(all.at(-1)).toBe(to);
      }),
    );
  });

  test('needs no more steps than the distance asks for', () => {
    expect(rampPoints(0, -80, 5)).toHaveLength(16);
    expect(rampPoints(0, -0.3, 0.1)).toHaveLength(3);
    expect(rampPoints(-10, -10, 5)).toEqual([]);
  });
});

describe('rampVoltage', () => {
  test('the voltage at the sensor never changes by more than a step, wherever it starts, ends and breaks down', async () => {
    await fc.assert(
      fc.asyncProperty(volts, volts, steps, volts, async (start, to, step, breakdown) => {
        const channel = new MemoryChannel(start);
        channel.breakdown = Math.min(breakdown, -1);
        let before = channel.voltage;
        const write = channel.writeSetpoint;
        channel.writeSetpoint = async (voltage) => {
          await write(voltage);
          expect(Math.abs(channel.voltage - before)).toBeLessThanOrEqual(step * (1 + 1e-8));
          before = channel.voltage;
        };
        const { end } = await rampVoltage(channel, to, { step, ...quick });
        if (end === 'reached') expect(channel.setpoint).toBe(to);
        else expect(Math.abs(to)).toBeGreaterThan(Math.abs(channel.breakdown));
      }),
      { numRuns: 200 },
    );
  });

  test('down from compliance it starts at what is measured, not at the set-point', async () => {
    const channel = new MemoryChannel(-80);
    channel.breakdown = -20;
    const { end } = await rampVoltage(channel, 0, { step: 5, ...quick });
    expect(end).toBe('reached');
    expect(channel.written).toEqual([-15, -10, -5, 0]);
  });

  test('up it ends at compliance, and says what it saw', async () => {
    const channel = new MemoryChannel(0);
    channel.breakdown = -12;
    const { end, reading } = await rampVoltage(channel, -50, { step: 5, ...quick });
    expect(end).toBe('tripped');
    expect(reading).toMatchObject({ trip: 'compliance', setpoint: -15, voltage: -12 });
    expect(channel.written).toEqual([-5, -10, -15]);
  });

  test('up it does not start in compliance', async () => {
    const channel = new MemoryChannel(-20);
    channel.breakdown = -12;
    expect((await rampVoltage(channel, -50, { step: 5, ...quick })).end).toBe('tripped');
    expect(channel.written).toEqual([]);
  });

  test('up it ends at a reading that does not come', async () => {
    const channel = new MemoryChannel(0);
    channel.measure = async () => {
      if (channel.setpoint < -7) throw new Error('no reply');
      return { voltage: channel.voltage, current: 0 };
    };
    const { end, reading } = await rampVoltage(channel, -50, { step: 5, ...quick });
    expect(end).toBe('tripped');
    expect(reading.problem).toContain('no reply');
    expect(channel.setpoint).toBe(-10);
  });

  test('up it ends when the output went off by itself', async () => {
    const channel = new MemoryChannel(0);
    channel.readOutput = async () => channel.setpoint > -7;
    const { end, reading } = await rampVoltage(channel, -50, { step: 5, ...quick });
    expect(end).toBe('tripped');
    expect(reading).toMatchObject({ output: false, trip: 'unknown' });
  });

  test('down it goes on although readings fail', async () => {
    const channel = new MemoryChannel(-20);
    channel.measure = async () => {
      throw new Error('no reply');
    };
    const { end, reading } = await rampVoltage(channel, 0, { step: 5, ...quick });
    expect(end).toBe('reached');
    expect(reading.problem).toContain('no reply');
    expect(channel.written).toEqual([-15, -10, -5, 0]);
  });

  test('a stop ends it after the present step, which is measured', async () => {
    const channel = new MemoryChannel(0);
    const stop = new AbortController();
    const seen: number[] = [];
    const { end, reading } = await rampVoltage(channel, -50, {
      step: 5,
      ...quick,
      signal: stop.signal,
      onStep: ({ setpoint }) => {
        seen.push(setpoint!);
        if (setpoint === -10) stop.abort();
      },
    });
    expect(end).toBe('stopped');
    expect(reading.setpoint).toBe(-10);
    expect(channel.written).toEqual([-5, -10]);
    expect(seen).toEqual([-5, -10]);
  });

  test('a stop does not wait for the delay', async () => {
    const channel = new MemoryChannel(0);
    const stop = new AbortController();
    const write = channel.writeSetpoint;
    channel.writeSetpoint = async (voltage) => {
      await write(voltage);
      stop.abort();
    };
    const ramp = rampVoltage(channel, -50, { step: 5, delay: 3_600, signal: stop.signal });
    expect((await ramp).end).toBe('stopped');
    expect(channel.written).toEqual([-5]);
  });

  test('with the output off the set-point steps without waiting or measuring', async () => {
    const channel = new MemoryChannel(-12);
    channel.on = false;
    const { end, reading } = await rampVoltage(channel, 0, { step: 5, delay: 3_600 });
    expect(end).toBe('reached');
    expect(reading).toMatchObject({ output: false, setpoint: 0 });
    expect(channel.written).toEqual([-8, -4, 0]);
  });

  test('an output of which nobody knows whether it is on, or at what it is set, is not moved', async () => {
    for (const silent of [
      { readOutput: noReply },
      { readSetpoint: noReply },
      { on: false, readSetpoint: noReply },
    ]) {
      const channel: MemoryChannel = Object.assign(new MemoryChannel(-20), silent);
      const { end, reading } = await rampVoltage(channel, 0, { step: 5, ...quick });
      expect(end).toBe('tripped');
      expect(reading).toMatchObject({ at: 'hv:1', role: 'hv', problem: 'no reply' });
      expect(channel.written).toEqual([]);
    }
  });

  test('a set-point that is not taken ends it, with the last that was', async () => {
    const channel = new MemoryChannel(0);
    const write = channel.writeSetpoint;
    channel.writeSetpoint = async (voltage) => (voltage < -7 ? noReply() : write(voltage));
    const { end, reading } = await rampVoltage(channel, -50, { step: 5, ...quick });
    expect(end).toBe('tripped');
    expect(reading).toMatchObject({ role: 'hv', setpoint: -5, problem: 'no reply' });
  });

  test('up it begins at the set-point, whatever is measured; down at what is measured, beyond the accuracy of a meter', async () => {
    const reads = (setpoint: number, voltage: number) => {
      const channel = new MemoryChannel(setpoint);
      channel.measure = async () => ({ voltage, current: 0 });
      return channel;
    };
    const up = reads(-20, -12);
    await rampVoltage(up, -30, { step: 5, ...quick });
    expect(up.written).toEqual([-25, -30]);
    const near = reads(-20, -19.7);
    await rampVoltage(near, -10, { step: 5, ...quick });
    expect(near.written).toEqual([-15, -10]);
    const limited = reads(-20, -19);
    await rampVoltage(limited, -10, { step: 5, ...quick });
    expect(limited.written).toEqual([-14.5, -10]);
  });

  test('to where it is already it ends at a trip as on the way up', async () => {
    const channel = new MemoryChannel(-20);
    channel.breakdown = -12;
    expect((await rampVoltage(channel, -20, { step: 5, ...quick })).end).toBe('tripped');
  });

  test('a stop in its last step is one; what else ends a wait is an error', async () => {
    const stop = new AbortController();
    const channel = new MemoryChannel(0);
    const onStep = () => stop.abort();
    const pace = new Instantly();
    pace.sleep = async () => stop.abort();
    const last = { step: 5, delay: 1, pace, signal: stop.signal, onStep };
    expect(await rampVoltage(channel, -5, last)).toMatchObject({ end: 'stopped', reading: { setpoint: -5 } });
    const again = new AbortController();
    pace.sleep = async () => {
      again.abort();
      again.signal.throwIfAborted();
    };
    const cut = await rampVoltage(new MemoryChannel(0), -5, { ...last, signal: again.signal });
    expect(cut).toMatchObject({ end: 'stopped', reading: { setpoint: -5 } });
    pace.sleep = noReply;
    await expect(rampVoltage(channel, -20, { step: 5, delay: 1, pace })).rejects.toThrow('no reply');
  });

  test('it waits for its delay at each step, which may be none', async () => {
    const pace = new Instantly();
    for (const delay of [2, 0]) await rampVoltage(new MemoryChannel(0), -10, { step: 5, delay, pace });
    expect(pace.waited).toEqual([2, 2, 0, 0]);
  });

  test.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('a delay of %s s is refused', async (delay) => {
    const channel = new MemoryChannel(0);
    await expect(rampVoltage(channel, -50, { ...quick, step: 5, delay })).rejects.toThrow(/E3011/);
    expect(channel.written).toEqual([]);
  });

  test.each([0, -5, Number.NaN, Number.POSITIVE_INFINITY])('a step of %s V is refused', async (step) => {
    const channel = new MemoryChannel(0);
    await expect(rampVoltage(channel, -50, { step, ...quick })).rejects.toThrow(/E3011/);
    expect(channel.written).toEqual([]);
  });
});
