import type { Problem } from '../../base/errors.ts';
import { parseDecimal } from './decimal.ts';
import type {
  Field,
  FormatSettings,
  PullFile,
  PullFormat,
  PullHeader,
  RawPull,
  SourceText,
} from './pullFile.ts';
import { filledLines, firstProblems, type Separator, splitCells, unreadableRow } from './rows.ts';

/**
 * Nordson DAGE 4000Plus, CSV. Blocks of header rows, `"KEY",value…`, and a row for each pull:
 * `"TEST",<number>,"<grade>",<load>,<load ÷ wire area>,"<flag>","<free text>"`. The header stands once, or again
 * before every pull. Some of its keys are the site's own words; the columns after the load may be missing or more.
 */
export const dage: PullFormat = { name: 'dage', recognises, read };

/** Keys of every header, whatever a site renames. */
const ownKeys =
  'TESTER|DATE|TIME|TESTGROUP|OPERATOR|LOADUNIT|CARTRIDGE|TESTTYPE|TESTSPEED|TESTLOAD|MAXTESTLOAD|FALLBACK|TEST';
const ownRow = new RegExp(`^\\s*"?(?:${ownKeys})"?\\s*([,;\\t])`, 'im');

const ownKey = new RegExp(`^(?:${ownKeys})$`);

function recognises(text: string): boolean {
  return ownRow.test(text);
}

function read(source: SourceText, settings: FormatSettings): PullFile {
  const separator = ownRow.exec(source.text)?.[1] as Separator;
  const pulls: RawPull[] = [];
  const problems: Problem[] = [];
  let rows = new Map<string, HeaderRow>();
  let header: PullHeader | undefined;

  for (const { line, text } of filledLines(source.text)) {
    const cells = splitCells(text, separator);
    const key = cells?.[0]?.toUpperCase() ?? '';
    if (cells === undefined) {
      problems.push(unreadableRow(source, line, 'its double quotes do not match'));
    } else if (holdsAnotherPull(cells)) {
      problems.push(
        unreadableRow(source, line, 'a second TEST stands in it; the line break before that is lost'),
      );
    } else if (key === 'TEST') {
      header ??= readHeader(rows, source, settings);
      const pull = readPull(cells, header, { source, line, separator });
      if ('code' in pull) problems.push(pull);
      else pulls.push(pull);
    } else if (isHeaderRow(key, cells)) {
      // A header row after a pull begins a new header: nothing of the old one may leak into it.
      if (header) rows = new Map();
      header = undefined;
      rows.set(key, { cells: cells.slice(1), line });
    } else if (cells.some((cell) => cell !== '')) {
      problems.push(
        unreadableRow(source, line, `it begins with "${cells[0]}", which is neither a header nor a TEST`),
      );
    }
  }
  const begun = rows.get('TESTER') ?? rows.get('LOADUNIT');
  if (begun && !header && pulls.length > 0)
    problems.push(
      unreadableRow(source, begun.line, 'a header without a pull begins here, so the file was cut short'),
    );
  return { format: 'dage', pulls, problems: firstProblems(problems, source) };
}

/** A free text may well be "test"; a pull has its number after that. */
function holdsAnotherPull(cells: readonly string[]): boolean {
  return cells.some(
    (cell, index) => index > 0 && /^TEST$/i.test(cell) && /^\d+$/.test(cells[index + 1] ?? ''),
  );
}

interface HeaderRow {
  cells: string[];
  line: number;
}

/** A key of DAGE's, or of the site's with at most three values. A mistyped TEST row has more, and must not pass for a header. */
function isHeaderRow(key: string, cells: readonly string[]): boolean {
  if (ownKey.test(key)) return true;
  const values = cells.slice(1);
  while (values.at(-1) === '') values.pop();
  const short = values.length <= 3 && parseDecimal(values[2] ?? '') === undefined;
  return /^\p{L}/u.test(key) && cells.length > 1 && short;
}

function readHeader(
  rows: ReadonlyMap<string, HeaderRow>,
  source: SourceText,
  settings: FormatSettings,
): PullHeader {
  const header: PullHeader = {};
  const put = (
    name: Exclude<keyof PullHeader, 'highestLoad'>,
    key: string,
    text = rows.get(key)?.cells[0],
  ) => {
    const row = rows.get(key);
    if (row && text) header[name] = { text, place: { file: source.file, line: row.line } } satisfies Field;
  };
  put('component', settings.serialNumberField.toUpperCase());
  put('unit', 'LOADUNIT');
  put('date', 'DATE');
  put('time', 'TIME');
  put('operator', 'OPERATOR');
  put('testGroup', 'TESTGROUP');
  put('instrument', 'TESTER', instrumentName(rows));
  const highest = rows.get('MAXTESTLOAD');
  const load = parseDecimal(highest?.cells[0] ?? '');
  if (highest && load !== undefined)
    header.highestLoad = {
      load,
      unit: highest.cells[1] ?? '',
      place: { file: source.file, line: highest.line },
    };
  return header;
}

/** `DAGE 4000Plus 20001013, cartridge 20397512` */
function instrumentName(rows: ReadonlyMap<string, HeaderRow>): string {
  const tester = (rows.get('TESTER')?.cells ?? []).filter((cell) => cell !== '');
  const cartridge = rows.get('CARTRIDGE')?.cells[1] ?? '';
  const name = ['DAGE', ...tester].join(' ');
  return cartridge === '' ? name : `${name}, cartridge ${cartridge}`;
}

function readPull(
  cells: readonly string[],
  header: PullHeader,
  { source, line, separator }: { source: SourceText; line: number; separator: Separator },
): RawPull | Problem {
  const wrong = (why: string) => unreadableRow(source, line, why);
  const [, numberText = '', grade = '', loadText = ''] = cells;
  if (cells.length < 4) return wrong('a TEST row needs at least a number, a grade and a load');
  if (!/^\d+$/.test(numberText)) return wrong(`"${numberText}" is not the number of a pull`);
  if (grade === '') return wrong('it has no grade');
  const load = parseDecimal(loadText);
  if (load === undefined) return wrong(`"${loadText}" is not a load`);
  const broken = brokenDecimal(cells, separator);
  if (broken) return wrong(broken);
  const pull: RawPull = {
    number: Number(numberText),
    load,
    broke: { grade },
    place: { file: source.file, line },
    header,
  };
  const label = cells[6] ?? '';
  return label === '' ? pull : { ...pull, label };
}

/**
 * `"TEST",1,"1",10,525,0,021440`: a decimal comma without quotes between commas. Read by columns it would be a load of
 * 10, so two bare whole numbers where a load and a far smaller fraction belong are refused.
 */
function brokenDecimal(cells: readonly string[], separator: Separator): string | undefined {
  const [, , , whole = '', fraction = ''] = cells;
  if (separator !== ',' || !/^\d+$/.test(whole) || !/^\d+$/.test(fraction) || Number(fraction) === 0)
    return undefined;
  return `"${whole},${fraction}" looks like a decimal comma between commas; it needs quotes, or another separator`;
}
