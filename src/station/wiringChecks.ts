import type { Problem } from '../base/errors.ts';
import { nearest } from '../base/nearest.ts';
import type { Wiring } from './channelsFile.ts';
import { roles } from './channelsFile.ts';
import { classNames, type InstrumentClass, instrumentClass } from './classes.ts';
import type { Declared } from './instrumentsFile.ts';
import type { Hybrid, ModulesFile } from './modulesFile.ts';
import type { Channel, Instrument, Role } from './station.ts';
import type { ModuleSettings } from './stationFile.ts';

export interface Names {
  /** Every name of instruments.json, also of instruments that are not whole. */
  declared: readonly string[];
  whole: ReadonlyMap<string, Instrument>;
}

/** Channels against instruments: each names one that exists, may play the role, and has that channel. */
export function channelProblems(wirings: readonly Wiring[], names: Names): Problem[] {
  return wirings.flatMap((wiring) =>
    roles.flatMap((role) => {
      const channel = wiring.channels[role];
      return channel ? oneChannel(`module ${wiring.index}, role ${role}`, role, channel, names) : [];
    }),
  );
}

function oneChannel(
  subject: string,
  role: Role,
  { value, node }: Declared<Channel>,
  { declared, whole }: Names,
): Problem[] {
  const where = (node.member('instrument') ?? node).place;
  if (!declared.includes(value.instrument)) {
    // Nobody is led to put an hv where an lv belongs.
    const fit = declared.filter((name) =>
      instrumentClass(whole.get(name)?.class ?? '')?.plays.includes(role),
    );
    const meant = nearest(value.instrument, fit);
    const what = `${subject}: there is no instrument "${value.instrument}" in instruments.json.`;
    const remedy = `${meant ? `Did you mean "${meant}"? ` : ''}There are: ${declared.join(', ') || 'none'}.`;
    return [{ code: 'E2105', what, where, remedy }];
  }
  const className = whole.get(value.instrument)?.class;
  const known = className === undefined ? undefined : instrumentClass(className);
  // An unknown class, or none, is reported where it stands.
  if (className === undefined || !known) return [];
  if (!known.plays.includes(role))
    return [
      {
        code: 'E2102',
        what: `${subject}: "${value.instrument}" is a ${className} (${known.what}), which cannot be ${role}.`,
        where,
        remedy: `A ${className} can be ${known.plays.join(' or ')}. For ${role}: ${classesFor(role)}.`,
      },
    ];
  if ((role === 'hv' || role === 'lv') && !known.driver)
    return [
      {
        code: 'E2102',
        what: `${subject}: Baton has no driver for ${className} ("${value.instrument}"), and cannot keep the module safe with it.`,
        where,
        remedy: `Use one of ${classesFor(role)}.`,
      },
    ];
  return channelNumbers(subject, className, known, { value, node });
}

function classesFor(role: Role): string {
  const trusted = (name: string) => instrumentClass(name)?.driver || (role !== 'hv' && role !== 'lv');
  return classNames.filter((name) => instrumentClass(name)?.plays.includes(role) && trusted(name)).join(', ');
}

function channelNumbers(
  subject: string,
  className: string,
  { channels, plays }: InstrumentClass,
  { value, node }: Declared<Channel>,
): Problem[] {
  if (channels === undefined) return [];
  const kind = plays.includes('ab') ? 'pin' : 'channel';
  const wrong = [value.channel ?? []].flat().filter((number) => number > channels);
  if (wrong.length === 0) return [];
  const has = channels === 1 ? `${kind} 1 only` : `${kind}s 1 to ${channels}`;
  return [
    {
      code: 'E2104',
      what: `${subject}: "${value.instrument}" is a ${className} and has ${has}; this says ${wrong.join(', ')}.`,
      where: (node.member('channel') ?? node).place,
      remedy: `Use ${channels === 1 ? `${kind} 1` : `one of its ${kind}s`}, or name another instrument.`,
    },
  ];
}

/** Channels against modules: each index stands in both files. */
export function moduleProblems(wirings: readonly Wiring[], modules: ModulesFile): Problem[] {
  const wired = new Set(wirings.map(({ index }) => index));
  return [
    ...wirings.flatMap((wiring): Problem[] => {
      if (modules.indices.includes(wiring.index)) return [];
      const what = `Module ${wiring.index} has channels, but modules.json does not have it.`;
      const remedy = `Add it under "Hybrid" in modules.json, or remove it here. modules.json has: ${modules.indices.join(', ') || 'none'}.`;
      return [{ code: 'E2106', what, where: wiring.node.keyPlace, remedy }];
    }),
    ...modules.hybrids.flatMap(({ value, node }): Problem[] => {
      if (wired.has(value.index)) return [];
      const what = `Module ${value.index} ("${value.name}") has no channels: it cannot be tested.`;
      const remedy = 'Add it to channels.json, or ignore this.';
      return [{ code: 'E2107', what, where: node.keyPlace, remedy, severity: 'warning' }];
    }),
  ];
}

/** What station.json should say of each wired module, and does not. */
export function moduleSettingsProblems(
  wired: readonly { hybrid: Declared<Hybrid>; wiring: Wiring }[],
  settings: ReadonlyMap<string, ModuleSettings>,
  limit3D: number,
): Problem[] {
  const unknown = wired.flatMap(({ hybrid: { value, node }, wiring }): Problem[] => {
    if (!wiring.channels.hv || value.sensor === false || settings.get(value.name)?.sensorType) return [];
    return [
      {
        code: 'E2117',
        what: `The sensor type of "${value.name}" is not given: the limit of 3D sensors (${limit3D} V) holds.`,
        where: node.keyPlace,
        remedy: `Add "modules": { "${value.name}": { "sensor_type": "3D" } } (or "planar") to station.json.`,
        severity: 'warning',
      },
    ];
  });
  return [...unknown, ...serialNumberProblems(settings)];
}

function serialNumberProblems(settings: ReadonlyMap<string, ModuleSettings>): Problem[] {
  const owners = new Map<string, string>();
  return [...settings].flatMap(([name, { serialNumber, where }]): Problem[] => {
    if (serialNumber === undefined) return [];
    const owner = owners.get(serialNumber);
    owners.set(serialNumber, name);
    if (owner !== undefined)
      return [
        {
          code: 'E2013',
          what: `"${name}" and "${owner}" have the same serial number, ${serialNumber}.`,
          where,
          remedy: 'Correct one: results would go to the wrong module.',
        },
      ];
    // 20U, two letters of project and sub-project, two of component type and site, seven digits. [ATLAS serial numbers]
    if (/^20U[A-Z]{2}[A-Z0-9]{2}\d{7}$/.test(serialNumber)) return [];
    return [
      {
        code: 'E2118',
        what: `"${serialNumber}" (module "${name}") does not look like a serial number of the production database.`,
        where,
        remedy: 'Expected are 14 characters such as 20UPGM22110039. Scan the label again.',
        severity: 'warning',
      },
    ];
  });
}
