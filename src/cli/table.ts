import { stripVTControlCharacters } from 'node:util';

/** Columns as wide as their widest cell. Cells may carry colours. */
export function printTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  out: NodeJS.WritableStream = process.stdout,
): void {
  const shown = (text: string) => stripVTControlCharacters(text).length;
  const widths = header.map((name, i) => Math.max(name.length, ...rows.map((row) => shown(row[i] ?? ''))));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, i) => cell + ' '.repeat(widths[i]! - shown(cell)))
      .join('  ')
      .trimEnd();
  out.write(`${line(header)}\n`);
  for (const row of rows) out.write(`${line(row)}\n`);
}
