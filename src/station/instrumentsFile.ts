import type { Problem } from '../base/errors.ts';
import { isObject, type Located } from './json.ts';
import { instrumentKeys, isNote, misspelt, unknownKeys } from './schema.ts';
import type { Instrument } from './station.ts';

/** Something that a file declares, with the place for whoever finds fault with it. */
export interface Declared<T> {
  value: T;
  node: Located;
}

interface InstrumentsFile {
  /** Those that are whole enough to be judged; the schema has reported the others. */
  instruments: Declared<Instrument>[];
  /** Every name, also of those that are not. */
  names: string[];
  /** The channels dict, where it stands in this file. */
  channels?: Located;
  problems: Problem[];
}

/** Reads instruments.json in either dialect. */
export function readInstrumentsFile(root: Located): InstrumentsFile {
  const dicts = ['instruments', 'instrument_dict'].flatMap((key) => root.member(key) ?? []);
  const channels = ['channels', 'channels_dict'].flatMap((key) => root.member(key) ?? []);
  const entries = dicts[0]?.members() ?? [];
  const problems = [
    ...exactlyOne(root, dicts),
    ...channels.slice(1).map((second) => standsTwice(second, 'The channels')),
    ...entries.flatMap(([, node]) => otherKeys(node)),
  ];
  return {
    instruments: entries.flatMap(([name, node]) => instrument(name, node) ?? []),
    names: entries.map(([name]) => name),
    ...(channels[0] ? { channels: channels[0] } : {}),
    problems,
  };
}

function exactlyOne(root: Located, dicts: readonly Located[]): Problem[] {
  if (dicts.length === 0 && isObject(root.value))
    return [
      {
        code: 'E2010',
        what: 'There are no instruments in this file.',
        where: root.place,
        remedy: 'Put them under "instruments" (dirigent) or "instrument_dict" (icicle).',
      },
    ];
  return dicts.slice(1).map((second) => standsTwice(second, 'The instruments'));
}

function standsTwice(second: Located, what: string): Problem {
  return {
    code: 'E2010',
    what: `${what} stand twice in this file, once in each dialect.`,
    where: second.keyPlace,
    remedy: 'Keep one of the two.',
  };
}

function instrument(name: string, node: Located): Declared<Instrument> | undefined {
  const [className, resource] = [node.text('class'), node.text('resource')];
  if (className === undefined || resource === undefined) return undefined;
  const optional = {
    defaultVoltage: node.number('default_voltage'),
    defaultCurrent: node.number('default_current'),
    defaultRange: node.number('default_range'),
    defaultTemperature: node.number('default_temperature'),
  };
  const given = Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined));
  return {
    node,
    value: {
      name,
      class: className,
      resource,
      sim: node.boolean('sim') ?? false,
      ...given,
      defaultStepSize: node.number('default_step_size') ?? 5,
      defaultDelay: node.number('default_delay') ?? 1,
      // The values of the test GUI's own example.
      settling: {
        tolerance: node.number('temperature_tolerance') ?? 0.5,
        time: node.number('validation_time') ?? 20,
        timeout: node.number('validation_timeout') ?? 600,
      },
      entry: withoutNotes(node.value as Record<string, unknown>),
      where: node.keyPlace,
    },
  };
}

/** Notes are Baton's; icicle would make attributes of them. */
export function withoutNotes(entry: Record<string, unknown>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(entry).filter(([key]) => !isNote(key)));
}

/**
 * Keys that Baton does not know become attributes of icicle's object, by `exec("temp_object.key = 'value'")`: so a key
 * must be a plain name and a text must hold nothing that ends it. [icicle 2.1.0, instrument_cluster.py]
 */
function otherKeys(node: Located): Problem[] {
  return unknownKeys(node, instrumentKeys).map(
    ([key, member]) => misspelt(key, member, instrumentKeys) ?? handedOnUnread(key, member),
  );
}

function handedOnUnread(key: string, member: Located): Problem {
  const note = 'A note to a person begins with $.';
  if (!/^[A-Za-z][A-Za-z0-9_]*$/.test(key))
    return {
      code: 'E2011',
      what: `"${key}" is no plain name, and icicle would run it as code.`,
      where: member.keyPlace,
      remedy: `Use letters, digits and underscores. ${note}`,
    };
  if (!isPlain(member.value))
    return {
      code: 'E2011',
      what: `"${key}" holds a text with characters that icicle would run as code.`,
      where: member.place,
      remedy: `Use letters, digits, spaces and . : / @ + - _ alone. ${note}`,
    };
  return {
    code: 'E2012',
    what: `Baton does not know "${key}"; it goes to the calibrations as it is.`,
    where: member.keyPlace,
    remedy: `Nothing to do if dirigent knows it. ${note}`,
    severity: 'warning',
  };
}

function isPlain(value: unknown): boolean {
  if (typeof value === 'string') return /^[A-Za-z0-9 .:/@+_-]*$/.test(value);
  if (Array.isArray(value)) return value.every(isPlain);
  if (isObject(value)) return Object.entries(value).every((pair) => pair.every(isPlain));
  return true;
}
