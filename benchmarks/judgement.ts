// How a row of the benchmarks is judged: by its own bound, and by what the table of docs/performance.md says of it.
import type { Row } from './row.ts';

/** Ratios by the name of their row. */
export type Known = ReadonlyMap<string, number>;

/** What is wrong with a row; empty: nothing. */
export function faults(row: Row, known: Known): string[] {
  const before = known.get(row.name);
  return [
    ...(missed(row) ? [`MISSED  ${row.name}: ${bound(row)}`] : []),
    ...(worse(row, before) ? [`WORSE   ${row.name}: the table says ${before}`] : []),
  ];
}

/** Rows of the table that nobody measures any more, and measured ones that it lacks: neither would ever be compared. */
export function unmatched(rows: readonly Row[], known: Known): string[] {
  const measured = new Set(rows.map(({ name }) => name));
  const lacking = rows.filter(({ name }) => !known.has(name));
  const gone = [...known.keys()].filter((name) => !measured.has(name));
  return [
    ...lacking.map(({ name }) => `UNKNOWN ${name}: the table lacks it`),
    ...gone.map((name) => `GONE    ${name}: nobody measures it`),
  ];
}

/** The better of two measurements of the same rows: a busy moment is no regression. */
export function better(first: readonly Row[], second: readonly Row[]): Row[] {
  return first.map((row, i) => {
    const again = second[i] ?? row;
    return isBetter(again, row) ? again : row;
  });
}

/** What is no number is no measurement. */
function missed({ ratio, limit = Number.NEGATIVE_INFINITY, most = Number.POSITIVE_INFINITY }: Row): boolean {
  return !(ratio >= limit && ratio <= most);
}

/** By more than a fifth. */
function worse({ ratio, limit }: Row, before: number | undefined): boolean {
  return before !== undefined && (limit === undefined ? ratio > before * 1.2 : ratio < before / 1.2);
}

/** A row with a lower limit is the better the higher it is. */
function isBetter(one: Row, other: Row): boolean {
  return one.limit === undefined ? one.ratio < other.ratio : one.ratio > other.ratio;
}

function bound({ limit, most }: Row): string {
  return limit === undefined ? `at most ${most}` : `at least ${limit}`;
}
