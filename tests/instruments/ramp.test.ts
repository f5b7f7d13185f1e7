import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Pace } from '../../src/base/time.ts';
import type { PowerChannel } from '../../src/instruments/instrument.ts';
import { rampPoints, rampVoltage } from '../../src/instruments/ramp.ts';

/** A bias channel in memory: what is written holds at once, up to a breakdown. */
class MemoryChannel implements PowerChannel {
  readonly instrument = 'hv';
  readonly channel = 1;
  readonly written: number[] = [];
  on = true;
  breakdown = Number.NEGATIVE_INFINITY;
  setpoint: number;

  constructor(setpoint: number) {
    this.setpoint = setpoint;
  }

  get voltage(): number {
    return this.on ? Math.max(this.setpoint, this.breakdown) : 0;
  }

  readOutput = async () => this.on;
  switchOutput = async (on: boolean) => {
    this.on = on;
  };
  readSetpoint = async () => this.setpoint;
  checkSetpoint = async () => {};
  writeSetpoint = async (voltage: number) => {
    this.setpoint = voltage;
    this.written.push(voltage);
  };
  readCurrentLimit = async () => 1e-5;
  writeCurrentLimit = async () => {};
  measure = async () => ({ voltage: this.voltage, current: -1e-9 });
  readTrip = async () => (this.setpoint < this.breakdown ? ('compliance' as const) : undefined);
}

/** Does not wait at all. */
class Instantly extends Pace {
  override async sleep(_seconds: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
  }
}

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

  test.each([0, -5, Number.NaN, Number.POSITIVE_INFINITY])('a step of %s V is refused', async (step) => {
    const channel = new MemoryChannel(0);
    await expect(rampVoltage(channel, -50, { step, ...quick })).rejects.toThrow(/E3011/);
    expect(channel.written).toEqual([]);
  });
});
