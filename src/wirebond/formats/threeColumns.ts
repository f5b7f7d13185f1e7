import type { Problem } from '../../base/errors.ts';
import { breakLabels, parseBreakLabel } from '../breakMode.ts';
import { parseDecimal } from './decimal.ts';
import { parseLocation } from './location.ts';
import type { PullFile, PullFormat, PullHeader, RawPull, SourceText } from './pullFile.ts';
import { filledLines, firstProblems, type TextLine, unreadableRow } from './rows.ts';

/**
 * `strength,break mode in words[,location]`, a line a pull, as the non-electrical QC tools read and write it. In
 * grams by definition; a title row may be there and may name another unit: `strength [cN]`.
 */
export const threeColumns: PullFormat = { name: 'three-columns', recognises, read };

const number = '[+-]?\\d+(?:[.,]\\d+)?';
/** Strength, separator, and the rest. Words follow the strength, so that a decimal comma between commas is clear too. */
const row = new RegExp(`^\\s*"?(${number})"?\\s*([,;\\t])\\s*(\\D.*)$`);
const title = /^\s*"?strength\b\s*(?:[[(]\s*(\w+)\s*[\])])?"?\s*[,;\t]/i;

function recognises(text: string): boolean {
  const [first, second] = filledLines(text);
  if (first === undefined) return false;
  return title.test(first.text) || row.test(first.text) || (second !== undefined && row.test(second.text));
}

function read(source: SourceText): PullFile {
  const lines = filledLines(source.text);
  const pulls: RawPull[] = [];
  const problems: Problem[] = [];
  const titled = title.exec(lines[0]?.text ?? '');
  const header: PullHeader = {
    unit: { text: titled?.[1] ?? 'g', place: { file: source.file, line: lines[0]?.line ?? 1 } },
  };
  for (const each of titled ? lines.slice(1) : lines) {
    const pull = readPull(each, header, { source, number: pulls.length + 1 });
    if ('code' in pull) problems.push(pull);
    else pulls.push(pull);
  }
  return { format: 'three-columns', pulls, problems: firstProblems(problems, source) };
}

function readPull(
  { line, text }: TextLine,
  header: PullHeader,
  at: { source: SourceText; number: number },
): RawPull | Problem {
  const wrong = (why: string) => unreadableRow(at.source, line, why);
  const [, strength = '', separator = '', rest = ''] = row.exec(text) ?? [];
  const load = parseDecimal(strength);
  if (load === undefined) return wrong('it is not a strength followed by a break mode in words');
  const [label = '', locationText = '', ...more] = rest.split(separator).map(unquote);
  const mode = parseBreakLabel(label);
  if (mode === undefined) return wrong(`"${label}" is not a break mode; they are: ${breakLabels.join(', ')}`);
  if (more.some((cell) => cell !== '')) return wrong('it has more than three columns');
  const pull: RawPull = {
    number: at.number,
    load,
    broke: { mode },
    place: { file: at.source.file, line },
    header,
  };
  if (locationText === '') return pull;
  const location = parseLocation(locationText);
  if (location === undefined)
    return wrong(`"${locationText}" is not a location; they are GA1, GA2, GA3, or 1 to 4`);
  return { ...pull, location };
}

function unquote(cell: string): string {
  return cell
    .trim()
    .replace(/^"(.*)"$/, '$1')
    .trim();
}
