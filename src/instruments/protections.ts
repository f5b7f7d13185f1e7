import type { Problem } from '../base/errors.ts';
import type { Volts } from '../base/units.ts';
import type { ChannelAddress, Station } from '../station/station.ts';
import { eachOutput } from './eachOutput.ts';
import type { Protection } from './instrument.ts';
import { addressOf } from './reading.ts';
import { Lines, usualTiming } from './transports/line.ts';

/** What an output limits by itself when nobody is left who could, or why that is not known. */
interface OutputProtections {
  at: ChannelAddress;
  role: 'hv' | 'lv';
  protections: readonly Protection[];
  problem?: string;
}

/** Nobody waits for an instrument that may well not be there. */
const hurried = { ...usualTiming, openMs: 1_000, reopenMs: 0 };

/** Reads what each output of the station would limit by itself, closing each supply again. Switches nothing; never throws. */
export function readProtections(station: Station): Promise<readonly OutputProtections[]> {
  const options = { lines: new Lines(hurried) };
  return eachOutput<OutputProtections>(station, station.modules, options, {
    look: async (channel, role) => ({
      at: addressOf(channel),
      role,
      protections: (await channel.readProtections?.()) ?? [],
    }),
    unreachable: (at, role, problem) => ({ at, role, protections: [], problem }),
  });
}

/**
 * Where an output could give far more than its modules may have, and nothing but this program would stop it. A power cut
 * of the computer leaves the supply alone with what it holds.
 */
export function unprotected(
  station: Station,
  { at, role, protections, problem }: OutputProtections,
): Problem | undefined {
  const most = mostVoltage(station, at, role);
  const voltage = protections.find(({ kind }) => kind === 'over-voltage');
  if (problem !== undefined || most === undefined || !voltage) return undefined;
  if (voltage.at !== undefined && voltage.at <= 2 * most) return undefined;
  const now = voltage.at === undefined ? 'is switched off' : `is set to ${voltage.at} V`;
  return {
    code: 'E3019',
    severity: 'warning',
    what: `the over-voltage protection of ${at} ${now}, and its modules have at most ${most} V.`,
    remedy: `Set it at the supply, to the next value above ${most} V: when the computer dies it is all that is left.`,
  };
}

/** The largest magnitude that a run gives there; undefined where nothing says. */
function mostVoltage(station: Station, at: ChannelAddress, role: 'hv' | 'lv'): Volts | undefined {
  const [name] = at.split(':');
  if (role === 'lv') return station.instruments.get(name!)?.defaultVoltage;
  const here = station.modules.filter(
    ({ channels: { hv } }) => hv && `${hv.instrument}:${hv.channel}` === at,
  );
  const limits = here.map(({ sensorType = '3D' }) => Math.abs(station.limits[sensorType].maxVoltage));
  return limits.length === 0 ? undefined : Math.min(...limits);
}
