import type { Problem } from '../base/errors.ts';

type ParameterType = 'volts' | 'celsius' | 'seconds' | 'number' | 'count' | 'name' | readonly string[];

export interface Parameter {
  type: ParameterType;
  /** Not given and without this, the fault is refused if `required`, else the parameter is absent. */
  default?: number | string;
  required?: true;
}

interface FaultKind {
  /** What goes wrong, in a few words. */
  what: string;
  parameters: Readonly<Record<string, Parameter>>;
  /** Decided when the chips are made; cannot begin or end later. */
  fromStartOnly?: true;
  /** It is of the module, not of the day: the same module has it again. */
  ofTheModule?: true;
}

const module: Parameter = { type: 'name' };
const instrument: Parameter = { type: 'name' };
const channel: Parameter = { type: 'count' };
const chip: Parameter = { type: 'count' };

/** Everything that can be made to go wrong. A `module`, `chip`, `instrument` or `channel` left out means any. */
export const faultKinds = {
  'early-breakdown': {
    what: 'the sensor breaks down at V',
    parameters: { module, V: { type: 'volts', required: true } },
    ofTheModule: true,
  },
  'high-leakage': {
    what: 'the sensor leaks FACTOR times as much',
    parameters: { module, factor: { type: 'number', default: 22 } },
    ofTheModule: true,
  },
  'compliance-trip': {
    what: 'from V on a spark takes any current, so that the supply limits',
    parameters: { module, V: { type: 'volts', required: true } },
  },
  'bad-regulator': {
    what: 'a shunt-LDO holds V instead of 1.2 V',
    parameters: {
      module,
      chip: { type: 'count', default: 0 },
      rail: { type: ['VDDA', 'VDDD'], default: 'VDDA' },
      V: { type: 'volts', default: 1.0 },
    },
    ofTheModule: true,
  },
  'bad-shunt': {
    what: 'the shunt resistors of all chips are FACTOR times what they should be',
    parameters: { module, factor: { type: 'number', default: 2.5 } },
    ofTheModule: true,
  },
  'over-temperature': {
    what: 'the module is at T whatever the cooling does',
    parameters: { module, T: { type: 'celsius', default: 60 } },
  },
  'dead-pixels': {
    what: 'PIXELS pixels of a chip never answer',
    parameters: { module, chip, pixels: { type: 'count', default: 1500 } },
    fromStartOnly: true,
    ofTheModule: true,
  },
  'open-bumps': {
    what: 'PIXELS pixels of a chip have lost their bump',
    parameters: { module, chip, pixels: { type: 'count', default: 1500 } },
    fromStartOnly: true,
    ofTheModule: true,
  },
  'noisy-chip': {
    what: 'PIXELS pixels of a chip have three times the noise',
    parameters: { module, chip, pixels: { type: 'count', default: 5000 } },
    fromStartOnly: true,
    ofTheModule: true,
  },
  'high-noise': {
    what: 'every pixel of a chip has FACTOR times the noise',
    parameters: { module, chip, factor: { type: 'number', default: 3 } },
    fromStartOnly: true,
    ofTheModule: true,
  },
  'stuck-threshold': {
    what: 'the global threshold of a chip stays at E electrons whatever it is set to',
    parameters: { module, chip, e: { type: 'number', default: 4000 } },
    fromStartOnly: true,
    ofTheModule: true,
  },
  'dead-trims': {
    what: 'the trim bits of a chip’s pixels change nothing',
    parameters: { module, chip },
    fromStartOnly: true,
    ofTheModule: true,
  },
  'dead-chip': {
    what: 'a chip answers nothing at all',
    parameters: { module, chip: { type: 'count', default: 0 } },
    fromStartOnly: true,
    ofTheModule: true,
  },
  silent: {
    what: 'the instrument neither acts nor answers (with acts=yes: acts, but does not answer)',
    parameters: { instrument, acts: { type: ['yes', 'no'], default: 'no' } },
  },
  slow: {
    what: 'each reply comes DELAY seconds late',
    parameters: { instrument, delay: { type: 'seconds', default: 3 } },
  },
  garbled: { what: 'characters of each reply are wrong', parameters: { instrument } },
  'half-reply': { what: 'each reply ends in its middle', parameters: { instrument } },
  'port-vanished': {
    what: 'the port disappears, and comes back when the fault ends',
    parameters: { instrument },
  },
  'other-class': {
    what: 'at this port answers an instrument of another class',
    parameters: {
      instrument,
      class: {
        type: ['Keithley2410', 'TTI', 'TTITSX', 'HMP4040', 'KeysightE3633A', 'AdcBoard', 'RelayBoard'],
        default: 'HMP4040',
      },
    },
  },
  'output-stuck': {
    what: 'the output cannot be switched off (with says=off: claims that it is)',
    parameters: { instrument, channel, says: { type: ['on', 'off'], default: 'on' } },
  },
  'lv-trip': {
    what: 'a protection of the supply switches the output off',
    parameters: {
      instrument,
      channel,
      protection: { type: ['over-current', 'over-voltage'], default: 'over-current' },
    },
  },
  'humid-air': {
    what: 'the air in the coldbox has this dew point',
    parameters: { instrument, dewpoint: { type: 'celsius', default: 15 } },
  },
  'stale-sensor': {
    what: 'the instrument repeats its last measurement for ever',
    parameters: { instrument },
  },
} as const satisfies Record<string, FaultKind>;

export type FaultName = keyof typeof faultKinds;

type ValueOf<P> = P extends { type: infer T }
  ? T extends readonly string[]
    ? T[number]
    : T extends 'name'
      ? string
      : number
  : never;
type Given<P> = P extends { required: true } | { default: unknown } ? ValueOf<P> : ValueOf<P> | undefined;

/** The parameters of one kind of fault, checked and with their defaults. */
export type FaultParameters<K extends FaultName> = {
  readonly [N in keyof (typeof faultKinds)[K]['parameters']]: Given<(typeof faultKinds)[K]['parameters'][N]>;
};

/** When a fault begins and ends. Without any of these: at once, and for ever. Several: when all are so. */
interface FaultWindow {
  /** From the Nth command on that its instrument (or any) receives from now. */
  after?: number;
  /** Once a bias has passed this voltage. */
  bias?: number;
  /** Station seconds from now. */
  at?: number;
  /** It lasts that many station seconds. */
  for?: number;
  /** It lasts for that many commands. */
  count?: number;
}

/** What every kind takes besides its own: when it begins and ends. */
export const windowParameters: Record<keyof FaultWindow, Parameter> = {
  after: { type: 'count' },
  bias: { type: 'volts' },
  at: { type: 'seconds' },
  for: { type: 'seconds' },
  count: { type: 'count' },
};

export interface Fault<K extends FaultName = FaultName> {
  kind: K;
  parameters: FaultParameters<K>;
  window: FaultWindow;
  /** As it was written. */
  text: string;
}

/** Those that are of the module itself, from the start and for good: the same module made again has them, too. */
export function faultsOfTheModule(texts: readonly string[]): string[] {
  const { faults } = parseFaults(texts);
  const kept = faults.filter(
    ({ kind, window }) => 'ofTheModule' in faultKinds[kind] && Object.keys(window).length === 0,
  );
  return kept.map(({ text }) => text);
}

/** What is named in faults and is not there. */
export function checkFaultTargets(
  faults: readonly Fault[],
  known: { instruments: readonly string[]; modules: readonly string[] },
): Problem[] {
  return faults.flatMap((fault) => {
    const { instrument, module } = fault.parameters as { instrument?: string; module?: string };
    const missing = (what: string, name: string | undefined, names: readonly string[]): Problem[] =>
      name === undefined || names.includes(name)
        ? []
        : [
            {
              code: 'E9502',
              what: `In the fault "${fault.text}", there is no ${what} ${name}.`,
              remedy: `Use one of: ${names.join(', ')}.`,
            },
          ];
    return [
      ...missing('instrument', instrument, known.instruments),
      ...missing('module', module, known.modules),
    ];
  });
}

/** Reads `kind:key=value,key=value`. All problems are collected; a fault with a problem is left out. */
export function parseFaults(texts: readonly string[]): { faults: Fault[]; problems: Problem[] } {
  const faults: Fault[] = [];
  const problems: Problem[] = [];
  for (const text of texts) {
    const read = parseFault(text);
    if (Array.isArray(read)) problems.push(...read);
    else faults.push(read);
  }
  return { faults, problems };
}

function parseFault(text: string): Fault | Problem[] {
  const [, kind = '', rest = ''] = /^([^:]*):?(.*)$/s.exec(text.trim()) ?? [];
  if (!Object.hasOwn(faultKinds, kind))
    return [
      {
        code: 'E9501',
        what: `There is no fault "${kind}" (in "${text}").`,
        remedy: `Use one of: ${Object.keys(faultKinds).join(', ')}.`,
      },
    ];
  const name = kind as FaultName;
  const own: Readonly<Record<string, Parameter>> = faultKinds[name].parameters;
  const known: Record<string, Parameter> = { ...windowParameters, ...own };
  const values: Record<string, number | string> = {};
  const problems: Problem[] = [];
  const given = new Set<string>();
  for (const pair of rest.split(',').filter((p) => p.trim() !== '')) {
    const [key = '', value = ''] = pair.split(/=(.*)/s).map((part) => part.trim());
    const parameter = Object.hasOwn(known, key) ? known[key] : undefined;
    given.add(key);
    const read = parameter && readValue(parameter.type, value);
    if (read !== undefined) values[key] = read;
    else problems.push(badParameter(text, key, value, known));
  }
  for (const [key, { default: fallback, required }] of Object.entries(own)) {
    if (fallback !== undefined) values[key] ??= fallback;
    else if (required && !given.has(key)) problems.push(badParameter(text, key, undefined, known));
  }
  if (problems.length > 0) return problems;
  const pick = (names: Readonly<Record<string, unknown>>) =>
    Object.fromEntries(Object.entries(values).filter(([key]) => Object.hasOwn(names, key)));
  return {
    kind: name,
    parameters: pick(own) as FaultParameters<FaultName>,
    window: pick(windowParameters),
    text,
  };
}

function readValue(type: ParameterType, text: string): number | string | undefined {
  if (type === 'name') return text === '' ? undefined : text;
  if (typeof type !== 'string') return type.includes(text) ? text : undefined;
  const value = text === '' ? Number.NaN : Number(text);
  if (!Number.isFinite(value)) return undefined;
  if (type === 'count' && !(Number.isInteger(value) && value >= 0)) return undefined;
  if ((type === 'seconds' || type === 'number') && value < 0) return undefined;
  return value;
}

function badParameter(
  text: string,
  key: string,
  value: string | undefined,
  known: Readonly<Record<string, Parameter>>,
): Problem {
  const parameter = Object.hasOwn(known, key) ? known[key] : undefined;
  const what =
    parameter === undefined
      ? `The fault "${text}" has no parameter "${key}".`
      : value === undefined
        ? `The fault "${text}" needs ${key}.`
        : `In the fault "${text}", ${key}=${value} is not ${wanted(parameter.type)}.`;
  const remedy = parameter
    ? `Give ${key}=${typeof parameter.type === 'string' ? `<${parameter.type}>` : parameter.type.join('|')}.`
    : `It takes: ${Object.keys(known).join(', ')}.`;
  return { code: 'E9502', what, remedy };
}

function wanted(type: ParameterType): string {
  if (typeof type !== 'string') return `one of ${type.join(', ')}`;
  if (type === 'name') return 'a name';
  return type === 'count' ? 'a whole number from 0' : `a number (${type})`;
}
