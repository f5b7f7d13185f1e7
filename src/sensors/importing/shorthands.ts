import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { BatonError } from '../../base/errors.ts';
import type { Shorthands } from './headerFields.ts';
import { fromOneWord } from './identity.ts';

/** Reads the table of older sensors: `Serial Number;Mfr Serial No;Manufacturer;…`, one a line. Throws E9309. */
export function readShorthands(file: string): Shorthands {
  let rows: Record<string, string>[];
  try {
    rows = parse(readFileSync(file), {
      columns: true,
      delimiter: ';',
      bom: true,
      trim: true,
      relax_column_count: true,
    });
  } catch (error) {
    throw new BatonError(
      {
        code: 'E9309',
        what: `The table of older sensors cannot be read: ${(error as Error).message}.`,
        where: { file },
        remedy: 'It has a line of names and semicolons between the cells.',
      },
      { cause: error },
    );
  }
  const table = new Map(
    rows.flatMap((row) => {
      const { batch, wafer } = fromOneWord((row['Mfr Serial No'] ?? '').toUpperCase());
      const shorthand = row['Serial Number'];
      if (!shorthand || batch === undefined || wafer === undefined) return [];
      return [
        [
          shorthand,
          { batch, wafer, ...(row.Manufacturer ? { manufacturer: row.Manufacturer } : {}) },
        ] as const,
      ];
    }),
  );
  return table;
}
