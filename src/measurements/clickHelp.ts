import type { OptionSpec, OptionTable } from './clickOptions.ts';

interface HelpPage {
  /** `dirigent iv_curve [OPTIONS]` */
  usage: string;
  about: string;
  options: OptionTable;
  commands?: readonly { name: string; summary: string }[];
}

/** Width of the text and widest first column, as click's HelpFormatter has them. [click 8.1, formatting.py] */
const width = 78;
const widestFirstColumn = 30;
const gap = 2;

/** The page that click prints at `--help`. */
export function renderHelp(page: HelpPage): string {
  const options = Object.values(page.options)
    .filter((option) => !option.hidden)
    .map((option): [string, string] => [optionNames(option), optionText(option)]);
  const sections = [
    `Usage: ${page.usage}`,
    wrap(page.about, width - 2)
      .map(indent)
      .join('\n'),
    `Options:\n${definitionList([...options, ['--help', 'Show this message and exit.']])}`,
  ];
  if (page.commands)
    sections.push(
      `Commands:\n${definitionList(page.commands.map(({ name, summary }) => [name, summary] as const))}`,
    );
  return `${sections.join('\n\n')}\n`;
}

/** `Usage: …`, a pointer to the help, and the error: what click prints before it exits with 2. */
export function renderUsageError(usage: string, command: string, message: string): string {
  return `Usage: ${usage}\nTry '${command} --help' for help.\n\nError: ${message}\n`;
}

function optionNames(option: OptionSpec): string {
  const names = [option.short, option.long].filter((name) => name !== undefined).join(', ');
  return option.type === 'flag' ? names : `${names} ${option.type}`;
}

function optionText(option: OptionSpec): string {
  const shown = option.default !== undefined && option.type !== 'flag';
  return shown ? `${option.help}  [default: ${option.default}]` : option.help;
}

function definitionList(rows: readonly (readonly [string, string])[]): string {
  const first = Math.min(widestFirstColumn, Math.max(...rows.map(([term]) => term.length))) + gap;
  const lines: string[] = [];
  for (const [term, text] of rows) {
    const wrapped = wrap(text, Math.max(width - first - 2, 10));
    if (term.length <= first - gap)
      lines.push(indent(`${term.padEnd(first)}${wrapped.shift() ?? ''}`.trimEnd()));
    else lines.push(indent(term));
    lines.push(...wrapped.map((line) => indent(' '.repeat(first) + line)));
  }
  return lines.join('\n');
}

function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/ (?! )/)) {
    if (line !== '' && line.length + 1 + word.length > columns) {
      lines.push(line);
      line = word.trimStart();
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return line === '' ? lines : [...lines, line];
}

function indent(line: string): string {
  return `  ${line}`;
}
