import type { Declared, DeclaredOption } from './declared.ts';

/** What a word could become, and what that is. */
export interface Candidate {
  value: string;
  describe?: string;
}

/** Where a value stands on the command line: its option or the name of its place, and the words before it. */
export interface Slot {
  name: string;
  command: readonly string[];
  /** The values of options and places that were given so far. */
  given: Readonly<Record<string, string>>;
  /** What stands there already. */
  typed: string;
}

/** Values that only this machine knows: names of sequences, runs, modules. Nothing: the shell completes file names. */
type ValuesOf = (slot: Slot) => Promise<readonly Candidate[]>;

const everywhere: Readonly<Record<string, DeclaredOption>> = {
  '--json': { describe: 'print machine-readable output', takesValue: false },
  '--help': { describe: 'show help', takesValue: false },
};

/**
 * What the last of these words could become. `words` are those behind `baton`, up to where the cursor is; the last one
 * is what stands there already, perhaps nothing.
 */
export async function complete(
  commands: Readonly<Record<string, Declared>>,
  words: readonly string[],
  valuesOf: ValuesOf,
): Promise<readonly Candidate[]> {
  const whole = joined(words);
  const { before, current, prefix } = split(whole);
  const at = walk(commands, before);
  const candidates = await candidatesAt(at, current, valuesOf);
  // What the shell takes for words of their own stays as it is.
  const kept = whole.at(-1)!.length - (isBreak(words.at(-1)) ? 0 : (words.at(-1) ?? '').length);
  return candidates
    .filter(({ value }) => value.startsWith(current))
    .map(({ value, ...rest }) => ({ value: (prefix + value).slice(kept), ...rest }));
}

/** bash cuts `--set Name=5` and `--fault silent:instrument=hv_1` at `=` and `:`; the other shells leave them in one. */
function joined(words: readonly string[]): string[] {
  const whole: string[] = [];
  words.forEach((word, i) => {
    const goesOn = whole.length > 0 && (isBreak(word) || isBreak(words[i - 1]));
    if (goesOn) whole.push(whole.pop() + word);
    else whole.push(word);
  });
  return whole.length > 0 ? whole : [''];
}

/** `=`, `:`: a word to bash alone (COMP_WORDBREAKS). */
function isBreak(word: string | undefined): boolean {
  return word !== undefined && /^[=:]+$/.test(word);
}

/** Options with their values behind `=` are two words. */
function split(words: readonly string[]): { before: string[]; current: string; prefix: string } {
  const before = words.slice(0, -1).flatMap(parted);
  const last = words.at(-1) ?? '';
  const [option, value] = parted(last);
  if (value === undefined) return { before, current: last, prefix: '' };
  return { before: [...before, option!], current: value, prefix: `${option}=` };
}

/** `--option=value` is two words. */
function parted(word: string): string[] {
  const at = word.indexOf('=');
  return word.startsWith('--') && at > 0 ? [word.slice(0, at), word.slice(at + 1)] : [word];
}

interface Place {
  /** Commands that could come here. */
  commands?: Readonly<Record<string, Declared>> | undefined;
  declared?: Declared;
  command: string[];
  given: Record<string, string>;
  /** Words that stand in the command's places so far. */
  filled: number;
  /** An option that waits for its value. */
  waiting?: string;
}

function walk(commands: Readonly<Record<string, Declared>>, words: readonly string[]): Place {
  const place: Place = { commands, command: [], given: {}, filled: 0 };
  for (const word of words) {
    if (place.waiting !== undefined) {
      place.given[place.waiting] = word;
      delete place.waiting;
    } else if (word.startsWith('-')) {
      if (place.declared?.options[word]?.takesValue) place.waiting = word;
    } else if (place.commands && Object.hasOwn(place.commands, word)) {
      place.declared = place.commands[word]!;
      place.commands = place.declared.commands;
      place.command.push(word);
    } else {
      const name = placeName(place.declared, place.filled);
      if (name !== undefined) place.given[name] = word;
      place.filled += 1;
    }
  }
  return place;
}

/** The place that the next word fills; the last one may take any number. */
function positionalAt(declared: Declared | undefined, filled: number) {
  const { positionals = [] } = declared ?? {};
  const last = positionals.at(-1);
  return positionals[filled] ?? (last?.many ? last : undefined);
}

function placeName(declared: Declared | undefined, filled: number): string | undefined {
  return positionalAt(declared, filled)?.name;
}

async function candidatesAt(
  { commands, declared, command, given, filled, waiting }: Place,
  current: string,
  valuesOf: ValuesOf,
): Promise<readonly Candidate[]> {
  if (waiting !== undefined) {
    const { choices } = declared!.options[waiting]!;
    return choices ? plain(choices) : valuesOf({ name: waiting, command, given, typed: current });
  }
  if (current.startsWith('-')) return options({ ...declared?.options, ...everywhere });
  if (commands)
    return Object.entries(commands).map(([value, { summary: describe }]) => ({ value, describe }));
  const next = positionalAt(declared, filled);
  if (next?.choices) return plain(next.choices);
  if (next) return valuesOf({ name: next.name, command, given, typed: current });
  return declared ? options({ ...declared.options, ...everywhere }) : [];
}

function options(declared: Readonly<Record<string, DeclaredOption>>): Candidate[] {
  return Object.entries(declared).map(([value, { describe }]) => ({ value, describe }));
}

function plain(choices: readonly string[]): Candidate[] {
  return choices.map((value) => ({ value }));
}
