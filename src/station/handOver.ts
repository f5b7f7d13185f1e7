import type { Amperes } from '../base/units.ts';
import type { PoweringGroup, Role, Station } from './station.ts';

/** The inner objects for `--instruments-dict` and `--channels-dict`. */
export interface HandOver {
  instruments: Record<string, Readonly<Record<string, unknown>>>;
  channels: Record<string, Partial<Record<Role, Readonly<Record<string, unknown>>>>>;
}

/**
 * What a calibration is handed: the entries of these roles of the group's modules, as the site's files have them, in
 * the files' order. A module keeps its index even if none of the roles is its own. A compliance of the step is the
 * bias supply's `default_current`, which is what a calibration sets.
 */
export function handOver(
  station: Station,
  group: Pick<PoweringGroup, 'modules'>,
  roles: readonly Role[],
  overrides: { compliance?: Amperes } = {},
): HandOver {
  const channels = group.modules.map(({ index, channels: own }) => {
    const given = (Object.keys(own) as Role[]).filter((role) => roles.includes(role));
    return [index, Object.fromEntries(given.map((role) => [role, own[role]!.entry]))] as const;
  });
  const named = new Set(
    group.modules.flatMap((module) => roles.flatMap((role) => module.channels[role]?.instrument ?? [])),
  );
  const isHv = (name: string) => group.modules.some(({ channels: own }) => own.hv?.instrument === name);
  const instruments = [...station.instruments.values()]
    .filter(({ name }) => named.has(name))
    .map(({ name, entry }) => [name, isHv(name) ? withCompliance(entry, overrides) : entry] as const);
  return { instruments: Object.fromEntries(instruments), channels: Object.fromEntries(channels) };
}

function withCompliance(
  entry: Readonly<Record<string, unknown>>,
  { compliance }: { compliance?: Amperes },
): Readonly<Record<string, unknown>> {
  return compliance === undefined ? entry : { ...entry, default_current: compliance };
}
