import type { Pace } from '../base/time.ts';
import type { Seconds, Volts } from '../base/units.ts';
import type { PowerReading, SafeChannel } from './cluster.ts';
import type { PowerChannel } from './instrument.ts';
import { rampVoltage } from './ramp.ts';
import { addressOf, problemOf } from './reading.ts';

/** "HV off" begins with this, measured with the output still on (rule 3). */
export const offBelow: Volts = 1;

interface RampDown {
  step: Volts;
  delay: Seconds;
  pace: Pace;
  onStep?: ((reading: PowerReading) => void) | undefined;
}

/** Each failure is followed by another try from what is read then. */
const attempts = 3;
/** A sensor and its cables discharge slowly at 0 V. */
const discharges = 10;
const dischargeSeconds = 0.5;

/**
 * Takes one HV output as it is found to "HV off" (rule 3): ramp to zero, measure, output off, read it back. Never
 * throws; says what is left to be done by hand.
 */
export async function makeHvSafe(channel: PowerChannel, ramp: RampDown): Promise<SafeChannel> {
  const at = addressOf(channel);
  let why = '';
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    try {
      const left = await hvOff(channel, ramp);
      if (left === undefined) return { at, role: 'hv', off: true };
      why = left;
    } catch (error) {
      why = problemOf(error);
    }
  }
  return { at, role: 'hv', off: false, problem: `${why}. ${hvByHand(channel.instrument)}` };
}

/** Switches one LV output off and reads it back; tells how it was found. Never throws. */
export async function makeLvSafe(
  channel: PowerChannel,
  onStep?: (reading: PowerReading) => void,
): Promise<SafeChannel> {
  const at = addressOf(channel);
  const tell = (output: boolean) => onStep?.({ at, role: 'lv', time: Date.now(), output });
  try {
    const isOn = await channel.readOutput();
    tell(isOn);
    if (isOn) {
      await channel.switchOutput(false);
      tell(false);
    }
    return { at, role: 'lv', off: true };
  } catch (error) {
    return {
      at,
      role: 'lv',
      off: false,
      problem: `${problemOf(error)}. Switch output ${channel.channel} of ${channel.instrument} off by hand, once HV is off.`,
    };
  }
}

export function hvByHand(instrument: string): string {
  return `By hand, at ${instrument}: turn the voltage down in steps of 5 V to 0 V, wait until it shows less than 1 V, then switch the output off. Leave LV on until then`;
}

/** Undefined when it is off as rule 3 means it; otherwise what is in the way. */
async function hvOff(
  channel: PowerChannel,
  { step, delay, pace, onStep }: RampDown,
): Promise<string | undefined> {
  if (!(await channel.readOutput())) {
    onStep?.({ at: addressOf(channel), role: 'hv', time: Date.now(), output: false });
    return undefined;
  }
  const { end, reading } = await rampVoltage(channel, 0, {
    step,
    delay,
    pace,
    ...(onStep ? { onStep } : {}),
  });
  if (end !== 'reached') return reading.problem ?? 'the ramp to 0 V ended early';
  let voltage: Volts | undefined;
  for (let attempt = 1; attempt <= discharges; attempt += 1) {
    ({ voltage } = await channel.measure());
    if (Math.abs(voltage) < offBelow) {
      await channel.switchOutput(false);
      return undefined;
    }
    await pace.sleep(Math.max(delay, dischargeSeconds));
  }
  // At 0 V the output draws the charge off; switched off, it would leave it on the sensor.
  return `${voltage} V are measured although the set-point is 0 V; the output was left on`;
}
