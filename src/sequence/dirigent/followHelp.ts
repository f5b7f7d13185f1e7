import type { Problem } from '../../base/errors.ts';
import type { ClickHelp, ClickOption } from './clickHelp.ts';

/** What is between the words of a sequence and those that the installed dirigent takes. */
export interface Followed {
  args: readonly string[];
  problems: readonly Problem[];
}

/**
 * The words of a calibration as its help takes them: options by their long names, for the letters have changed their
 * meaning before; a yes-or-no option with a value behind it where it wants one, and without where it does not. What click
 * would refuse is refused here, before anything is powered. A help that tells nothing lets everything by.
 */
export function followHelp(calibration: string, page: ClickHelp, words: readonly string[]): Followed {
  if (page.options.length === 0) return { args: words, problems: [] };
  const reader = new WordReader(calibration, page, words);
  reader.readAll();
  return { args: reader.args, problems: reader.problems };
}

/** The name under which an option is sent. */
export function longName({ names }: ClickOption): string {
  return names.find((name) => name.startsWith('--')) ?? names[0]!;
}

export function takesSwitch({ metavar }: ClickOption): boolean {
  return metavar?.startsWith('BOOLEAN') ?? false;
}

/** click's own words for a BOOLEAN. [click, "BoolParamType"] */
const yes = /^(1|true|t|yes|y|on)$/i;
const no = /^(0|false|f|no|n|off)$/i;
const isSwitch = (word: string | undefined): word is string =>
  word !== undefined && (yes.test(word) || no.test(word));

class WordReader {
  readonly args: string[] = [];
  readonly problems: Problem[] = [];
  readonly #calibration: string;
  readonly #page: ClickHelp;
  readonly #words: readonly string[];
  #at = 0;

  constructor(calibration: string, page: ClickHelp, words: readonly string[]) {
    this.#calibration = calibration;
    this.#page = page;
    this.#words = words;
  }

  readAll(): void {
    while (this.#at < this.#words.length) {
      const word = this.#words[this.#at]!;
      this.#at += 1;
      const given = optionOf(word, this.#page);
      if (!given) this.#noOption(word);
      else if (!this.#page.tellsValues) this.#untold(given.option, given.value);
      else if (given.option.metavar === undefined) this.#bare(given.option, given.value);
      else if (takesSwitch(given.option)) this.#switch(given.option, given.value);
      else this.#valued(given.option, given.value);
    }
  }

  #noOption(word: string): void {
    if (word.startsWith('-')) this.#refuse('E4014', `has no option "${word}" in the installed dirigent.`);
    else if (this.#page.takesOperands) this.args.push(word);
    else this.#refuse('E4017', `takes no argument "${word}": it stands behind no option that wants one.`);
  }

  /** A help that shows no value behind any option does not tell which of them take one. */
  #untold(option: ClickOption, attached: string | undefined): void {
    const next = this.#words[this.#at];
    const isValue = next !== undefined && (/^-?\.?\d/.test(next) || !next.startsWith('-'));
    const value = attached ?? (isValue ? next : undefined);
    if (attached === undefined && value !== undefined) this.#at += 1;
    this.#push(option, value);
  }

  #bare(option: ClickOption, attached: string | undefined): void {
    const next = this.#words[this.#at];
    const value = attached ?? (isSwitch(next) && !this.#page.takesOperands ? next : undefined);
    if (attached === undefined && value !== undefined) this.#at += 1;
    if (value === undefined || yes.test(value)) this.args.push(longName(option));
    else if (!no.test(value))
      this.#refuse('E4017', `takes no value behind ${longName(option)}, and "${value}" is given.`);
  }

  #switch(option: ClickOption, attached: string | undefined): void {
    const next = this.#words[this.#at];
    const value = attached ?? (isSwitch(next) ? next : undefined);
    if (attached === undefined && value !== undefined) this.#at += 1;
    if (value !== undefined && !isSwitch(value))
      this.#refuse('E4017', `takes a yes or no behind ${longName(option)}, and "${value}" is neither.`);
    else this.#push(option, value ?? '1');
  }

  #valued(option: ClickOption, attached: string | undefined): void {
    const value = attached ?? this.#words[this.#at];
    if (attached === undefined) this.#at += 1;
    const { metavar = '' } = option;
    if (value === undefined || (attached === undefined && optionOf(value, this.#page) !== undefined))
      this.#refuse('E4017', `wants a value behind ${longName(option)} (${metavar}), and there is none.`);
    else if (!fits(metavar, value))
      this.#refuse('E4017', `wants ${metavar} behind ${longName(option)}, and "${value}" is none.`);
    else this.#push(option, value);
  }

  #push(option: ClickOption, value: string | undefined): void {
    this.args.push(longName(option), ...(value === undefined ? [] : [value]));
  }

  #refuse(code: string, what: string): void {
    const remedy = `\`dirigent ${this.#calibration} --help\` lists what it takes.`;
    this.problems.push({ code, what: `${this.#calibration} ${what}`, remedy });
  }
}

/** `--max-voltage`, `--max-voltage=-80`, `-f`, `-f-80`. */
function optionOf(word: string, page: ClickHelp): { option: ClickOption; value?: string } | undefined {
  const named = (name: string) => page.options.find(({ names }) => names.includes(name));
  const exact = named(word);
  if (exact) return { option: exact };
  const at = word.indexOf('=');
  if (word.startsWith('--')) {
    const option = at > 0 ? named(word.slice(0, at)) : undefined;
    return option && { option, value: word.slice(at + 1) };
  }
  const option = /^-[A-Za-z]./.test(word) ? named(word.slice(0, 2)) : undefined;
  return option?.metavar === undefined ? undefined : { option, value: word.slice(2) };
}

function fits(metavar: string, value: string): boolean {
  if (/^INTEGER\b/.test(metavar)) return /^[-+]?\d+$/.test(value);
  if (/^FLOAT\b/.test(metavar)) return value.trim() !== '' && Number.isFinite(Number(value));
  return true;
}
