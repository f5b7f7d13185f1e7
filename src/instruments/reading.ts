import { BatonError } from '../base/errors.ts';
import type { Volts } from '../base/units.ts';
import type { ChannelAddress } from '../station/station.ts';
import type { PowerReading } from './cluster.ts';
import { isOverflow } from './faults.ts';
import type { PowerChannel } from './instrument.ts';

export function addressOf(channel: PowerChannel): ChannelAddress {
  return `${channel.instrument}:${channel.channel}`;
}

/**
 * Looks at one output. Never throws: what could not be read is missing and `problem` says why. `setpoint` may be given
 * by who has just read it.
 */
export async function readChannel(
  channel: PowerChannel,
  role: 'hv' | 'lv',
  setpoint?: Volts,
): Promise<PowerReading> {
  const reading: PowerReading = { at: addressOf(channel), role, time: Date.now() };
  try {
    reading.output = await channel.readOutput();
    reading.setpoint = setpoint ?? (await channel.readSetpoint());
    const trip = await channel.readTrip();
    if (trip) reading.trip = trip;
    if (reading.output) Object.assign(reading, await channel.measure());
  } catch (error) {
    if (isOverflow(error)) reading.trip ??= 'unknown';
    reading.problem = problemOf(error);
  }
  return reading;
}

/** The error in one line, for a reading or a channel that goes into the journal. */
export function problemOf(error: unknown): string {
  if (error instanceof BatonError)
    return error.problems.map(({ code, what }) => `${code} ${what}`).join('; ');
  return error instanceof Error ? error.message : String(error);
}
