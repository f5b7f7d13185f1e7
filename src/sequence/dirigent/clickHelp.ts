/** What a click program's `--help` tells of itself. */
export interface ClickHelp {
  options: readonly ClickOption[];
  commands: readonly string[];
  /** Something may stand behind the options: `Usage: dirigent tool [OPTIONS] FILE`. */
  takesOperands: boolean;
  /** It shows a value behind the options that take one. */
  tellsValues: boolean;
}

export interface ClickOption {
  /** `-f`, `--max-voltage`. */
  names: readonly string[];
  /** What stands behind it: TEXT, FLOAT, BOOLEAN, …; absent for a bare flag. */
  metavar?: string;
  /** The sentence about it, on one line. */
  text: string;
}

/** Names, the names that say the opposite, the metavar one space behind, the text at least two. */
const optionLine =
  /^ {2}(-{1,2}[\w-]+(?:, -{1,2}[\w-]+)*)(?: \/ (-{1,2}[\w-]+(?:, -{1,2}[\w-]+)*))?(?: (\S+(?: \S+)*))?(?: {2,}(.*))?$/;
const commandLine = /^ {2}([\w-]+)(?: {2,}.*)?$/;

/**
 * Reads the text that click prints: the sections "Options:" and "Commands:", two spaces in front of each entry, a metavar
 * behind each option that takes a value, continuation lines further in [click, "Help Texts"; metavars since 7.0].
 */
export function parseClickHelp(text: string): ClickHelp {
  const options: ClickOption[] = [];
  const commands: string[] = [];
  let section = '';
  for (const line of text.split(/\r?\n/)) {
    const heading = /^(\w[\w ]*):\s*$/.exec(line);
    if (heading) {
      section = heading[1]!.toLowerCase();
      continue;
    }
    const option = section === 'options' ? optionLine.exec(line) : null;
    if (option) {
      const [, names, opposite, metavar, written] = option;
      const text = written?.trim() ?? '';
      if (opposite) options.push({ names: opposite.split(', '), text });
      options.push({ names: names!.split(', '), ...(metavar ? { metavar } : {}), text });
      continue;
    }
    const command = section === 'commands' ? commandLine.exec(line) : null;
    if (command) commands.push(command[1]!);
    else if (section === 'options' && /^ {4,}\S/.test(line) && options.length > 0) {
      const last = options.at(-1)!;
      last.text = `${last.text} ${line.trim()}`.trim();
    }
  }
  const usage = /^Usage: (?:.*\n {2,})*.*/m.exec(text)?.[0];
  return {
    options,
    commands,
    takesOperands: usage === undefined || !/\[OPTIONS\]\s*$/.test(usage),
    tellsValues: options.some(({ metavar }) => metavar !== undefined),
  };
}
