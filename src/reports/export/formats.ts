import type { RunRecord } from '../../journal/record.ts';
import { type ExportRow, exportColumns, exportRows } from './rows.ts';

/** RFC 4180: CRLF, quotes doubled; a cell that is null is empty. */
export function toCsv(rows: readonly ExportRow[]): string {
  const names = exportColumns.map(([name]) => name);
  const lines = rows.map((row) => names.map((name) => csvCell(row[name])).join(','));
  return `${[names.join(','), ...lines].join('\r\n')}\r\n`;
}

/** A text that a spreadsheet would take for a formula is given an apostrophe. [OWASP, "CSV Injection"] */
function csvCell(value: ExportRow[keyof ExportRow]): string {
  if (value === null) return '';
  if (typeof value !== 'string') return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The records themselves, schemas/record.schema.json. */
export function toJson(records: readonly RunRecord[]): string {
  return `${JSON.stringify(records, null, 2)}\n`;
}

/**
 * Column by column, each with its type in the words of Arrow; times as milliseconds since 1970, which is what a
 * timestamp is there. From here it is one call to a data frame, and one more to Parquet (docs/reports.md).
 */
export function toColumns(rows: readonly ExportRow[]): string {
  const schema = exportColumns.map(([name, type]) => ({ name, type }));
  const columns = Object.fromEntries(
    exportColumns.map(([name, type]) => [
      name,
      rows.map((row) => (type === 'timestamp[ms]' ? milliseconds(row[name]) : row[name])),
    ]),
  );
  return `${JSON.stringify({ format: 1, rows: rows.length, schema, columns })}\n`;
}

function milliseconds(time: ExportRow[keyof ExportRow]): number | null {
  return typeof time === 'string' ? Date.parse(time) : null;
}

export function rowsOf(records: readonly RunRecord[]): ExportRow[] {
  return records.flatMap(exportRows);
}
