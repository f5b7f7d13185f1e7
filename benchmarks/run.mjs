// `npm run bench`: every benchmarks/*.bench.mjs, each row a ratio measured side by side in this run, as one table, which
// docs/performance.md keeps. A file's default export is an async function that gives rows (measure.mjs has their form).
//
//   npm run bench                 all of it, written to docs/performance.md
//   npm run bench -- journal      one file, printed and written nowhere
//   npm run bench -- --check      against the table that docs/performance.md has: no ratio may be a fifth worse
//
// A ratio beyond its own bound fails the run in any case.
import { readdir } from 'node:fs/promises';
import { committed, keep, table } from './table.mjs';

const words = process.argv.slice(2);
const check = words.includes('--check');
const only = words.find((word) => !word.startsWith('--'));
const known = check ? await committed() : new Map();

const files = (await readdir(new URL('.', import.meta.url)))
  .filter((name) => name.endsWith('.bench.mjs') && (only === undefined || name.startsWith(only)))
  .sort();
/** @type {import('./measure.mjs').Row[]} */
const rows = [];
for (const file of files) {
  const { default: benchmark } = await import(new URL(file, import.meta.url).href);
  /** @returns {Promise<import('./measure.mjs').Row[]>} */
  const measure = async () => benchmark();
  let measured = await measure();
  // A busy moment is no regression: what looks like one is measured again, and the better counts.
  if (measured.some((row) => missed(row) || worse(row))) measured = better(measured, await measure());
  rows.push(...measured);
  console.log(table(measured, { heading: file.replace('.bench.mjs', '') }));
  for (const row of measured) tell(row);
}
if (!check && only === undefined) await keep(rows);

/** @param {import('./measure.mjs').Row} row */
function tell(row) {
  if (!missed(row) && !worse(row)) return;
  process.exitCode = 1;
  if (missed(row)) console.log(`MISSED  ${row.name}: ${bound(row)}`);
  if (worse(row)) console.log(`WORSE   ${row.name}: the table says ${known.get(row.name)}`);
}

/** @param {import('./measure.mjs').Row} row */
function missed({ ratio, limit, most }) {
  return !(ratio >= (limit ?? Number.NEGATIVE_INFINITY)) || !(ratio <= (most ?? Number.POSITIVE_INFINITY));
}

/** By more than a fifth. @param {import('./measure.mjs').Row} row */
function worse({ name, ratio, limit }) {
  const before = known.get(name);
  return before !== undefined && (limit === undefined ? ratio > before * 1.2 : ratio < before / 1.2);
}

/** @param {import('./measure.mjs').Row} row */
function bound({ limit, most }) {
  return limit === undefined ? `at most ${most}` : `at least ${limit}`;
}

/** @param {import('./measure.mjs').Row[]} first @param {import('./measure.mjs').Row[]} second */
function better(first, second) {
  return first.map((row, i) => {
    const again = second[i] ?? row;
    return (row.limit === undefined ? again.ratio < row.ratio : again.ratio > row.ratio) ? again : row;
  });
}
