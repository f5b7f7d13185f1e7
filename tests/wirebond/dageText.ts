/** Text in the layout of a DAGE 4000Plus export, for tests. Cells are kept apart from how they are written down. */
export interface DageCell {
  text: string;
  quoted: boolean;
}

export type DageRow = readonly DageCell[];

export interface DageStyle {
  separator?: ',' | ';' | '\t';
  decimalComma?: boolean;
  /** All cells bare, or numbers quoted too. */
  quotes?: 'text' | 'none' | 'all';
  lineEnd?: string;
  space?: string;
}

/** Rows of one header and its pulls; blank lines are empty rows. */
export function parseDage(text: string): DageRow[] {
  return text.split('\n').map((line) =>
    line === ''
      ? []
      : [...line.matchAll(/"([^"]*)"|([^,]+)/g)].map(([, quoted, bare]) => ({
          text: quoted ?? bare!,
          quoted: quoted !== undefined,
        })),
  );
}

export function writeDage(rows: readonly DageRow[], style: DageStyle = {}): string {
  const { separator = ',', decimalComma = false, quotes = 'text', lineEnd = '\n', space = '' } = style;
  const cell = ({ text, quoted }: DageCell) => {
    const isNumber = /^-?\d+(\.\d+)?$/.test(text);
    const written = decimalComma && isNumber ? text.replace('.', ',') : text;
    const needed = quotes === 'all' || (quotes === 'text' && quoted) || written.includes(separator);
    return needed ? `"${written}"` : written;
  };
  return rows.map((row) => row.map(cell).join(`${separator}${space}`)).join(lineEnd);
}

export function isPull(row: DageRow): boolean {
  return row[0]?.text === 'TEST';
}

/** A new text in one column of the rows with that key. */
export function setCell(
  rows: readonly DageRow[],
  key: string,
  column: number,
  change: (text: string) => string,
): DageRow[] {
  return rows.map((row) =>
    row[0]?.text === key
      ? row.map((cell, index) => (index === column ? { ...cell, text: change(cell.text) } : cell))
      : row,
  );
}

export interface MadePull {
  number?: number;
  grade?: string;
  load: number | string;
}

/** A file of our own: one header, then the pulls. */
export function dageFile(pulls: readonly MadePull[], header: Record<string, string> = {}): string {
  const fields: Record<string, string> = {
    TESTER: '4000Plus","77',
    DATE: '25/03/2024',
    TIME: '09:30:00',
    TESTGROUP: 'Pull',
    'Serial Number': '',
    OPERATOR: 'Ann',
    LOADUNIT: 'g',
    ...header,
  };
  const head = Object.entries(fields).map(([key, value]) => `"${key}","${value}"`);
  const rows = pulls.map(
    ({ number, grade = '1', load }, index) =>
      `"TEST",${number ?? index + 1},"${grade}",${load},0.02,"0","row"`,
  );
  return [...head, '"MAXTESTLOAD",25,"g"', ...rows, ''].join('\n');
}
