import type { Problem } from '../base/errors.ts';
import type { Celsius, Seconds } from '../base/units.ts';
import type { SetTemperature, WarmUp } from '../calibrations/action.ts';
import type { ClimateReading } from '../instruments/cluster.ts';
import { problemOf, readPlace } from '../instruments/reading.ts';
import type { ChannelAddress } from '../station/station.ts';
import { done, interrupted, type Outcome } from './outcome.ts';
import type { RunContext } from './runContext.ts';
import type { RunState } from './runState.ts';

/** How often the temperature is looked at while it settles. */
const period: Seconds = 1;

/** Sets the places of a coldbox and waits until all of them have held the temperature for its validation time. */
export async function setTemperature(
  { at, to, tolerance, validationTime, timeout }: SetTemperature,
  context: RunContext,
  state: RunState,
  stop: AbortSignal,
): Promise<Outcome> {
  await regulate(at, to, context, state);
  const near = ({ temperature }: ClimateReading) =>
    temperature !== undefined && Math.abs(temperature - to) <= tolerance;
  const settled = await waitUntil(near, validationTime, { at, timeout }, context, state, stop);
  if (settled === true) return done;
  if (stop.aborted) return interrupted(stop);
  return { end: 'failed', code: 3, problem: notSettled(to, tolerance, timeout, settled) };
}

/**
 * Brings the places back to the room's temperature and stops cooling, with everything off. A box that does not get warm in
 * time does no harm and spoils no result: it is said, so that nobody opens it.
 */
export async function warmUp(
  { at, to, tolerance, timeout }: WarmUp,
  context: RunContext,
  state: RunState,
  stop: AbortSignal,
): Promise<Outcome> {
  await regulate(at, to, context, state);
  const warm = ({ temperature }: ClimateReading) =>
    temperature !== undefined && temperature >= to - tolerance;
  const warmed = await waitUntil(warm, 0, { at, timeout }, context, state, stop);
  if (stop.aborted) return interrupted(stop);
  await stopCooling(context, state);
  if (warmed !== true) state.problems.push(stillCold(warmed));
  return done;
}

/** Ends the cooling of everything that this run has cooled, and says what is still cold. Never throws. */
async function stopCooling({ cluster }: RunContext, state: RunState): Promise<void> {
  const places = [...state.cooled];
  state.cooled.clear();
  for (const at of places) {
    try {
      await cluster.climatePlace(at).switch(false);
    } catch (error) {
      state.problems.push(notStopped(at, problemOf(error)));
    }
  }
}

/** What is still cold when a run ends early: a person who opens the box gets a wet module. */
export async function sayWhatIsCold(context: RunContext, state: RunState): Promise<void> {
  if (state.cooled.size === 0) return;
  const readings = await Promise.all([...state.cooled].map((at) => lookAt(at, context.cluster)));
  await stopCooling(context, state);
  const cold = readings.filter(({ temperature }) => temperature === undefined || temperature < roomLike);
  if (cold.length > 0) state.problems.push(stillCold(cold));
}

/** No water condenses at this in any clean room. */
const roomLike: Celsius = 15;

async function regulate(
  at: readonly ChannelAddress[],
  to: Celsius,
  { cluster }: RunContext,
  state: RunState,
): Promise<void> {
  for (const address of at) {
    const place = cluster.climatePlace(address);
    // Noted before it is written: whatever happens then, it is known to be ours.
    state.cooled.add(address);
    state.touched = true;
    await place.writeSetTemperature(to);
    await place.switch(true);
  }
}

/** True, or the last readings where it was not so in time, or where one did not come. */
async function waitUntil(
  isSo: (reading: ClimateReading) => boolean,
  forSeconds: Seconds,
  { at, timeout }: { at: readonly ChannelAddress[]; timeout: Seconds },
  { cluster, pace }: RunContext,
  state: RunState,
  stop: AbortSignal,
): Promise<true | readonly ClimateReading[]> {
  const now = () => (performance.now() / 1000) * pace.scale;
  const began = now();
  let since: Seconds | undefined;
  for (;;) {
    const readings = await Promise.all(at.map((address) => lookAt(address, cluster)));
    for (const { time, ...reading } of readings) state.note({ event: 'climate', ...reading });
    if (readings.some(({ problem }) => problem !== undefined)) return readings;
    since = readings.every(isSo) ? (since ?? now()) : undefined;
    if (since !== undefined && now() - since >= forSeconds) return true;
    if (now() - began > timeout) return readings;
    try {
      await pace.sleep(period, stop);
    } catch (error) {
      if (stop.aborted) return readings;
      throw error;
    }
  }
}

function lookAt(at: ChannelAddress, cluster: RunContext['cluster']): Promise<ClimateReading> {
  return readPlace(cluster.climatePlace(at));
}

function shown(readings: readonly ClimateReading[]): string {
  return readings
    .map(({ at, temperature, problem }) =>
      temperature === undefined
        ? `${at} cannot be read (${problem ?? 'no reading'})`
        : `${at} is at ${temperature.toFixed(1)} °C`,
    )
    .join(', ');
}

function notSettled(
  to: Celsius,
  tolerance: number,
  timeout: Seconds,
  readings: readonly ClimateReading[],
): Problem {
  return {
    code: 'E6203',
    what: `${to} °C ± ${tolerance} K was not reached and held within ${timeout} s: ${shown(readings)}.`,
    remedy:
      'Look at the coolant, the lid and the dry air of the box. How long it may take is validation_timeout in instruments.json.',
  };
}

function stillCold(readings: readonly ClimateReading[]): Problem {
  return {
    code: 'E6204',
    severity: 'warning',
    what: `the coldbox is not back at the temperature of the room: ${shown(readings)}. Its coolers are off.`,
    remedy: 'Leave it closed and flushed until it is warm: on a cold module the water of the room condenses.',
  };
}

function notStopped(at: string, why: string): Problem {
  return {
    code: 'E6205',
    severity: 'warning',
    what: `the cooling of ${at} could not be switched off: ${why}.`,
    remedy: 'Switch it off at the box. HV and LV are another matter, and are told separately.',
  };
}
