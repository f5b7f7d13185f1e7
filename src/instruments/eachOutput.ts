import type { ChannelAddress, Module, Role, Station } from '../station/station.ts';
import type { PowerChannel } from './instrument.ts';
import { type OpenOptions, openAny, supplyOf } from './open.ts';
import { problemOf } from './reading.ts';

/** What is done at each output, and what stands for one that cannot be reached. */
interface OutputLook<T> {
  look(channel: PowerChannel, role: 'hv' | 'lv'): Promise<T>;
  unreachable(at: ChannelAddress, role: 'hv' | 'lv', problem: string): T;
}

/**
 * Opens each supply that these modules hang on, looks at their outputs one after the other, and closes it again. Never
 * throws, unless what stands for an output does.
 */
export async function eachOutput<T>(
  station: Station,
  modules: readonly Module[],
  options: OpenOptions,
  { look, unreachable }: OutputLook<T>,
): Promise<T[]> {
  const ofSupply = async (name: string, role: 'hv' | 'lv', channels: ReadonlySet<number>): Promise<T[]> => {
    const instrument = station.instruments.get(name)!;
    try {
      const { instrument: supply } = await openAny(instrument, supplyOf(instrument, role), options);
      try {
        const looks: T[] = [];
        for (const number of channels) looks.push(await look(supply.channel(number), role));
        return looks;
      } finally {
        await supply.close();
      }
    } catch (error) {
      return [...channels].map((number) => unreachable(`${name}:${number}`, role, problemOf(error)));
    }
  };
  const looks = await Promise.all(
    (['hv', 'lv'] as const).flatMap((role) =>
      [...channelsBy(modules, role)].map(([name, channels]) => ofSupply(name, role, channels)),
    ),
  );
  return looks.flat();
}

/** Instrument → its channels that serve these modules in this role. */
export function channelsBy(modules: readonly Module[], role: Role): Map<string, Set<number>> {
  const found = new Map<string, Set<number>>();
  for (const { channels } of modules) {
    const used = channels[role];
    if (!used) continue;
    const numbers = found.get(used.instrument) ?? new Set();
    if (typeof used.channel === 'number') numbers.add(used.channel);
    found.set(used.instrument, numbers);
  }
  return found;
}
