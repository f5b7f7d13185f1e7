import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse, stringify } from 'smol-toml';
import { writeFileAtomically } from '../../base/atomicFile.ts';
import type { Problem } from '../../base/errors.ts';
import { programPath } from '../../base/programs.ts';
import type { Connection, StationDescription } from '../../simulator/description.ts';
import { instrumentClasses } from '../../simulator/instruments/classes.ts';
import { type SimulatedStation, startSimulatedStation } from '../../simulator/startSimulatedStation.ts';
import type { Channel, Module, Station } from '../../station/station.ts';
import { stationTwin, type TwinSetup } from '../../station/twin.ts';

interface TwinOptions {
  /** Where the twin's station files go, and all that its process writes. */
  directory: string;
  /** Default: witness.jsonl in the directory. */
  witness?: string;
  transport: 'tcp' | 'pty';
  timeScale: number;
  seed: number;
  /** As on the command line. */
  faults: readonly string[];
  /** Default: the station's own. */
  runsDirectory?: string;
  /** For a run that goes on: the chips are as it left them. */
  goesOn?: boolean;
}

interface StartedTwin {
  simulated: SimulatedStation;
  /** What the twin cannot have. */
  warnings: Problem[];
}

/**
 * Starts the simulated twin of a station and writes its station files and dirigent.toml, so that the directory can be
 * loaded as any station. Throws before anything is started if there can be no twin.
 */
export async function startTwin(station: Station, options: TwinOptions): Promise<StartedTwin> {
  const setup: TwinSetup = {
    dirigentCommand: [process.execPath, programPath('simulatedDirigent')],
    timeScale: options.timeScale,
    seed: options.seed,
    ...(options.runsDirectory === undefined ? {} : { runsDirectory: options.runsDirectory }),
  };
  const config = join(options.directory, 'dirigent.toml');
  const original = { ...station, dirigent: { ...station.dirigent, config } };
  const names = [...station.instruments.values()]
    .filter((instrument) => Object.hasOwn(instrumentClasses, instrument.class))
    .map(({ name }) => name);
  // Once without addresses, to be refused before a process runs.
  stationTwin(original, new Map(names.map((name) => [name, ''])), setup);

  const dirigentConfig = await readConfig(station.dirigent.config);
  const simulated = await startSimulatedStation(describe(station, new Set(names), options));
  try {
    await keepMaking(options);
    const { files, warnings } = stationTwin(original, new Map(Object.entries(simulated.resources)), setup);
    for (const { name, text } of files) await writeFileAtomically(join(options.directory, name), text);
    const overrides = { ipaddress: simulated.chips, module_json: 'modules.json', felis: false };
    await writeFileAtomically(config, stringify({ ...dirigentConfig, ...overrides }));
    return { simulated, warnings };
  } catch (error) {
    await simulated.end();
    throw error;
  }
}

/** How a twin was made, so that the same one can be made again. */
export type TwinMaking = Pick<TwinOptions, 'transport' | 'timeScale' | 'seed' | 'faults'>;

const makingFile = 'simulation.json';

async function keepMaking({ directory, transport, timeScale, seed, faults }: TwinOptions): Promise<void> {
  const making: TwinMaking = { transport, timeScale, seed, faults };
  await writeFileAtomically(join(directory, makingFile), `${JSON.stringify(making, null, 2)}\n`);
}

/** How the twin in that folder was made; undefined: there is none. */
export async function readTwinMaking(directory: string): Promise<TwinMaking | undefined> {
  const text = await readFile(join(directory, makingFile), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as TwinMaking);
}

function describe(station: Station, names: ReadonlySet<string>, options: TwinOptions): StationDescription {
  const { directory, witness, transport, timeScale, seed, faults, goesOn } = options;
  return {
    directory,
    ...(witness === undefined ? {} : { witness }),
    transport,
    timeScale,
    seed,
    faults: [...faults],
    ...(goesOn ? { goesOn } : {}),
    instruments: [...station.instruments.values()]
      .filter(({ name }) => names.has(name))
      .map(({ name, class: className }) => ({ name, class: className })),
    modules: station.modules.map((module) => ({
      index: module.index,
      name: module.name,
      sensorType: module.sensorType ?? '3D',
      chips: [...module.chips],
      ...connections(station, module, names),
    })),
  };
}

function connections(
  station: Station,
  module: Module,
  names: ReadonlySet<string>,
): Partial<Record<SimulatedRole, Connection>> {
  const connected = simulatedRoles.flatMap((role) => {
    const channel = module.channels[role];
    // A coldbox that plays the probe card too is simulated as a coldbox alone.
    const plays = channel && roleOf(station, channel.instrument) === role;
    return plays && names.has(channel.instrument) ? [[role, connection(channel)] as const] : [];
  });
  return Object.fromEntries(connected);
}

function roleOf({ instruments }: Station, name: string): SimulatedRole | undefined {
  const className = instruments.get(name)?.class ?? '';
  return Object.hasOwn(instrumentClasses, className) ? instrumentClasses[className]?.role : undefined;
}

const simulatedRoles = ['hv', 'lv', 'ab', 'cb'] as const;
type SimulatedRole = (typeof simulatedRoles)[number];

/** A list of pins of a probe card is one card. */
function connection({ instrument, channel }: Channel): Connection {
  return typeof channel === 'number' ? { instrument, channel } : { instrument };
}

/** The site's own settings of the calibrations, which hold for the twin too. It was checked when the station was loaded. */
async function readConfig(path: string | undefined): Promise<object> {
  return path === undefined ? { verbosity: 1, ph2_dir: '' } : parse(await readFile(path, 'utf8'));
}
