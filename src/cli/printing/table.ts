import { stripVTControlCharacters } from 'node:util';

/** Columns as wide as their widest cell. Cells may carry colours. */
export function printTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  out: NodeJS.WritableStream = process.stdout,
): void {
  out.write(tableText(header, rows));
}

export function tableText(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const shown = (text: string) => stripVTControlCharacters(text).length;
  const widths = header.map((name, i) => Math.max(name.length, ...rows.map((row) => shown(row[i] ?? ''))));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, i) => cell + ' '.repeat(widths[i]! - shown(cell)))
      .join('  ')
      .trimEnd();
  return [header, ...rows].map((cells) => `${line(cells)}\n`).join('');
}
