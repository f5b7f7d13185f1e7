import type { Problem } from '../base/errors.ts';
import { instrumentClass } from './classes.ts';
import type { Declared } from './instrumentsFile.ts';
import {
  type Interlock,
  type InterlockWhen,
  interlockActions,
  type ReadingName,
  readingNames,
} from './interlock.ts';
import { groupMaxVoltage } from './poweringGroup.ts';
import type { Instrument, Module, Role, Station } from './station.ts';

type Watched = Pick<Station, 'instruments' | 'modules' | 'limits'>;

/** What is wrong with limits as such, with one beside another, and with what this station can measure. */
export function interlockProblems(interlocks: readonly Declared<Interlock>[], station: Watched): Problem[] {
  return [
    ...interlocks.flatMap((one) => neverTrips(one, station as Station)),
    ...interlocks.flatMap((one) => alwaysTrips(one, station)),
    ...interlocks.flatMap((one) => hidden(one, interlocks)),
    ...interlocks.flatMap((one) => notMeasured(one, station)),
  ];
}

/** Which readings this station has at all. */
export function measurable({
  instruments,
  modules,
}: Pick<Station, 'instruments' | 'modules'>): ReadingName[] {
  const names = new Set<ReadingName>();
  for (const { channels } of modules)
    for (const [role, channel] of Object.entries(channels) as [Role, { instrument: string }][])
      for (const name of tells(role, instruments.get(channel.instrument))) names.add(name);
  return readingNames.filter((name) => names.has(name));
}

/** The readings that this station has and no interlock watches. */
export function uncovered(station: Station): ReadingName[] {
  const covered = new Set(station.interlocks.map(({ reading }) => reading));
  return measurable(station).filter((name) => !covered.has(name));
}

/** What an instrument tells in a role. */
export function tells(role: Role, instrument: Instrument | undefined): readonly ReadingName[] {
  if (role === 'hv') return ['hv.current', 'hv.voltage'];
  if (role === 'lv') return ['lv.current', 'lv.voltage'];
  const known = instrumentClass(instrument?.class ?? '');
  if (!known?.driver) return [];
  return (known.measures ?? []).filter((name) => name.startsWith('climate.') === (role === 'cb'));
}

const absoluteZero = -273.15;

/** What no reading can come to, and what the supply itself does not let it come to. */
function neverTrips(declared: Declared<Interlock>, station: Station): Problem[] {
  const { reading, condition, limit, written } = declared.value;
  const shown = `${written.limit} ${written.unit}`;
  if (condition === 'stale') return [];
  const [lowest, highest] = range(reading);
  const beyond = condition === 'above' ? limit >= highest : limit <= lowest;
  if (beyond)
    return [
      problem(declared, 'limit', {
        code: 'E6003',
        what: `${reading} can never be ${condition} ${shown}.`,
        remedy: 'Correct the limit or the condition: an interlock that cannot trip protects nothing.',
      }),
    ];
  if (condition === 'below') return [];
  const held = heldBySupply(reading, station);
  if (held === undefined || limit < held) return [];
  return [
    problem(declared, 'limit', {
      code: 'E6004',
      what: `${reading} is held at ${Number(held.toPrecision(6))} by the supplies of this station, and comes above ${shown} only if one of them fails.`,
      remedy: 'Nothing to do if that is meant. To see it coming, set the limit below.',
      severity: 'warning',
    }),
  ];
}

function range(reading: ReadingName): [lowest: number, highest: number] {
  switch (reading) {
    case 'hv.current':
    case 'hv.voltage':
    case 'lv.current':
    case 'lv.voltage':
      return [0, Number.POSITIVE_INFINITY];
    case 'climate.humidity':
      return [0, 100];
    case 'climate.temperature':
    case 'module.temperature':
      return [absoluteZero, Number.POSITIVE_INFINITY];
    case 'climate.dewPointMargin':
      return [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  }
}

/** The highest value that compliance, current limit or the sensors' limits let a reading come to. */
function heldBySupply(reading: ReadingName, station: Station): number | undefined {
  const of = (role: 'hv' | 'lv') => supplies(role, station);
  switch (reading) {
    case 'hv.current':
      return most(of('hv').map(({ defaultCurrent }) => defaultCurrent));
    case 'lv.current':
      return most(of('lv').map(({ defaultCurrent }) => defaultCurrent));
    case 'hv.voltage':
      return most(station.modules.map((module) => Math.abs(groupMaxVoltage(station, { modules: [module] }))));
    default:
      return undefined;
  }
}

/** What a step of this station sets on purpose. */
function alwaysTrips(declared: Declared<Interlock>, station: Watched): Problem[] {
  const { reading, condition, limit, written } = declared.value;
  const role = reading === 'hv.voltage' ? 'hv' : reading === 'lv.voltage' ? 'lv' : undefined;
  if (!role || condition === 'stale') return [];
  const set = supplies(role, station).flatMap(({ name, defaultVoltage }) =>
    defaultVoltage === undefined ? [] : [{ name, volts: Math.abs(defaultVoltage) }],
  );
  const wrong = set.find(({ volts }) => (condition === 'above' ? volts >= limit : volts <= limit));
  if (!wrong) return [];
  return [
    problem(declared, 'limit', {
      code: 'E6005',
      what: `"${wrong.name}" is set to ${wrong.volts} V (default_voltage), which is ${condition} ${written.limit} ${written.unit} already: it would trip every time.`,
      remedy: `Set the limit ${condition} what the station gives on purpose, or correct default_voltage.`,
    }),
  ];
}

/** A mild one that only comes when a harsh one has already acted is a dead branch. */
function hidden(declared: Declared<Interlock>, all: readonly Declared<Interlock>[]): Problem[] {
  const mild = declared.value;
  const harsh = all.find(({ value }) => hides(value, mild))?.value;
  if (!harsh) return [];
  return [
    problem(declared, 'limit', {
      code: 'E6006',
      what: `"${mild.name}" (${mild.action}) can never be seen: "${harsh.name}" (${harsh.action}) acts at ${harsh.written.limit} ${harsh.written.unit}${harsh.limit === mild.limit ? ' as soon' : ' before'}.`,
      remedy:
        'A warning lies on this side of what it warns of. Exchange the limits, or remove one of the two.',
    }),
  ];
}

function hides(harsh: Interlock, mild: Interlock): boolean {
  const rank = ({ action }: Interlock) => interlockActions.indexOf(action);
  const ends = rank(harsh) >= interlockActions.indexOf('hvOff');
  if (!ends || rank(mild) >= rank(harsh) || harsh.reading !== mild.reading) return false;
  if (harsh.condition !== mild.condition || harsh.grace > mild.grace || !covers(harsh.when, mild.when))
    return false;
  return harsh.condition === 'below' ? harsh.limit >= mild.limit : harsh.limit <= mild.limit;
}

/** Whether the one applies whenever the other does. */
function covers(one: InterlockWhen, other: InterlockWhen): boolean {
  if (one === 'always') return true;
  if (typeof one === 'string' || typeof other === 'string') return one === other;
  return other.every((category) => one.includes(category));
}

function notMeasured(declared: Declared<Interlock>, station: Watched): Problem[] {
  const { reading, name } = declared.value;
  if (measurable(station).includes(reading)) return [];
  return [
    problem(declared, 'reading', {
      code: 'E6007',
      what: `Nothing at this station measures ${reading}: "${name}" watches nothing.`,
      remedy: 'Wire an instrument that measures it (cb, or an AdcBoard as ab), or remove the entry.',
      severity: 'warning',
    }),
  ];
}

function supplies(role: 'hv' | 'lv', { modules, instruments }: Watched): Instrument[] {
  const names = new Set(modules.flatMap(({ channels }: Module) => channels[role]?.instrument ?? []));
  return [...names].flatMap((name) => instruments.get(name) ?? []);
}

function most(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}

function problem({ node }: Declared<Interlock>, key: string, what: Omit<Problem, 'where'>): Problem {
  return { ...what, where: node.at([key]).place };
}
