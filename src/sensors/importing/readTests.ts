import { basename } from 'node:path';
import { hasAny, picked } from '../columns.ts';
import { mean } from '../moments.ts';
import type { SensorTest } from '../record.ts';
import { type ColumnNaming, columnNaming } from './columnNaming.ts';
import { decodeBytes, type TextBytes } from './decode.ts';
import { type HeaderFields, headerFields, type Shorthands } from './headerFields.ts';
import { type MatchedHeader, matchTemplate, type NearestTemplate } from './matchTemplate.ts';
import { readMetrologyBlocks } from './metrologyBlocks.ts';
import { readWaferTables, waferListTag } from './multiWafer.ts';
import { linesAfter, readTable, type Table, type TableFault } from './table.ts';
import type { Template } from './templates.ts';

export interface UnreadableFile {
  file: string;
  reason: string;
  /** The line that the reason is about, counted from 1. */
  line?: number | undefined;
  nearest?: NearestTemplate | undefined;
}

/** What reading needs to know; compiled once for all files. */
export interface Formats {
  templates: readonly Template[];
  naming: ColumnNaming;
  shorthands?: Shorthands | undefined;
}

export function formats(
  templates: readonly Template[],
  naming = columnNaming(),
  shorthands?: Shorthands,
): Formats {
  return { templates, naming, shorthands };
}

/** The tests in a file's bytes: one, or as many as a stability file has wafers. Pure. */
export function readTests(file: string, raw: Uint8Array, known: Formats): SensorTest[] | UnreadableFile {
  const text = decodeBytes(raw);
  if (!text) return { file, reason: 'the file is not text' };
  if (text.bytes.length === 0) return { file, reason: 'the file is empty' };
  const match = matchTemplate(known.templates, text);
  if (!('values' in match)) return { file, reason: 'no template fits the header', nearest: match.nearest };

  const waferList = match.values.get(waferListTag);
  if (waferList !== undefined) return severalWafers(file, text, match, known, waferList);
  if (match.values.has('machineFormat')) return measuringMachine(file, text, match, known);
  if (!match.template.table) return [headerOnly(file, text, match, known)];

  const table = readTable(text, match.end, match.line, known.naming);
  return 'fault' in table ? unreadable(file, match, table) : [complete(file, match, known, table)];
}

/** The header's fields, with those that stand behind the table. */
function fieldsOf(
  file: string,
  match: MatchedHeader,
  known: Formats,
  further?: Map<string, string>,
): HeaderFields {
  const alone = match.extraLines.length === 0 && !further;
  const values = alone
    ? match.values
    : new Map([...match.extraLines.map(labelAndValue), ...(further ?? []), ...match.values]);
  const header = headerFields(values, file, known.shorthands);
  return { ...header, warnings: [...header.warnings, ...headerWarnings(match, file)] };
}

function complete(file: string, match: MatchedHeader, known: Formats, table: Table): SensorTest {
  const { otherLines, further } = furtherHeader(table.otherLines);
  const header = fieldsOf(file, match, known, further);
  const { columns } = table;
  return {
    ...header,
    source: 'file',
    file,
    filename: basename(file),
    template: match.template.name,
    ...airFromColumns(header, columns),
    columns,
    otherColumns: table.otherColumns,
    rows: table.rows,
    otherLines,
    incomplete: table.incomplete ?? shortOfRows(match.values, table.rows),
    warnings: [...header.warnings, ...table.warnings],
  };
}

function headerOnly(file: string, text: TextBytes, match: MatchedHeader, known: Formats): SensorTest {
  const { otherLines, further } = furtherHeader(linesAfter(text, match.end));
  return {
    ...fieldsOf(file, match, known, further),
    source: 'file',
    file,
    filename: basename(file),
    template: match.template.name,
    columns: {},
    otherColumns: [],
    rows: 0,
    otherLines,
    incomplete: match.ended ? undefined : 'File does not end in a line end: its last value may be cut',
  };
}

function severalWafers(
  file: string,
  text: TextBytes,
  match: MatchedHeader,
  known: Formats,
  waferList: string,
): SensorTest[] | UnreadableFile {
  const tables = readWaferTables(text, match.end, match.line, waferList);
  if ('fault' in tables) return unreadable(file, match, tables);
  const header = fieldsOf(file, match, known);
  return tables.map(({ wafer, columns, rows, fileRows }) => ({
    ...header,
    ...wafer,
    testType: 'stability',
    source: 'file' as const,
    file,
    filename: basename(file),
    template: match.template.name,
    ...airFromColumns(header, columns),
    columns,
    otherColumns: [],
    rows,
    otherLines: [],
    incomplete: shortOfRows(match.values, fileRows),
  }));
}

function measuringMachine(
  file: string,
  text: TextBytes,
  match: MatchedHeader,
  known: Formats,
): SensorTest[] | UnreadableFile {
  const points = readMetrologyBlocks(text, match.end, match.line);
  if ('fault' in points) return unreadable(file, match, points);
  return [
    {
      ...fieldsOf(file, match, known),
      source: 'file',
      file,
      filename: basename(file),
      template: match.template.name,
      ...points,
      testType: 'bow',
      otherColumns: [],
      otherLines: [],
    },
  ];
}

function unreadable(file: string, match: MatchedHeader, { fault, line }: TableFault): UnreadableFile {
  return { file, reason: `${fault} (read as ${match.template.name})`, line };
}

function headerWarnings(match: MatchedHeader, file: string): string[] {
  const named = match.values.get('filename');
  return [
    ...match.extraLines.map((line) => `Unknown header line: "${line}".`),
    ...(named && named !== basename(file) ? [`The file calls itself "${named.slice(0, 200)}".`] : []),
  ];
}

/** Older formats say in their header how many rows follow; some count the line of names with them. */
function shortOfRows(values: ReadonlyMap<string, string>, rows: number): string | undefined {
  const expected = /^\d{1,9}$/.exec(values.get('rowCount') ?? '')?.[0];
  return expected !== undefined && rows + 1 < Number(expected)
    ? `File has ${rows} of the ${expected} rows that its header names`
    : undefined;
}

/** A file that logs the air with each point has no need of it in the header: its mean stands for it. */
function airFromColumns(
  header: HeaderFields,
  columns: SensorTest['columns'],
): Pick<SensorTest, 'temperature_C' | 'humidity_percent'> {
  return {
    temperature_C: header.temperature_C ?? meanOf(header, 'temperature_C', columns.temperature_C),
    humidity_percent: header.humidity_percent ?? meanOf(header, 'humidity_percent', columns.humidity_percent),
  };
}

function meanOf(header: HeaderFields, field: string, column: Float64Array | undefined): number | undefined {
  if (header.unreadableFields.includes(field)) return undefined;
  if (!column) return undefined;
  const values = hasAny(column, Number.isNaN) ? picked(column, (value) => !Number.isNaN(value)) : column;
  return values.length > 0 ? mean(values) : undefined;
}

/** The standard format has no line for some fields of older ones; our files carry those behind the table. */
export const furtherHeaderTitle = 'Further header:';

function furtherHeader(lines: readonly string[]): {
  otherLines: string[];
  further: Map<string, string> | undefined;
} {
  const at = lines.indexOf(furtherHeaderTitle);
  if (at < 0) return { otherLines: [...lines], further: undefined };
  return { otherLines: lines.slice(0, at), further: new Map(lines.slice(at + 1).map(labelAndValue)) };
}

/** `Operator: Jo`. */
function labelAndValue(line: string): [string, string] {
  const colon = line.indexOf(':');
  return [line.slice(0, colon), line.slice(colon + 1).trim()];
}
