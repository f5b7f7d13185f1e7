import { readFileSync } from 'node:fs';
import { BatonError, type Problem } from '../base/errors.ts';
import type { Channel, ChannelAddress, Instrument, Role } from '../station/station.ts';

/** The instruments and channels that the caller hands over, in icicle's shapes. */
export interface Handed {
  instruments: ReadonlyMap<string, Instrument>;
  modules: readonly HandedModule[];
}

export interface HandedModule {
  /** The key in the channels dict. */
  index: string;
  channels: Partial<Record<Role, Channel>>;
}

const roles: readonly Role[] = ['hv', 'lv', 'ab', 'cb', 'hb'];

/**
 * Reads `--instruments-dict` and `--channels-dict`: JSON text, or a path to a file that holds it. Everything that is
 * wrong is reported at once (E9104).
 */
export function readHanded(instrumentsDict: string | undefined, channelsDict: string | undefined): Handed {
  const problems: Problem[] = [];
  const instruments = new Map(
    Object.entries(readDict('--instruments-dict', instrumentsDict, problems)).flatMap(([name, entry]) => {
      const instrument = readInstrument(name, entry, problems);
      return instrument ? [[name, instrument] as const] : [];
    }),
  );
  const modules = Object.entries(readDict('--channels-dict', channelsDict, problems)).map(
    ([index, entry]): HandedModule => ({
      index,
      channels: readChannels(index, entry, instruments, problems),
    }),
  );
  if (problems.length > 0) throw new BatonError(problems);
  return { instruments, modules };
}

/** The modules by the channel of a role: those that share one are measured together. */
export function modulesByChannel(handed: Handed, role: 'hv' | 'lv'): Map<ChannelAddress, HandedModule[]> {
  const groups = new Map<ChannelAddress, HandedModule[]>();
  for (const module of handed.modules) {
    const at = channelAddress(module, role);
    if (at === undefined) continue;
    groups.set(at, [...(groups.get(at) ?? []), module]);
  }
  return groups;
}

/** `hv_1:1`; a channel that is not given is the first. */
export function channelAddress(module: HandedModule, role: 'hv' | 'lv'): ChannelAddress | undefined {
  const channel = module.channels[role];
  if (!channel) return undefined;
  return `${channel.instrument}:${typeof channel.channel === 'number' ? channel.channel : 1}`;
}

function readDict(option: string, text: string | undefined, problems: Problem[]): Record<string, unknown> {
  if (text === undefined) return {};
  const refuse = (what: string) => {
    problems.push({
      code: 'E9104',
      what: `${option}: ${what}`,
      remedy: 'Give a JSON object, or the path of a file that holds one.',
    });
    return {};
  };
  let json = text;
  if (!text.trimStart().startsWith('{')) {
    try {
      json = readFileSync(text, 'utf8');
    } catch (error) {
      return refuse(`neither a JSON object nor a readable file: ${(error as Error).message}`);
    }
  }
  try {
    const value: unknown = JSON.parse(json);
    return isRecord(value) ? value : refuse('not an object.');
  } catch (error) {
    return refuse((error as Error).message);
  }
}

function readInstrument(name: string, entry: unknown, problems: Problem[]): Instrument | undefined {
  const before = problems.length;
  const refuse = (what: string, remedy: string) =>
    problems.push({ code: 'E9104', what: `Instrument ${name}: ${what}`, remedy });
  if (!isRecord(entry)) {
    refuse('not an object.', 'Give its class and resource.');
    return undefined;
  }
  for (const key of ['class', 'resource'] as const)
    if (typeof entry[key] !== 'string') refuse(`"${key}" is not given.`, `Give "${key}" as a text.`);
  const number = (key: string): number | undefined => {
    const value = entry[key];
    if (value === undefined || (typeof value === 'number' && Number.isFinite(value))) return value;
    refuse(`"${key}" is ${JSON.stringify(value)}.`, 'Give a number.');
    return undefined;
  };
  const optional = <K extends keyof Instrument>(property: K, value: number | undefined) =>
    value === undefined ? {} : { [property]: value };
  const instrument: Instrument = {
    name,
    class: String(entry.class),
    resource: String(entry.resource),
    sim: entry.sim === true,
    ...optional('defaultVoltage', number('default_voltage')),
    ...optional('defaultCurrent', number('default_current')),
    // icicle's own defaults.
    defaultStepSize: number('default_step_size') ?? 5,
    defaultDelay: number('default_delay') ?? 1,
    ...optional('defaultRange', number('default_range')),
    ...optional('defaultTemperature', number('default_temperature')),
    entry,
    where: { file: '--instruments-dict' },
  };
  return problems.length === before ? instrument : undefined;
}

function readChannels(
  index: string,
  entry: unknown,
  instruments: ReadonlyMap<string, Instrument>,
  problems: Problem[],
): Partial<Record<Role, Channel>> {
  const refuse = (what: string, remedy: string) =>
    problems.push({ code: 'E9104', what: `Module ${index}: ${what}`, remedy });
  if (!isRecord(entry)) {
    refuse('not an object.', 'Give its roles.');
    return {};
  }
  const channels: Partial<Record<Role, Channel>> = {};
  for (const [role, value] of Object.entries(entry)) {
    if (!isRole(role)) continue;
    const instrument = isRecord(value) ? value.instrument : undefined;
    if (!isRecord(value) || typeof instrument !== 'string') {
      refuse(`role ${role} names no instrument.`, 'Give "instrument" and "channel".');
      continue;
    }
    if (!instruments.has(instrument))
      refuse(`role ${role}: ${instrument} is not in the instruments dict.`, 'Hand its entry over, too.');
    const channel = value.channel;
    if (channel !== undefined && !isChannel(channel))
      refuse(`role ${role}: channel ${JSON.stringify(channel)}.`, 'Give a number from 1, or a list of pins.');
    channels[role] = {
      instrument,
      ...(isChannel(channel) ? { channel } : {}),
      entry: value,
      where: { file: '--channels-dict' },
    };
  }
  return channels;
}

function isRole(word: string): word is Role {
  return (roles as readonly string[]).includes(word);
}

function isChannel(value: unknown): value is number | number[] {
  const counted = (one: unknown) => Number.isInteger(one) && (one as number) >= 1;
  return counted(value) || (Array.isArray(value) && value.every(counted));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
