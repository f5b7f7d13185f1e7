// The table of docs/performance.md: made of rows, and read back to compare with.
import { readFile, writeFile } from 'node:fs/promises';
import type { Row } from './row.ts';

const page = new URL('../docs/performance.md', import.meta.url);
const begin = '<!-- table -->';
const end = '<!-- end of table -->';

/** Of Markdown. */
export function table(rows: readonly Row[], { heading = '' } = {}): string {
  const lines = rows.map(
    ({ name, ratio, absolute, against, limit, most }) =>
      `| ${name} | ${short(ratio)} | ${limit === undefined ? (most === undefined ? '' : `≤ ${short(most)}`) : `≥ ${short(limit)}`} | ${absolute} | ${against} |`,
  );
  return [`| ${heading} | ratio | bound | measured | against |`, '|---|---|---|---|---|', ...lines].join(
    '\n',
  );
}

/** Writes it into the page. */
export async function keep(rows: readonly Row[]): Promise<void> {
  const text = await readFile(page, 'utf8');
  const [before, rest] = text.split(begin);
  const [, after] = rest?.split(end) ?? [];
  if (after === undefined) throw new Error(`docs/performance.md has no place between ${begin} and ${end}.`);
  await writeFile(page, `${before}${begin}\n${table(rows)}\n${end}${after}`);
}

/** Ratios by name. */
export async function committed(): Promise<Map<string, number>> {
  const text = await readFile(page, 'utf8');
  return new Map(
    [...text.matchAll(/^\| ([^|]+) \| ([\d.e+-]+) \|/gm)].map(([, name, ratio]) => [
      String(name),
      Number(ratio),
    ]),
  );
}

function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}
