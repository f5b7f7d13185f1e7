import { BatonError } from '../base/errors.ts';
import type { Celsius, Volts } from '../base/units.ts';
import type { ChannelAddress } from '../station/station.ts';
import type { ClimateReading, PowerReading, TemperatureReading } from './cluster.ts';
import { isOverflow } from './faults.ts';
import type { ClimatePlace, PowerChannel } from './instrument.ts';

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

/** Looks at one place of a climate instrument. Never throws. */
export async function readPlace(place: ClimatePlace): Promise<ClimateReading> {
  const at: ChannelAddress = `${place.instrument}:${place.channel}`;
  try {
    const [on, set, measured] = [
      await place.readOn(),
      await place.readSetTemperature(),
      await place.measure(),
    ];
    return { at, time: Date.now(), on, set, ...measured };
  } catch (error) {
    return { at, time: Date.now(), problem: problemOf(error) };
  }
}

/** Looks at the temperature sensors of a probe card: the hottest counts. Never throws. */
export async function readHottest(
  name: string,
  read: () => Promise<readonly Celsius[]>,
): Promise<TemperatureReading> {
  try {
    const temperatures = await read();
    return { at: name, time: Date.now(), temperature: Math.max(...temperatures) };
  } catch (error) {
    return { at: name, time: Date.now(), problem: problemOf(error) };
  }
}

/** The error in one line, for a reading or a channel that goes into the journal. */
export function problemOf(error: unknown): string {
  if (error instanceof BatonError)
    return error.problems.map(({ code, what }) => `${code} ${what}`).join('; ');
  return error instanceof Error ? error.message : String(error);
}
