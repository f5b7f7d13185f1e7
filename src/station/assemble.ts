import { resolve } from 'node:path';
import type { Problem } from '../base/errors.ts';
import { chooseChannels, readChannels, type Wiring } from './channelsFile.ts';
import { type BiasLimit, instrumentProblems, sharedResources, type Use } from './instrumentChecks.ts';
import { type Declared, readInstrumentsFile } from './instrumentsFile.ts';
import { interlockProblems } from './interlockChecks.ts';
import { readInterlocks } from './interlocksFile.ts';
import { type Located, parseJson } from './json.ts';
import { type Hybrid, readModulesFile } from './modulesFile.ts';
import { splitBias } from './poweringGroup.ts';
import { type SchemaName, schemaProblems } from './schema.ts';
import type { Channel, Instrument, Module, Role, Station, StationFile } from './station.ts';
import { readStationFile, type StationSettings } from './stationFile.ts';
import { channelProblems, moduleProblems, moduleSettingsProblems } from './wiringChecks.ts';

interface Assembled {
  /** Absent only where problems say why. */
  station?: Station;
  problems: Problem[];
  /** station.json, for whoever looks further. */
  root?: Located;
}

/**
 * Makes the station of its files' texts, or says everything that is wrong with them; pure. What depends on a file that
 * cannot be read at all is not judged.
 */
export function assembleStation(directory: string, files: readonly StationFile[]): Assembled {
  const parsed = new Map(files.map((file) => [file.name, parseChecked(file)]));
  const root = (name: string) => parsed.get(name)?.root;
  const problems = [...parsed.values()].flatMap((file) => file.problems);
  const [settingsRoot, instrumentsRoot] = [root('station.json'), root('instruments.json')];
  const modulesRoot = root('modules.json');

  const interlocksRoot = root('interlocks.json');

  const settings = settingsRoot && readStationFile(settingsRoot, resolve(directory));
  const instruments = instrumentsRoot && readInstrumentsFile(instrumentsRoot);
  const modules = modulesRoot && readModulesFile(modulesRoot);
  const chosen = chooseChannels(root('channels.json'), instruments?.channels);
  const wiring = chosen.dict && readChannels(chosen.dict);
  problems.push(...(instruments?.problems ?? []), ...chosen.problems);
  problems.push(...(wiring?.problems ?? []), ...(modules?.problems ?? []));
  // A channels.json that is there and no JSON has been reported; what it wires is not known.
  if (instrumentsRoot && !wiring && !parsed.has('channels.json')) problems.push(noChannels(instrumentsRoot));
  if (instruments && wiring && modules && settings)
    problems.push(...crossProblems(instruments, wiring.wirings, modules, settings));
  const interlocks = interlocksRoot ? readInterlocks(interlocksRoot) : { interlocks: [], problems: [] };
  problems.push(...interlocks.problems);

  const base = settingsRoot ? { problems, root: settingsRoot } : { problems };
  if (!settings || !instruments || !wiring || !modules || hasErrors(problems)) return base;
  const { modules: moduleSettings, ...own } = settings;
  const station: Station = {
    directory: resolve(directory),
    ...own,
    instruments: new Map(instruments.instruments.map(({ value }) => [value.name, value])),
    interlocks: interlocks.interlocks.map(({ value }) => value),
    modules: wiredModules(wiring.wirings, modules.hybrids).map((pair) => moduleOf(pair, moduleSettings)),
    files,
  };
  const limits = interlockProblems(interlocks.interlocks, station);
  if (hasErrors(limits)) return { ...base, problems: [...problems, ...limits] };
  return { ...base, station, problems: [...problems, ...limits, ...splitBias(station)] };
}

function parseChecked(file: StationFile): { root?: Located; problems: Problem[] } {
  const { root, problems } = parseJson({ file: file.path, text: file.text });
  if (!root) return { problems };
  const schema = file.name.replace(/\.json$/, '') as SchemaName;
  return { root, problems: [...problems, ...schemaProblems(root, schema)] };
}

function crossProblems(
  { instruments, names }: ReturnType<typeof readInstrumentsFile>,
  wirings: readonly Wiring[],
  modules: ReturnType<typeof readModulesFile>,
  settings: StationSettings,
): Problem[] {
  const wired = wiredModules(wirings, modules.hybrids);
  const whole = new Map(instruments.map(({ value }): [string, Instrument] => [value.name, value]));
  const uses = usesOf(wired, wirings, settings);
  const unused: Use = { roles: new Set(), limits: [], inSeries: 0 };
  return [
    ...instruments.flatMap((declared) =>
      instrumentProblems(declared, uses.get(declared.value.name) ?? unused, settings.simulated !== undefined),
    ),
    ...sharedResources(instruments, (name) => uses.has(name)),
    ...channelProblems(wirings, { declared: names, whole }),
    ...moduleProblems(wirings, modules),
    ...moduleSettingsProblems(wired, settings.modules, settings.limits['3D'].maxVoltage),
  ];
}

interface WiredModule {
  wiring: Wiring;
  hybrid: Declared<Hybrid>;
}

function wiredModules(wirings: readonly Wiring[], hybrids: readonly Declared<Hybrid>[]): WiredModule[] {
  return wirings.flatMap((wiring) => {
    const hybrid = hybrids.find(({ value }) => value.index === wiring.index);
    return hybrid ? [{ wiring, hybrid }] : [];
  });
}

function usesOf(
  wired: readonly WiredModule[],
  wirings: readonly Wiring[],
  settings: StationSettings,
): Map<string, Use> {
  const uses = new Map<string, { roles: Set<Role>; limits: BiasLimit[]; inSeries: number }>();
  const onChannel = new Map<string, number>();
  for (const { index, channels } of wirings)
    for (const [role, channel] of Object.entries(channels) as [Role, Declared<Channel>][]) {
      const use = uses.get(channel.value.instrument) ?? { roles: new Set<Role>(), limits: [], inSeries: 0 };
      uses.set(channel.value.instrument, use);
      use.roles.add(role);
      if (role === 'hv') use.limits.push(limitOf(index, wired, settings));
      if (role !== 'lv') continue;
      const at = `${channel.value.instrument}:${channel.value.channel}`;
      onChannel.set(at, (onChannel.get(at) ?? 0) + 1);
      use.inSeries = Math.max(use.inSeries, onChannel.get(at)!);
    }
  return uses;
}

/** The type not given: the 3D limit (rule 6). */
function limitOf(index: string, wired: readonly WiredModule[], settings: StationSettings): BiasLimit {
  const name = wired.find(({ wiring }) => wiring.index === index)?.hybrid.value.name;
  const type = name === undefined ? undefined : settings.modules.get(name)?.sensorType;
  const { maxVoltage } = settings.limits[type ?? '3D'];
  const sensor = type === undefined ? 'the sensor type is not given, so 3D' : `a ${type} sensor`;
  return { maxVoltage, because: `module ${index}${name ? ` ("${name}")` : ''} (${sensor})` };
}

function moduleOf({ wiring, hybrid }: WiredModule, settings: StationSettings['modules']): Module {
  const described = hybrid.value;
  const { where: _, ...own } = settings.get(described.name) ?? { where: undefined };
  const channels = Object.entries(wiring.channels).map(([role, { value }]) => [role, value]);
  return {
    ...described,
    ...own,
    channels: Object.fromEntries(channels) as Module['channels'],
    where: hybrid.node.keyPlace,
  };
}

function noChannels(instruments: Located): Problem {
  return {
    code: 'E2001',
    what: 'There is no channels.json, and instruments.json has no "channels" either.',
    where: instruments.place,
    remedy: 'Write channels.json: module index → role → { "instrument", "channel" }.',
  };
}

function hasErrors(problems: readonly Problem[]): boolean {
  return problems.some(({ severity }) => severity !== 'warning');
}
