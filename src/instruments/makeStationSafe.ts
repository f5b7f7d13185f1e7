import { addressOf } from '../station/channelAddress.ts';
import type { ChannelAddress, Module, PoweringGroup, Station } from '../station/station.ts';
import type { PowerReading, SafeChannel } from './cluster.ts';
import { type ClusterOptions, lvLeftOn, openCluster } from './openCluster.ts';

/**
 * Takes over the instruments of these groups of modules (`poweringGroups` of the station) one after the other, from
 * what is read, and makes every output safe: HV first, then LV. Never throws. A group on two HV channels, which no run
 * can power, is made safe all the same.
 */
export async function makeStationSafe(
  station: Station,
  groups: readonly (readonly Module[])[],
  options: ClusterOptions & { onStep?: (reading: PowerReading) => void } = {},
): Promise<readonly SafeChannel[]> {
  const made: SafeChannel[] = [];
  for (const modules of groups) made.push(...(await groupSafe(modules)));
  return made;

  async function groupSafe(modules: readonly Module[]): Promise<readonly SafeChannel[]> {
    const [hvs, lv] = [channelsOf(modules, 'hv'), channelsOf(modules, 'lv')];
    const [hv, ...others] = hvs;
    if (others.length === 0) return outputsSafe({ ...(hv ? { hv } : {}), lv, modules });
    const biases: SafeChannel[] = [];
    for (const one of hvs) biases.push(...(await outputsSafe({ hv: one, lv: [], modules })));
    const left = biases.find(({ off }) => !off);
    if (left) return [...biases, ...lv.map((at) => lvLeftOn(at, left.at))];
    return [...biases, ...(await outputsSafe({ lv, modules }))];
  }

  async function outputsSafe(group: PoweringGroup): Promise<readonly SafeChannel[]> {
    const cluster = openCluster(station, group, options);
    try {
      return await cluster.makeSafe(options.onStep);
    } finally {
      await cluster.close(['hv', 'lv']);
    }
  }
}

function channelsOf(modules: readonly Module[], role: 'hv' | 'lv'): readonly ChannelAddress[] {
  const addresses = modules.flatMap(({ channels }) => (channels[role] && addressOf(channels[role])) ?? []);
  return [...new Set(addresses)];
}
