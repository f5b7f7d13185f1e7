import { BatonError, type Problem } from '../base/errors.ts';
import { nearest } from '../base/nearest.ts';
import { isSerialNumber } from '../base/serialNumber.ts';
import type { Volts } from '../base/units.ts';
import { addressOf } from './channelAddress.ts';
import type { ChannelAddress, Module, PoweringGroup, Station } from './station.ts';

/**
 * The modules that are powered together with the one selected, by index, name or serial number: all that share an HV
 * channel, and all that share an LV channel, for switching one switches the other. Without a selector: the only group.
 * Throws E2201 (no such module), E2202 (which one?) or E2203 (the group hangs on two HV channels).
 */
export function poweringGroup(station: Station, selector?: string): PoweringGroup {
  const modules = selector === undefined ? onlyGroup(station) : groupOf(station, selected(station, selector));
  const [hv, second] = channelsOf(modules, 'hv');
  if (second !== undefined) throw new BatonError(twoBiases(station, modules));
  return { ...(hv === undefined ? {} : { hv }), lv: channelsOf(modules, 'lv'), modules };
}

/** Every group of the station, in the order of its modules. */
export function poweringGroups(station: Station): Module[][] {
  const groups: Module[][] = [];
  for (const module of station.modules)
    if (!groups.flat().includes(module)) groups.push(groupOf(station, module));
  return groups;
}

/** The weakest limit among the group's sensors decides for all; a type not given counts as 3D (rules 5 and 6). */
export function groupMaxVoltage(station: Station, group: Pick<PoweringGroup, 'modules'>): Volts {
  return Math.max(...group.modules.map(({ sensorType }) => station.limits[sensorType ?? '3D'].maxVoltage));
}

/** A warning for each group that no run can power. The others stay usable. */
export function splitBias(station: Station): Problem[] {
  return poweringGroups(station)
    .filter((modules) => channelsOf(modules, 'hv').length > 1)
    .map((modules) => ({ ...twoBiases(station, modules), severity: 'warning' }));
}

function onlyGroup(station: Station): readonly Module[] {
  const [group, ...others] = poweringGroups(station);
  if (group && others.length === 0) return group;
  if (!group)
    throw new BatonError({
      code: 'E2201',
      what: 'The station has no module with channels.',
      where: placeOf(station, 'channels.json'),
      remedy: 'Add one to modules.json and channels.json.',
    });
  throw new BatonError({
    code: 'E2202',
    what: `The station has ${others.length + 1} modules or groups of modules, and one run tests one.`,
    where: placeOf(station, 'modules.json'),
    remedy: `Choose with --module: ${listed([group, ...others].map((modules) => modules.map(shown).join(' with ')))}.`,
  });
}

function selected(station: Station, selector: string): Module {
  const { modules } = station;
  // A name that is a number would hide an index: the name wins, for it stands on the module.
  const found =
    modules.find(({ name }) => name === selector) ??
    modules.find(({ serialNumber }) => serialNumber === selector) ??
    modules.find(({ index }) => index === selector);
  if (found) return found;
  const words = modules.flatMap(({ index, name, serialNumber }) => [name, serialNumber ?? [], index].flat());
  const meant = nearest(selector, words);
  throw new BatonError({
    code: 'E2201',
    what: `There is no module "${selector}" on this station.`,
    where: placeOf(station, 'modules.json'),
    remedy: `${meant ? `Did you mean "${meant}"? ` : ''}There are: ${listed(modules.map(shown))}.${
      isSerialNumber(selector) ? ' `baton run` without --yes, at a terminal, offers it an entry.' : ''
    }`,
  });
}

/** So many say what a name looks like; modules.json has the others. */
const namedAtMost = 20;

function listed(names: readonly string[]): string {
  const left = names.length - namedAtMost;
  return (
    [...names.slice(0, namedAtMost), ...(left > 0 ? [`and ${left} more in modules.json`] : [])].join('; ') ||
    'none'
  );
}

/** Grows from the module until nobody else shares an HV or LV channel with those in it; in the station's order. */
function groupOf({ modules }: Station, first: Module): Module[] {
  const group = new Set([first]);
  for (let before = 0; before !== group.size; ) {
    before = group.size;
    const outputs = new Set([...group].flatMap(outputsOf));
    for (const module of modules)
      if (outputsOf(module).some((output) => outputs.has(output))) group.add(module);
  }
  return modules.filter((module) => group.has(module));
}

function outputsOf({ channels }: Module): ChannelAddress[] {
  return [channels.hv, channels.lv].flatMap((channel) => (channel && addressOf(channel)) ?? []);
}

function channelsOf(modules: readonly Module[], role: 'hv' | 'lv'): ChannelAddress[] {
  const addresses = modules.flatMap(
    ({ channels: { [role]: channel } }) => (channel && addressOf(channel)) ?? [],
  );
  return [...new Set(addresses)];
}

function twoBiases(station: Station, modules: readonly Module[]): Problem {
  const [lv, hv] = [channelsOf(modules, 'lv'), channelsOf(modules, 'hv')];
  return {
    code: 'E2203',
    what: `${modules.map(shown).join(' and ')} share ${lv.join(', ')} and hang on ${hv.join(' and ')}: no run can power them.`,
    where: modules[0]?.channels.lv?.where ?? placeOf(station, 'channels.json'),
    remedy:
      'LV may go off only when every HV on it is off. Give them one HV channel, or LV channels of their own.',
  };
}

function shown({ index, name, serialNumber }: Module): string {
  return `${index} = ${name}${serialNumber ? ` (${serialNumber})` : ''}`;
}

function placeOf(station: Station, name: string): { file: string } {
  return { file: station.files.find((file) => file.name === name)?.path ?? name };
}
