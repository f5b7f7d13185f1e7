// Runs every benchmarks/*.bench.mjs and prints its rows: npm run bench [-- NAME]. A file's default export is an async
// function that gives rows { name, ratio, absolute, against, limit?, most? }: the ratio must reach `limit`, or must not
// exceed `most`. The run fails if one does not.
import { readdir } from 'node:fs/promises';

/** @typedef {{ name: string, ratio: number, absolute: string, against: string, limit?: number, most?: number }} Row */

const only = process.argv[2];
const files = (await readdir(new URL('.', import.meta.url)))
  .filter((name) => name.endsWith('.bench.mjs'))
  .sort();
for (const file of files) {
  if (only && !file.startsWith(only)) continue;
  const { default: benchmark } = await import(new URL(file, import.meta.url).href);
  console.log(`\n${file.replace('.bench.mjs', '')}`);
  for (const row of await benchmark()) console.log(line(row));
}

/** @param {Row} row */
function line({ name, ratio, absolute, against, limit, most }) {
  const missed = (limit !== undefined && ratio < limit) || (most !== undefined && ratio > most);
  if (missed) process.exitCode = 1;
  const bound =
    limit !== undefined ? `at least ${short(limit)}` : most !== undefined ? `at most ${short(most)}` : '';
  return `  ${missed ? 'MISSED' : '      '} ${short(ratio).padStart(7)} ${bound.padEnd(14)} ${name}: ${absolute}; ${against}`;
}

/** @param {number} value */
function short(value) {
  return String(Number(value.toPrecision(3)));
}
