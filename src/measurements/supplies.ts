import type { Pace } from '../base/time.ts';
import type { Seconds, Volts } from '../base/units.ts';
import type { PowerChannel, Trip } from '../instruments/instrument.ts';

/** How fast a bias moves. */
export interface RampSpeed {
  /** Largest change between two set-points; positive. */
  step: Volts;
  delay: Seconds;
}

/** Rule 3 of the design: less than this, measured with the output on, is off. */
const offBelow: Volts = 1;
/** A cable and a sensor hold their charge for a moment; so often is looked, a delay apart. */
const looks = 20;

/**
 * Moves a bias in steps, each no larger than `speed.step`, and answers early if the supply trips. `stop` ends it between
 * two steps with what was reached.
 */
export async function moveBias(
  hv: PowerChannel,
  to: Volts,
  speed: RampSpeed,
  pace: Pace,
  stop?: AbortSignal,
): Promise<Trip | undefined> {
  const from = await hv.readSetpoint();
  for (const voltage of rampSetpoints(from, to, speed.step)) {
    if (stop?.aborted) return undefined;
    await hv.writeSetpoint(voltage);
    if (voltage === to) return undefined;
    await pause(pace, speed.delay, stop);
    const trip = await hv.readTrip();
    if (trip !== undefined) return trip;
  }
  return undefined;
}

/** The set-points from one voltage to another; empty if they are the same. */
export function rampSetpoints(from: Volts, to: Volts, step: Volts): Volts[] {
  if (from === to) return [];
  const count = Math.ceil(Math.abs(to - from) / step - 1e-9);
  return Array.from({ length: count }, (_, k) =>
    k === count - 1 ? to : Number((from + Math.sign(to - from) * step * (k + 1)).toFixed(6)),
  );
}

/**
 * Ramps a bias to zero and switches its output off, whatever it was found doing, and answers what could not be
 * verified. Downwards it starts from the smaller of set-point and measured voltage: a supply in compliance would
 * otherwise stay at its full current for most of the way. (rules 2 and 3)
 */
export async function biasOff(hv: PowerChannel, speed: RampSpeed, pace: Pace): Promise<string | undefined> {
  if (await hv.readOutput()) {
    const setpoint = await hv.readSetpoint();
    const { voltage } = await hv.measure();
    const start = Math.min(Math.abs(setpoint), Math.abs(voltage)) * Math.sign(setpoint);
    for (const level of rampSetpoints(start, 0, speed.step)) {
      await hv.writeSetpoint(level);
      await pace.sleep(speed.delay);
    }
    // It may have been measured at zero already while its set-point was not.
    await hv.writeSetpoint(0);
    const left = await decay(hv, speed.delay, pace);
    if (Math.abs(left) >= offBelow) return `still measures ${left} V at set-point 0; its output was left on`;
    await hv.switchOutput(false);
  } else if ((await hv.readSetpoint()) !== 0) {
    await hv.writeSetpoint(0);
  }
  return (await hv.readOutput()) ? 'its output reads as on after it was switched off' : undefined;
}

/** Switches a low-voltage output off and answers what could not be verified. */
export async function supplyOff(lv: PowerChannel): Promise<string | undefined> {
  if (!(await lv.readOutput())) return undefined;
  await lv.switchOutput(false);
  return (await lv.readOutput()) ? 'its output reads as on after it was switched off' : undefined;
}

/** Waits for station seconds, or less if it is to stop. */
export async function pause(pace: Pace, seconds: Seconds, stop?: AbortSignal): Promise<void> {
  try {
    await pace.sleep(seconds, stop);
  } catch (error) {
    if (!stop?.aborted) throw error;
  }
}

async function decay(hv: PowerChannel, delay: Seconds, pace: Pace): Promise<Volts> {
  for (let look = 1; ; look += 1) {
    const { voltage } = await hv.measure();
    if (Math.abs(voltage) < offBelow || look === looks) return voltage;
    await pace.sleep(delay);
  }
}
