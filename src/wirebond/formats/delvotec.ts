import type { Problem } from '../../base/errors.ts';
import { parseDecimal } from './decimal.ts';
import type { PullFile, PullFormat, PullHeader, RawPull, SourceText } from './pullFile.ts';
import { filledLines, firstProblems, type TextLine, unreadableRow } from './rows.ts';

/**
 * The text report of an F&K Delvotec 5600 bonder. Labelled lines (Mean Load, Min Load, Max Load, Failures, Tests,
 * Sample date, …) and then a table, in which each pull is a line with its load, `Pass` or `Fail`, and `Break <grade>`.
 * Lines are found by their words, not by their number, for reports have more or fewer of them.
 */
export const delvotec: PullFormat = { name: 'delvotec', recognises, read };

const labelled = /^\s*([A-Z][\w ()/&.-]*?)\s*(?:[:=]\s*|\s{2,}|\t+\s*)(\S.*?)\s*$/i;
const tableRow = /\b(?:pass|fail)(?:ed)?\b.*\bbreak\b/i;
const pullRow =
  /^(.*?)([+-]?\d+(?:[.,]\d+)?)\s*([a-z]{1,3})?\s+(?:pass|fail)(?:ed)?\b.*?\bbreak\s*[:=]?\s*(\w+)/i;

function recognises(text: string): boolean {
  return /^\s*mean load\b/im.test(text) && /^\s*sample date\b/im.test(text);
}

function read(source: SourceText): PullFile {
  const lines = filledLines(source.text);
  const values = new Map<string, TextLine>();
  for (const { line, text } of lines) {
    const [, label, value] = tableRow.test(text) ? [] : (labelled.exec(text) ?? []);
    if (label !== undefined && value !== undefined) values.set(label.toLowerCase(), { line, text: value });
  }
  const { header, problems } = readHeader(source, values);
  const pulls: RawPull[] = [];
  for (const { line, text } of lines) {
    if (!tableRow.test(text)) continue;
    const [, , loadText = '', unit, grade = ''] = pullRow.exec(text) ?? [];
    const load = parseDecimal(loadText);
    if (load === undefined)
      problems.push(unreadableRow(source, line, 'a pull needs a load, Pass or Fail, and a break'));
    else {
      const place = { file: source.file, line };
      const own = unit === undefined ? header : { ...header, unit: { text: unit, place } };
      pulls.push({ number: pulls.length + 1, load, broke: { grade }, place, header: own });
    }
  }
  if (problems.length === 0) problems.push(...disagreements(source, values, pulls));
  return { format: 'delvotec', pulls, problems: firstProblems(problems, source) };
}

function readHeader(
  source: SourceText,
  values: ReadonlyMap<string, TextLine>,
): { header: PullHeader; problems: Problem[] } {
  const header: PullHeader = {};
  const problems: Problem[] = [];
  const field = (label: string, text = values.get(label)?.text) => {
    const found = values.get(label);
    return found && text ? { text, place: { file: source.file, line: found.line } } : undefined;
  };
  const component = field('serial number') ?? field('module');
  const operator = field('operator');
  const unit = field('mean load', unitOf(values.get('mean load')?.text ?? ''));
  const instrument = field('machine') ?? field('bonder');
  if (component) header.component = component;
  if (operator) header.operator = operator;
  if (unit) header.unit = unit;
  if (instrument) header.instrument = instrument;

  const sampled = values.get('sample date')!;
  const [date, time] = sampled.text.split(/[ T]/);
  const place = { file: source.file, line: sampled.line };
  if (date) header.date = { text: date, place };
  if (time) header.time = { text: time, place };

  for (const label of ['min load', 'max load']) {
    const other = field(label, unitOf(values.get(label)?.text ?? ''));
    if (unit && other && other.text !== unit.text)
      problems.push({
        code: 'E9206',
        what: `The report gives its mean load in ${unit.text} (line ${unit.place.line}) and its ${label} in ${other.text}.`,
        where: other.place,
        remedy: 'Have the bonder write the report again with one unit.',
      });
  }
  return { header, problems };
}

function unitOf(value: string): string | undefined {
  return /^[+-]?\d+(?:[.,]\d+)?\s*([a-z]+)\b/i.exec(value)?.[1];
}

/** The report counts and averages its own table, so that a line that was lost shows. */
function disagreements(
  source: SourceText,
  values: ReadonlyMap<string, TextLine>,
  pulls: readonly RawPull[],
): Problem[] {
  const loads = pulls.map(({ load }) => load);
  const expected: [label: string, found: number][] = [['tests', pulls.length]];
  if (loads.length > 0) expected.push(['min load', Math.min(...loads)], ['max load', Math.max(...loads)]);
  return expected.flatMap(([label, found]) => {
    const stated = values.get(label);
    const text = /^[+-]?\d+(?:[.,]\d+)?/.exec(stated?.text ?? '')?.[0] ?? '';
    const number = parseDecimal(text);
    if (!stated || number === undefined) return [];
    const decimals = text.split(/[.,]/)[1]?.length ?? 0;
    if (Math.abs(number - found) <= 0.51 * 10 ** -decimals) return [];
    return [
      {
        code: 'E9221',
        what: `The report says "${label}: ${text}", and its table gives ${found}.`,
        where: { file: source.file, line: stated.line },
        remedy: 'A line of the table is missing or was changed. Use the report as the bonder wrote it.',
      },
    ];
  });
}
