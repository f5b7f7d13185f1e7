import { parse } from 'csv-parse/sync';

/** A table of numbers: columns by their header as it is written. What is no number is NaN. */
export interface NumberTable {
  columns: readonly string[];
  rows: readonly (readonly number[])[];
  /** A row has more or fewer cells than the header, or the last one no end: the file was cut short, or spoilt. */
  cut: boolean;
}

/** Reads a CSV with a header line. Comment lines begin with `#`. Undefined when there is no header. */
export function readTable(text: string): NumberTable | undefined {
  const cells = parse(text, {
    comment: '#',
    skip_empty_lines: true,
    trim: true,
    relax_column_count: true,
    bom: true,
  }) as string[][];
  const [columns, ...rows] = cells;
  if (!columns || columns.every((name) => name !== '' && Number.isFinite(Number(name)))) return undefined;
  const whole = rows.filter((row) => row.length === columns.length);
  return {
    columns,
    rows: whole.map((row) => row.map((cell) => (cell === '' ? Number.NaN : Number(cell)))),
    cut: whole.length < rows.length || !/\n$/.test(text),
  };
}

/** The numbers of the first column whose header matches one of the patterns, tried in their order. */
export function column(table: NumberTable, ...patterns: readonly RegExp[]): readonly number[] | undefined {
  for (const pattern of patterns) {
    const index = table.columns.findIndex((name) => pattern.test(name));
    if (index >= 0) return table.rows.map((row) => row[index]!);
  }
  return undefined;
}
