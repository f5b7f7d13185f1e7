// `npm run bench`: every benchmarks/*.bench.ts, each row a ratio measured side by side in this run, as one table, which
// docs/performance.md keeps. A file's default export is an async function that gives rows.
//
//   npm run bench                 all of it, written to docs/performance.md
//   npm run bench -- journal      one file, printed and written nowhere
//   npm run bench -- --check      against the table that docs/performance.md has: no ratio may be a fifth worse, and each
//                                 row must stand in it
//
// A ratio beyond its own bound fails the run in any case.
import { readdir } from 'node:fs/promises';
import { better, faults, unmatched } from './judgement.ts';
import type { Row } from './row.ts';
import { committed, keep, table } from './table.ts';

interface Benchmark {
  default(): Promise<Row[]>;
}

const words = process.argv.slice(2);
const check = words.includes('--check');
const only = words.find((word) => !word.startsWith('--'));
const known = check ? await committed() : new Map();

const files = (await readdir(new URL('.', import.meta.url)))
  .filter((name) => name.endsWith('.bench.ts') && (only === undefined || name.startsWith(only)))
  .sort();
const rows: Row[] = [];
let whole = true;
for (const file of files) {
  const measured = await measure(file).catch((error: Error) => {
    tell([`${file} could not be measured: ${error.message}`]);
    whole = false;
    return [];
  });
  rows.push(...measured);
  if (measured.length > 0) console.log(table(measured, { heading: file.replace('.bench.ts', '') }));
  tell(measured.flatMap((row) => faults(row, known)));
}
if (check && only === undefined) tell(unmatched(rows, known));
if (!check && only === undefined && whole) await keep(rows);

/** What looks like a regression is measured again, and the better counts. */
async function measure(file: string): Promise<Row[]> {
  const { default: once } = (await import(new URL(file, import.meta.url).href)) as Benchmark;
  const measured = await once();
  return measured.some((row) => faults(row, known).length > 0) ? better(measured, await once()) : measured;
}

function tell(found: readonly string[]) {
  for (const line of found) console.log(line);
  if (found.length > 0) process.exitCode = 1;
}
