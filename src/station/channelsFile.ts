import { isDeepStrictEqual } from 'node:util';
import type { Problem } from '../base/errors.ts';
import { type Declared, withoutNotes } from './instrumentsFile.ts';
import type { Located } from './json.ts';
import { channelKeys, misspeltKeys } from './schema.ts';
import type { Channel, Role } from './station.ts';

/** One module's line in the channels dict. */
export interface Wiring {
  index: string;
  channels: Partial<Record<Role, Declared<Channel>>>;
  node: Located;
}

export const roles: readonly Role[] = ['hv', 'lv', 'ab', 'cb', 'hb'];

/** The channels dict of channels.json: under its key, or the file itself. */
export function channelsDict(root: Located): Located {
  return root.member('channels') ?? root.member('channels_dict') ?? root;
}

/** The one channels dict of a station, and a problem where two say different things, or none is there. */
export function chooseChannels(
  own: Located | undefined,
  beside: Located | undefined,
): { dict?: Located; problems: Problem[] } {
  const dict = own && channelsDict(own);
  if (!dict || !beside) return { ...(dict || beside ? { dict: dict ?? beside! } : {}), problems: [] };
  if (isDeepStrictEqual(dict.value, beside.value)) return { dict, problems: [] };
  const problem: Problem = {
    code: 'E2010',
    what: 'The channels stand in channels.json and in instruments.json, and differ.',
    where: beside.keyPlace,
    remedy: 'Keep one of the two: nobody can know which is meant.',
  };
  return { problems: [problem] };
}

export function readChannels(dict: Located): { wirings: Wiring[]; problems: Problem[] } {
  const wirings = dict
    .members()
    .filter(([index]) => /^\d+$/.test(index))
    .map(([index, node]): Wiring => ({ index, node, channels: channelsOf(node) }));
  const entries = wirings.flatMap(({ channels }) => Object.values(channels));
  return { wirings, problems: entries.flatMap(({ node }) => misspeltKeys(node, channelKeys)) };
}

function channelsOf(node: Located): Wiring['channels'] {
  const channels: Wiring['channels'] = {};
  for (const role of roles) {
    const entry = node.member(role);
    const instrument = entry?.text('instrument');
    if (!entry || instrument === undefined) continue;
    const channel = channelNumber(entry.member('channel')?.value);
    channels[role] = {
      node: entry,
      value: {
        instrument,
        ...(channel === undefined ? {} : { channel }),
        entry: withoutNotes(entry.value as Record<string, unknown>),
        where: entry.place,
      },
    };
  }
  return channels;
}

function channelNumber(value: unknown): number | readonly number[] | undefined {
  if (Number.isInteger(value)) return value as number;
  if (Array.isArray(value) && value.every(Number.isInteger)) return value as number[];
  return undefined;
}
