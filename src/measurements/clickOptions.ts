/**
 * A command line as click (dirigent's library) reads it: options by table, short ones in bundles, values after a space
 * or `=`, a negative number allowed as a value. Baton learns what an installed dirigent accepts by reading its help,
 * so our stand-ins must speak the same dialect; no Node parser does. [click 8.1 documentation, "Options"]
 */

/** The metavar that click prints; a `flag` has none and takes no value. */
type OptionType = 'TEXT' | 'INTEGER' | 'FLOAT' | 'BOOLEAN' | 'FILE' | 'DIRECTORY' | 'flag';

export interface OptionSpec {
  /** With its dashes: `-f`. */
  short?: string;
  /** With its dashes: `--max-voltage`. */
  long?: string;
  type: OptionType;
  help: string;
  default?: string | number | boolean;
  /** Understood, and not shown in the help. */
  hidden?: boolean;
}

/** Keyed as dirigent.toml names the options: `max_voltage`. */
export type OptionTable = Record<string, OptionSpec>;

type ValueOf<T extends OptionType> = T extends 'INTEGER' | 'FLOAT'
  ? number
  : T extends 'BOOLEAN' | 'flag'
    ? boolean
    : string;

/** What was given, by key; with a default: always there. */
export type OptionValues<T extends OptionTable> = {
  [K in keyof T as T[K] extends { default: string | number | boolean } ? K : never]: ValueOf<T[K]['type']>;
} & {
  [K in keyof T as T[K] extends { default: string | number | boolean } ? never : K]?: ValueOf<T[K]['type']>;
};

export type LooseValues = Record<string, string | number | boolean>;

/** Something about the command line that click would end with exit code 2. */
export class ClickUsageError extends Error {
  override readonly name = 'ClickUsageError';
}

interface ParsedOptions {
  given: LooseValues;
  /** What follows the options: for a group, the sub-command and its own arguments. */
  rest: string[];
  help: boolean;
}

/** Parses leading options. With `interspersed` false it stops at the first word that is no option, as a click group does. */
export function parseOptions(
  table: OptionTable,
  argv: readonly string[],
  interspersed: boolean,
): ParsedOptions {
  const given: LooseValues = {};
  const rest: string[] = [];
  let help = false;
  const queue = [...argv];
  for (let word = queue.shift(); word !== undefined; word = queue.shift()) {
    if (word === '--') {
      rest.push(...queue);
      break;
    }
    if (word === '--help') {
      help = true;
    } else if (word.startsWith('--')) {
      takeLong(table, word, queue, given);
    } else if (word.startsWith('-') && word.length > 1) {
      takeShort(table, word, queue, given);
    } else if (interspersed) {
      rest.push(word);
    } else {
      rest.push(word, ...queue);
      break;
    }
  }
  return { given, rest, help };
}

/** A value from a config file, checked against the option that it stands for. */
export function checkOptionValue(spec: OptionSpec, value: unknown, place: string): string | number | boolean {
  const wanted = spec.type === 'flag' ? 'BOOLEAN' : spec.type;
  if (wanted === 'BOOLEAN' && typeof value === 'boolean') return value;
  if (wanted === 'FLOAT' && typeof value === 'number') return value;
  if (wanted === 'INTEGER' && Number.isInteger(value)) return value as number;
  if ((wanted === 'TEXT' || wanted === 'FILE' || wanted === 'DIRECTORY') && typeof value === 'string')
    return value;
  throw new ClickUsageError(
    `Invalid value for ${place}: ${JSON.stringify(value)} is not a valid ${wanted.toLowerCase()}.`,
  );
}

function takeLong(table: OptionTable, word: string, queue: string[], given: LooseValues): void {
  const [name, attached] = splitOnce(word, '=');
  const [key, spec] = find(table, (option) => option.long === name) ?? noSuchOption(name);
  if (spec.type === 'flag') {
    if (attached !== undefined) throw new ClickUsageError(`Option '${name}' does not take a value.`);
    given[key] = true;
  } else {
    given[key] = convert(spec, attached ?? queue.shift() ?? valueMissing(name));
  }
}

function takeShort(table: OptionTable, word: string, queue: string[], given: LooseValues): void {
  for (let at = 1; at < word.length; at += 1) {
    const name = `-${word[at]}`;
    const [key, spec] = find(table, (option) => option.short === name) ?? noSuchOption(name);
    if (spec.type === 'flag') {
      given[key] = true;
      continue;
    }
    const attached = word.slice(at + 1);
    given[key] = convert(spec, attached !== '' ? attached : (queue.shift() ?? valueMissing(name)));
    return;
  }
}

const yes = new Set(['1', 'true', 't', 'yes', 'y', 'on']);
const no = new Set(['0', 'false', 'f', 'no', 'n', 'off']);

function convert(spec: OptionSpec, text: string): string | number | boolean {
  switch (spec.type) {
    case 'BOOLEAN':
      if (yes.has(text.toLowerCase())) return true;
      if (no.has(text.toLowerCase())) return false;
      return invalid(spec, `'${text}' is not a valid boolean.`);
    case 'INTEGER':
      return /^[+-]?\d+$/.test(text) ? Number(text) : invalid(spec, `'${text}' is not a valid integer.`);
    case 'FLOAT': {
      const number = Number(text);
      return text.trim() !== '' && Number.isFinite(number)
        ? number
        : invalid(spec, `'${text}' is not a valid float.`);
    }
    default:
      return text;
  }
}

function find(table: OptionTable, is: (spec: OptionSpec) => boolean): [string, OptionSpec] | undefined {
  return Object.entries(table).find(([, spec]) => is(spec));
}

function splitOnce(text: string, at: string): [string, string | undefined] {
  const index = text.indexOf(at);
  return index < 0 ? [text, undefined] : [text.slice(0, index), text.slice(index + at.length)];
}

function noSuchOption(name: string): never {
  throw new ClickUsageError(`No such option: ${name}`);
}

function valueMissing(name: string): never {
  throw new ClickUsageError(`Option '${name}' requires an argument.`);
}

function invalid(spec: OptionSpec, why: string): never {
  const names = [spec.short, spec.long].filter((name) => name !== undefined);
  throw new ClickUsageError(`Invalid value for ${names.map((name) => `'${name}'`).join(' / ')}: ${why}`);
}
