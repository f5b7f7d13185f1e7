import { parse } from 'csv-parse/sync';

/** A table of numbers: columns by their header as it is written. What is no number is NaN. */
export interface NumberTable {
  columns: readonly string[];
  rows: readonly (readonly number[])[];
  /** Why nothing of it counts: it was cut short or spoilt, or does not say which of its columns is meant. */
  flaw?: string;
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
  // A row has more or fewer cells than the header, or the last one no end.
  const cut = whole.length < rows.length || !/\n$/.test(text);
  const twice = columns.find((name, k) => name !== '' && columns.indexOf(name) < k);
  const flaw = cut
    ? 'a line in it is cut short'
    : twice === undefined
      ? undefined
      : `two of its columns are called "${twice}"`;
  return {
    columns,
    rows: whole.map((row) => row.map((cell) => (cell === '' ? Number.NaN : Number(cell)))),
    ...(flaw === undefined ? {} : { flaw }),
  };
}

/** The numbers of the first column whose header matches one of the patterns, tried in their order, as they are written. */
export function column(table: NumberTable, ...patterns: readonly RegExp[]): readonly number[] | undefined {
  const found = find(table, patterns);
  return found && numbersOf(table, found.index);
}

/**
 * The same in V, A or °C, whatever unit the header gives; one without a unit is in these. Undefined also where it gives
 * another: a number in an unknown unit is no measurement.
 */
export function quantity(
  table: NumberTable,
  unit: 'V' | 'A' | 'C',
  ...patterns: readonly RegExp[]
): readonly number[] | undefined {
  const found = find(table, patterns);
  const convert = found && conversionFrom(found.name, unit);
  return convert && numbersOf(table, found.index).map(convert);
}

function find(
  { columns }: NumberTable,
  patterns: readonly RegExp[],
): { index: number; name: string } | undefined {
  for (const pattern of patterns) {
    const index = columns.findIndex((name) => pattern.test(name));
    if (index >= 0) return { index, name: columns[index]! };
  }
  return undefined;
}

function numbersOf({ rows }: NumberTable, index: number): readonly number[] {
  return rows.map((row) => row[index]!);
}

const prefixes = { p: 1e-12, n: 1e-9, u: 1e-6, µ: 1e-6, μ: 1e-6, m: 1e-3, k: 1e3 } as const;

/** `Current (nA)`, `current [nA]`, `current_nA`. */
function conversionFrom(header: string, unit: 'V' | 'A' | 'C'): ((value: number) => number) | undefined {
  const written =
    /[([]([^()[\]]*)[)\]]\s*$/.exec(header)?.[1]?.trim() ?? /[_ ]([pnuµμmk]?[VA])$/.exec(header)?.[1] ?? unit;
  if (unit === 'C') {
    if (/^K(elvin)?$/.test(written)) return (value) => value - 273.15;
    return /^(°|deg ?)?C(elsius)?$/i.test(written) ? (value) => value : undefined;
  }
  if (written === unit) return (value) => value;
  const factor = written.endsWith(unit) ? prefixes[written.slice(0, -1) as keyof typeof prefixes] : undefined;
  return factor === undefined ? undefined : (value) => value * factor;
}
