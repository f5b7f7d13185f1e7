import type { Channel, ChannelAddress, Instrument, Station } from './station.ts';

/** The address of an hv or lv channel; a board that is used whole, or by its pins, has none. */
export function addressOf(channel: Channel): ChannelAddress | undefined {
  return typeof channel.channel === 'number' ? `${channel.instrument}:${channel.channel}` : undefined;
}

/** Takes an address apart: the instrument's name and the channel, counted from 1. */
export function splitAddress(address: ChannelAddress): { name: string; channel: number } {
  const colon = address.lastIndexOf(':');
  return { name: address.slice(0, colon), channel: Number(address.slice(colon + 1)) };
}

/** The instrument behind an address. The station's own addresses always have one. */
export function resolveChannel(
  station: Station,
  address: ChannelAddress,
): { instrument: Instrument; channel: number } {
  const { name, channel } = splitAddress(address);
  const instrument = station.instruments.get(name);
  if (!instrument) throw new RangeError(`The station has no instrument for the address ${address}.`);
  return { instrument, channel };
}
