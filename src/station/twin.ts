import { BatonError, type Problem } from '../base/errors.ts';
import type { Instrument, Module, Role, SimulatedSetup, Station, StationFile } from './station.ts';

export interface TwinSetup extends SimulatedSetup {
  /** The simulated dirigent: program and leading arguments. */
  dirigentCommand: readonly string[];
  /** Default: the station's own with `-simulated`, so that the two never share a lock or a run id. */
  id?: string;
  /** Default: the station's own. */
  runsDirectory?: string;
}

interface Twin {
  /** Names and texts of the files. */
  files: Pick<StationFile, 'name' | 'text'>[];
  /** What the twin cannot have. */
  warnings: Problem[];
}

/**
 * The simulated twin of a station: same names, classes, channels and defaults, each instrument at the resource of its
 * simulated counterpart. An instrument without one is left out with its channels, for its own resource would lead to
 * the real thing; if it is an hv or an lv, there is no twin (E2301).
 */
export function stationTwin(
  station: Station,
  resources: ReadonlyMap<string, string>,
  setup: TwinSetup,
): Twin {
  const missing = [...station.instruments.values()].filter(({ name }) => !resources.has(name));
  const problems = missing.map((instrument) => leftOut(station, instrument));
  const errors = problems.filter(({ severity }) => severity !== 'warning');
  if (errors.length > 0) throw new BatonError(errors);

  const instruments = [...station.instruments.values()].flatMap(({ name, entry }) => {
    const resource = resources.get(name);
    return resource === undefined
      ? []
      : [[name, { ...entry, resource, ...('sim' in entry ? { sim: false } : {}) }]];
  });
  const channels = station.modules.map((module) => [module.index, channelsWith(module, resources)]);
  const modulesText = station.files.find(({ name }) => name === 'modules.json')?.text ?? '{ "Hybrid": {} }\n';
  return {
    files: [
      { name: 'instruments.json', text: json({ instruments: Object.fromEntries(instruments) }) },
      { name: 'channels.json', text: json({ channels: Object.fromEntries(channels) }) },
      { name: 'modules.json', text: modulesText },
      { name: 'station.json', text: json(settings(station, setup)) },
      ...station.files
        .filter(({ name }) => name === 'interlocks.json')
        .map(({ name, text }) => ({ name, text })),
    ],
    warnings: problems,
  };
}

function channelsWith(module: Module, resources: ReadonlyMap<string, string>): Record<string, unknown> {
  const kept = Object.entries(module.channels).filter(([, { instrument }]) => resources.has(instrument));
  return Object.fromEntries(kept.map(([role, { entry }]) => [role, entry]));
}

function settings(station: Station, setup: TwinSetup): object {
  const { dirigent, limits } = station;
  const modules = station.modules.map(({ name, serialNumber, sensorType }) => [
    name,
    {
      ...(serialNumber === undefined ? {} : { serial_number: serialNumber }),
      ...(sensorType === undefined ? {} : { sensor_type: sensorType }),
    },
  ]);
  return {
    id: setup.id ?? simulatedId(station.id),
    site: station.site,
    ...(station.institution === undefined ? {} : { institution: station.institution }),
    dirigent: {
      command: setup.dirigentCommand,
      // The environment script is for the real dirigent and Ph2_ACF, which no simulated run needs.
      ...(dirigent.config === undefined ? {} : { config: dirigent.config }),
      flags: dirigent.flags,
    },
    runs_directory: setup.runsDirectory ?? station.runsDirectory,
    limits: {
      '3D': { max_voltage: limits['3D'].maxVoltage },
      planar: { max_voltage: limits.planar.maxVoltage },
    },
    modules: Object.fromEntries(modules),
    renderer: station.renderer,
    language: station.language,
    simulated: { time_scale: setup.timeScale, seed: setup.seed },
  };
}

/** Station ids have 64 characters at most. */
function simulatedId(id: string): string {
  const suffix = '-simulated';
  return id.endsWith(suffix) ? id : `${id.slice(0, 64 - suffix.length)}${suffix}`;
}

function leftOut(station: Station, instrument: Instrument): Problem {
  const roles = station.modules.flatMap(({ channels }) =>
    (Object.keys(channels) as Role[]).filter((role) => channels[role]?.instrument === instrument.name),
  );
  const power = roles.find((role) => role === 'hv' || role === 'lv');
  if (power)
    return {
      code: 'E2301',
      what: `There is no simulated ${instrument.class} for "${instrument.name}", and no twin of the station without its ${power}.`,
      where: instrument.where,
      remedy: 'Use a class that can be simulated, or run on the station itself.',
    };
  return {
    code: 'E2302',
    what: `There is no simulated ${instrument.class}: "${instrument.name}" is left out of the simulated station.`,
    where: instrument.where,
    remedy: 'Nothing to do; calibrations that need it are refused there.',
    severity: 'warning',
  };
}

function json(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
