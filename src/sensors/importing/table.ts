import { type ColumnName, same, type ToOurUnit } from '../quantities.ts';
import { CellReader } from './cell.ts';
import type { ColumnNaming } from './columnNaming.ts';
import { lineEnd, type TextBytes } from './decode.ts';

export interface Table {
  columns: Partial<Record<ColumnName, Float64Array>>;
  otherColumns: { name: string; values: Float64Array }[];
  rows: number;
  /** Non-empty lines after the first empty row. */
  otherLines: string[];
  warnings: string[];
  incomplete?: string | undefined;
}

export interface TableFault {
  fault: string;
  /** Counted from 1. */
  line: number;
}

const tab = 9;
const blank = 32;
const semicolon = 59;
const comma = 44;

/**
 * Reads a table of numbers up to its first empty row: names in the first line, separated by tabs, semicolons, blanks
 * or commas; the rows as the names, or by what gives as many cells as there are names. Straight from the bytes: a string a cell
 * would cost most of the time of an import.
 */
export function readTable(
  text: TextBytes,
  start: number,
  line: number,
  naming: ColumnNaming,
): Table | TableFault {
  const { bytes } = text;
  let at = start;
  let row = line;
  for (;;) {
    if (at >= bytes.length) return { fault: 'the file ends before its table', line: row };
    const { end, next } = lineEnd(bytes, at);
    if (text.decode(at, end).trim() !== '') break;
    at = next;
    row += 1;
  }
  const header = lineEnd(bytes, at);
  const headerText = text.decode(at, header.end).trim();
  if (headerText.length > 10_000)
    return { fault: 'the line of column names is too long to be one', line: row };
  if (!header.ended) return { fault: 'the file ends in the line of column names', line: row };
  const first = lineEnd(bytes, header.next);
  const firstText = text.decode(header.next, Math.min(first.end, header.next + 10_000));
  if (firstText.trim() === '') return { fault: 'the table has no row', line: row + 1 };

  const names = columnTitles(headerText, delimiterOf(headerText));
  const delimiter = rowDelimiter(firstText, names.length, delimiterOf(headerText));
  const cellsInFirst = cellCount(firstText.trimEnd(), delimiter);
  if (cellsInFirst > names.length)
    return { fault: `the row has ${cellsInFirst} cells and the table ${names.length} names`, line: row + 1 };
  // More names than cells: the reference drops the surplus names, and so do we.
  if (cellsInFirst < names.length && first.ended) names.length = cellsInFirst;
  const bytesPerRow = Math.max(2, first.next - header.next);
  const body = readRows(text, header.next, row + 1, names.length, delimiter, bytesPerRow);
  if ('fault' in body) return body;
  const otherLines = linesAfter(text, body.end);
  return {
    ...named(names, body.columns, naming),
    rows: body.rows,
    otherLines,
    incomplete: body.incomplete ?? secondTable(otherLines, headerText),
  };
}

/** Two tests written one after the other: nobody can say which of them the file is. */
function secondTable(otherLines: readonly string[], headerText: string): string | undefined {
  return otherLines.some((line) => line.trim() === headerText)
    ? 'File holds a second table with the same columns: only its first was read'
    : undefined;
}

interface Body {
  columns: Float64Array[];
  rows: number;
  /** Where the first empty row begins, or the end of the file. */
  end: number;
  incomplete: string | undefined;
}

function readRows(
  text: TextBytes,
  start: number,
  line: number,
  width: number,
  delimiter: number,
  bytesPerRow: number,
): Body | TableFault {
  const { bytes } = text;
  const length = bytes.length;
  let capacity = Math.ceil((length - start) / bytesPerRow) + 8;
  const columns: Float64Array[] = Array.from({ length: width }, () => new Float64Array(capacity));
  const cell = new CellReader(bytes, delimiter);
  const lastCell = new CellForm();
  let rows = 0;
  let at = start;
  let lastEnded = true;
  while (at < length) {
    cell.at = at;
    if (cell.atEmptyLine()) break;
    if (rows === capacity) {
      capacity *= 2;
      for (let i = 0; i < width; i += 1) columns[i] = grown(columns[i]!, capacity);
    }
    for (let i = 0; i < width; i += 1) {
      if (i > 0 && !cell.next()) {
        const fault =
          cell.at >= length
            ? 'the file ends in mid-row'
            : `the row has ${i} cells where the others have ${width}`;
        return { fault, line: line + rows };
      }
      const value = cell.read();
      if (value === undefined) {
        const { end } = lineEnd(bytes, cell.at);
        const shown = text.decode(cell.at, Math.min(end, cell.at + 40)).split(/[\t;]/)[0];
        return { fault: `"${shown}" is no number`, line: line + rows };
      }
      columns[i]![rows] = value;
    }
    rows += 1;
    lastEnded = cell.toNextLine();
    lastCell.see(cell);
    at = cell.at;
  }
  const incomplete =
    lastEnded || lastCell.isWhole() ? undefined : 'File does not end in a line end: its last row may be cut';
  return { columns: columns.map((column) => fitted(column, rows)), rows, end: at, incomplete };
}

/**
 * The form of a row's last cell. A file without a final line end may have been cut in its last number; if every row
 * writes that number with the same decimals (or, without a point, the same width), a cut would show.
 */
class CellForm {
  #rows = 0;
  #decimals = -2;
  #width = -1;
  #sameDecimals = true;
  #sameWidth = true;

  see(cell: CellReader): void {
    if (this.#rows > 0) {
      if (cell.decimals !== this.#decimals) this.#sameDecimals = false;
      if (cell.width !== this.#width) this.#sameWidth = false;
    }
    this.#rows += 1;
    this.#decimals = cell.decimals;
    this.#width = cell.width;
  }

  isWhole(): boolean {
    if (this.#rows < 3 || !this.#sameDecimals || this.#decimals === -2) return false;
    return this.#decimals >= 1 || (this.#decimals === -1 && this.#sameWidth);
  }
}

/** Without the rows that were only expected; copied if those are many. */
function fitted(column: Float64Array, rows: number): Float64Array {
  return rows * 1.2 < column.length - 16 ? column.slice(0, rows) : column.subarray(0, rows);
}

function grown(column: Float64Array, capacity: number): Float64Array {
  const larger = new Float64Array(capacity);
  larger.set(column);
  return larger;
}

const delimiters = [tab, semicolon, blank, comma];

/** The first that stands in the line. */
function delimiterOf(header: string): number {
  return delimiters.find((code) => header.includes(String.fromCharCode(code))) ?? tab;
}

/** Some stations write the names with tabs and the rows with blanks. */
function rowDelimiter(row: string, names: number, ofNames: number): number {
  const text = row.trimEnd();
  if (cellCount(text, ofNames) > 1) return ofNames;
  return delimiters.find((code) => names > 1 && cellCount(text, code) === names) ?? ofNames;
}

function columnTitles(header: string, delimiter: number): string[] {
  if (delimiter !== blank) return header.split(String.fromCharCode(delimiter)).map((name) => name.trim());
  // `Humidity [%]`: a unit standing apart belongs to the name before it.
  return header
    .replace(/\s+(?=[[(])/g, '\u00a0')
    .split(/[ \t]+/)
    .map((name) => name.replaceAll('\u00a0', ' '));
}

function cellCount(row: string, delimiter: number): number {
  return delimiter === blank
    ? row.trim().split(/[ \t]+/).length
    : row.split(String.fromCharCode(delimiter)).length;
}

function named(
  titles: readonly string[],
  values: readonly Float64Array[],
  naming: ColumnNaming,
): Pick<Table, 'columns' | 'otherColumns' | 'warnings'> {
  const columns: Table['columns'] = {};
  const otherColumns: Table['otherColumns'] = [];
  const warnings: string[] = [];
  for (const [index, title] of titles.entries()) {
    const found = naming.columnOf(title);
    if ('warning' in found) {
      warnings.push(found.warning);
      otherColumns.push({ name: title, values: values[index]! });
    } else if (columns[found.name]) {
      warnings.push(`Two columns hold ${found.name}: "${title}" is kept under its own name.`);
      otherColumns.push({ name: title, values: values[index]! });
    } else {
      columns[found.name] = inOurUnit(values[index]!, found.toOurs);
    }
  }
  return { columns, otherColumns, warnings };
}

function inOurUnit(values: Float64Array, toOurs: ToOurUnit): Float64Array {
  return toOurs === same ? values : values.map(toOurs);
}

/** What follows the table is kept, up to a bound: it is read by people. */
export function linesAfter(text: TextBytes, start: number): string[] {
  if (start >= text.bytes.length) return [];
  return text
    .decode(start, Math.min(text.bytes.length, start + 100_000))
    .split(/\r?\n/)
    .map((line) => line.trimEnd())
    .filter((line) => line !== '');
}
