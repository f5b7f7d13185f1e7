import type { Instrument, Station } from '../station/station.ts';
import { driverOf } from './drivers/registry.ts';
import type { Identity } from './instrument.ts';
import { type AnyInstrument, type OpenOptions, openAny } from './open.ts';
import { problemOf } from './reading.ts';
import { Lines } from './transports/line.ts';

/** What one instrument of the station said when it was asked. */
export interface Identified {
  name: string;
  class: string;
  resource: string;
  /** Absent without an answer, and for a class that Baton only passes through. */
  identity?: Identity;
  /** Why there is no identity, although there should be one. */
  problem?: string;
}

/** Opens every instrument of the station, asks who it is, closes it again; writes nothing to any, and never throws. */
export async function identifyAll(
  station: Station,
  options: Omit<OpenOptions, 'lines'> & { lines?: Lines } = {},
): Promise<readonly Identified[]> {
  const lines = options.lines ?? new Lines();
  return Promise.all(
    [...station.instruments.values()].map((instrument) => identify(instrument, { ...options, lines })),
  );
}

async function identify(instrument: Instrument, options: OpenOptions): Promise<Identified> {
  const { name, class: className, resource } = instrument;
  const asked = { name, class: className, resource };
  const driver = driverOf(className);
  if (!driver) return asked;
  try {
    const { instrument: open, identity } = await openAny<AnyInstrument>(instrument, driver, options);
    await open.close();
    return { ...asked, identity };
  } catch (error) {
    return { ...asked, problem: problemOf(error) };
  }
}
