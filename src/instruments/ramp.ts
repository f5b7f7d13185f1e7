import { type Pace, realTime } from '../base/time.ts';
import type { Volts } from '../base/units.ts';
import type { PowerReading, RampOptions, RampResult } from './cluster.ts';
import { levelRefused } from './faults.ts';
import type { PowerChannel } from './instrument.ts';
import { addressOf, problemOf, readChannel } from './reading.ts';

/**
 * Moves a bias in equal steps, waiting and measuring at each (rule 2). Up, in magnitude, from the set-point that was
 * read, ending early with `tripped` at compliance, at a trip, and at a reading that does not come; down from the smaller
 * of |set-point| and |measured|, and then a trip ends nothing, for there is nothing safer to do than to go on. A signal
 * ends it with `stopped` after the present step. With the output off only the set-point moves, without waiting.
 */
export async function rampVoltage(
  channel: PowerChannel,
  to: Volts,
  { step, delay, signal, onStep, pace = realTime }: RampOptions & { pace?: Pace },
): Promise<RampResult> {
  const label = addressOf(channel);
  if (!(step > 0 && Number.isFinite(step)))
    throw levelRefused(label, step, 'V', 'a step is a positive voltage');
  if (!(delay >= 0 && Number.isFinite(delay)))
    throw levelRefused(label, delay, 's', 'the delay between two steps is a time in seconds');

  await channel.checkSetpoint(to);

  let reading = await readChannel(channel, 'hv');
  const { output, setpoint } = reading;
  if (output === undefined || setpoint === undefined) return { end: 'tripped', reading };

  const down = Math.abs(to) < Math.abs(setpoint);
  const failed = () => !down && (reading.trip !== undefined || reading.problem !== undefined);
  if (output && failed()) return { end: 'tripped', reading };

  const from = down ? startDown(setpoint, reading.voltage) : setpoint;
  for (const point of pointsBetween(from, setpoint, to, step)) {
    if (signal?.aborted) return { end: 'stopped', reading };
    try {
      await channel.writeSetpoint(point);
    } catch (error) {
      return { end: 'tripped', reading: { ...reading, time: Date.now(), problem: problemOf(error) } };
    }
    if (!output) {
      reading = { ...reading, time: Date.now(), setpoint: point };
      continue;
    }
    const stopped = await waited(pace, delay, signal);
    reading = await readStep(channel, point);
    onStep?.(reading);
    if (failed()) return { end: 'tripped', reading };
    if (stopped) return { end: 'stopped', reading };
  }
  return { end: 'reached', reading };
}

/** The set-points after `from`, none further than `step` from the one before, the last one `to`. Empty when there already. */
export function rampPoints(from: Volts, to: Volts, step: Volts): readonly Volts[] {
  const distance = to - from;
  // A whole number of steps must not become one more by the last bit of a division.
  const count = Math.ceil(Math.abs(distance) / step - 1e-9);
  return Array.from({ length: count }, (_, i) =>
    i + 1 === count ? to : from + (distance * (i + 1)) / count,
  );
}

/** Less than this between set and measured is the meter's accuracy, not a limit that holds. */
const accuracy: Volts = 0.5;

/** In compliance the set-point is far above what the sensor sees; a way down from there would do nothing at first. */
function startDown(setpoint: Volts, measured: Volts | undefined): Volts {
  const magnitude = Math.min(Math.abs(setpoint), Math.abs(measured ?? setpoint));
  if (Math.abs(setpoint) - magnitude < accuracy) return setpoint;
  return Math.sign(setpoint) * magnitude;
}

/** A set-point that is not yet `to` is written, even where the voltage is already there. */
function pointsBetween(from: Volts, setpoint: Volts, to: Volts, step: Volts): readonly Volts[] {
  const points = rampPoints(from, to, step);
  return points.length === 0 && setpoint !== to ? [to] : points;
}

async function waited(pace: Pace, delay: number, signal: AbortSignal | undefined): Promise<boolean> {
  try {
    await pace.sleep(delay, signal);
    return signal?.aborted ?? false;
  } catch (error) {
    if (signal?.aborted) return true;
    throw error;
  }
}

/** The set-point was read back when it was written; what counts now is what the sensor sees. */
async function readStep(channel: PowerChannel, setpoint: Volts): Promise<PowerReading> {
  const reading = await readChannel(channel, 'hv', setpoint);
  if (reading.output !== false) return reading;
  return { ...reading, trip: 'unknown', problem: 'the output went off during the ramp' };
}
