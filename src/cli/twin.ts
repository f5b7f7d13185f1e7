import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomically } from '../base/atomicFile.ts';
import type { Problem } from '../base/errors.ts';
import { programPath } from '../base/programs.ts';
import type { StationDescription } from '../simulator/description.ts';
import { type SimulatedStation, startSimulatedStation } from '../simulator/startSimulatedStation.ts';
import { instrumentClass } from '../station/classes.ts';
import type { Module, Role, Station } from '../station/station.ts';
import { stationTwin } from '../station/twin.ts';

export interface TwinOptions {
  /** Gets the station files, the pseudo-terminals and the control socket. */
  directory: string;
  /** Default: witness.jsonl in the directory. */
  witness?: string;
  transport: 'tcp' | 'pty';
  timeScale: number;
  seed: number;
  faults: readonly string[];
  runsDirectory?: string;
}

export interface Twin {
  simulated: SimulatedStation;
  warnings: Problem[];
}

/**
 * Starts the simulated twin of a station: same names, classes, channels and defaults, other resources. Its station files
 * are written into the directory, so that it can be used like any other station.
 */
export async function startTwin(station: Station, options: TwinOptions): Promise<Twin> {
  const { directory, transport, timeScale, seed, faults, witness, runsDirectory } = options;
  const instruments = [...station.instruments.values()].filter(({ class: name }) => isSimulated(name));
  const simulated = await startSimulatedStation({
    directory,
    ...(witness === undefined ? {} : { witness }),
    transport,
    timeScale,
    seed,
    instruments: instruments.map(({ name, class: type }) => ({ name, class: type })),
    modules: station.modules.map((module) =>
      describeModule(module, new Set(instruments.map(({ name }) => name))),
    ),
    faults: [...faults],
  });
  const twin = stationTwin(station, new Map(Object.entries(simulated.resources)), {
    timeScale,
    seed,
    dirigentCommand: [process.execPath, programPath('simulatedDirigent')],
    dirigentConfig: 'dirigent.toml',
    ...(runsDirectory === undefined ? {} : { runsDirectory }),
  });
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const toml = [
    '# Of a simulated station: the read-out chips answer at this address as a read-out board would.',
    `ipaddress = '${simulated.chips}'`,
    `module_json = 'modules.json'`,
    `instruments = 'instruments.json'`,
    'felis = false',
    '',
  ].join('\n');
  await writeFileAtomically(join(directory, 'dirigent.toml'), toml);
  for (const { name, text } of twin.files) await writeFileAtomically(join(directory, name), text);
  return { simulated, warnings: twin.warnings };
}

function isSimulated(className: string): boolean {
  return instrumentClass(className)?.driver === true;
}

function describeModule(module: Module, known: ReadonlySet<string>): StationDescription['modules'][number] {
  const { index, name, sensorType, chips } = module;
  const connection = (role: Role) => {
    const channel = module.channels[role];
    if (!channel || !known.has(channel.instrument)) return {};
    const number = typeof channel.channel === 'number' ? { channel: channel.channel } : {};
    return { [role]: { instrument: channel.instrument, ...number } };
  };
  return {
    index,
    name,
    sensorType: sensorType ?? '3D',
    chips: [...chips],
    ...connection('hv'),
    ...connection('lv'),
    ...connection('ab'),
  };
}
