import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { BatonError } from '../../base/errors.ts';
import { type NumberTable, readTable } from '../../calibrations/table.ts';
import type { Distribution, ReadoutReader } from './readout.ts';

/** Distributions of a chip as CSV (docs/results.md): the middles of the bins, then a column of counts each. */
export const distributionFile: ReadoutReader = {
  reads: (name) => /_chip\w+_(threshold|noise)\.csv$/i.test(name),
  async read(path) {
    const table = tableIn(path, await readFile(path, 'utf8'));
    if (!table || table.columns.length < 2 || table.rows.length < 2)
      throw unreadable(
        path,
        'it has no header with the quantity and at least one column of counts, or fewer than two bins',
      );
    if (table.flaw) throw unreadable(path, table.flaw);
    const middles = table.rows.map((row) => row[0]!);
    const edges = edgesAbout(middles);
    if (!edges) throw unreadable(path, 'the middles of its bins do not rise');
    const header = table.columns[0]!;
    const [, title = header, unit = ''] = /^(.*?)\s*\(([^)]*)\)$/.exec(header) ?? [];
    return table.columns.slice(1).map(
      (name, i): Distribution => ({
        kind: 'distribution',
        path: name,
        title: `${title} ${name.toLowerCase()}`,
        x: { title, unit, edges },
        y: { title: 'Pixels' },
        counts: Float64Array.from(table.rows, (row) => finite(row[i + 1]!, path)),
        below: 0,
        above: 0,
      }),
    );
  },
};

function tableIn(path: string, text: string): NumberTable | undefined {
  try {
    return readTable(text);
  } catch (error) {
    throw unreadable(path, error instanceof Error ? error.message : String(error));
  }
}

function edgesAbout(middles: readonly number[]): Float64Array | undefined {
  if (middles.some((middle, i) => !Number.isFinite(middle) || (i > 0 && middle <= middles[i - 1]!)))
    return undefined;
  const half = (middles[1]! - middles[0]!) / 2;
  return Float64Array.from([middles[0]! - half, ...middles.map((middle) => middle + half)]);
}

function finite(count: number, path: string): number {
  if (Number.isFinite(count)) return count;
  throw unreadable(path, 'one of its counts is no number');
}

function unreadable(file: string, why: string): BatonError {
  return new BatonError({
    code: 'E9404',
    where: { file },
    what: `the distribution in ${basename(file)} cannot be read: ${why}.`,
    remedy:
      'Everything else is shown all the same. The file is kept as it is; run the step again for whole files.',
  });
}
