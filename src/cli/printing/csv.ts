/** One line of comma-separated values (RFC 4180). */
export function csvLine(cells: readonly string[]): string {
  return `${cells.map(quoted).join(',')}\r\n`;
}

/** Quoted where it must be. A spreadsheet takes a text that begins like a formula for one: that gets an apostrophe. */
function quoted(cell: string): string {
  const plain = /^[=@\t\r]|^[+-](?![\d.])/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}

/** A value as a cell of a table: lists with semicolons, nothing for what is missing. */
export function cellText(value: unknown): string {
  if (value === undefined || value === null) return '';
  return Array.isArray(value) ? value.join('; ') : String(value);
}
