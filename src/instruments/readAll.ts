import type { Volts } from '../base/units.ts';
import type { Module, Station } from '../station/station.ts';
import type { ClimateReading, PowerReading } from './cluster.ts';
import { driverOf } from './drivers/registry.ts';
import { channelsBy, eachOutput } from './eachOutput.ts';
import { type OpenOptions, openClimate, openProbeCard } from './open.ts';
import { problemOf, readChannel, readPlace } from './reading.ts';
import { Lines } from './transports/line.ts';

/** What a probe card sees, or why it sees nothing. */
interface ProbeReading {
  instrument: string;
  voltages?: Record<string, Volts>;
  problem?: string;
}

export interface StationReading {
  outputs: readonly PowerReading[];
  probes: readonly ProbeReading[];
  climate: readonly ClimateReading[];
}

/** Reads every output and probe card of these modules, closing each instrument again. Switches nothing; never throws. */
export async function readAll(
  station: Station,
  modules: readonly Module[],
  options: Omit<OpenOptions, 'lines'> & { lines?: Lines } = {},
): Promise<StationReading> {
  const lines = options.lines ?? new Lines();
  const outputs = await eachOutput<PowerReading>(
    station,
    modules,
    { ...options, lines },
    {
      look: (channel, role) => readChannel(channel, role),
      unreachable: (at, role, problem) => ({ at, role, time: Date.now(), problem }),
    },
  );
  const probes = await Promise.all(
    [...channelsBy(modules, 'ab').keys()].flatMap((name) => readProbe(station, name, { ...options, lines })),
  );
  const climate = await Promise.all(
    [...channelsBy(modules, 'cb')].map(([name, places]) =>
      readClimateOf(station, name, places, { ...options, lines }),
    ),
  );
  return { outputs, probes: probes.flat(), climate: climate.flat() };
}

/** Nothing for a class that only calibrations open, or that measures nothing. */
async function readProbe(station: Station, name: string, options: OpenOptions): Promise<ProbeReading[]> {
  const instrument = station.instruments.get(name)!;
  if (driverOf(instrument.class)?.kind !== 'probe card') return [];
  try {
    const probe = await openProbeCard(instrument, options);
    try {
      return [{ instrument: name, voltages: await probe.readVoltages() }];
    } finally {
      await probe.close();
    }
  } catch (error) {
    return [{ instrument: name, problem: problemOf(error) }];
  }
}

async function readClimateOf(
  station: Station,
  name: string,
  places: ReadonlySet<number>,
  options: OpenOptions,
): Promise<ClimateReading[]> {
  const instrument = station.instruments.get(name)!;
  if (driverOf(instrument.class)?.kind !== 'climate') return [];
  try {
    const box = await openClimate(instrument, options);
    try {
      return await Promise.all([...places].map((place) => readPlace(box.place(place))));
    } finally {
      await box.close();
    }
  } catch (error) {
    const problem = problemOf(error);
    return [...places].map((place) => ({ at: `${name}:${place}`, time: Date.now(), problem }));
  }
}
