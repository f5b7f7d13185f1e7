import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const shared = resolve(
  import.meta.dirname,
  '..',
  '..',
  process.env.BATON_SHARED ?? '../shared',
  'data/prism',
);

/** The original's own example scripts lie beside the clone, never in it. Missing in CI is a failure, elsewhere it is said loudly. */
export const examplesAreThere = existsSync(shared);
if (!examplesAreThere) {
  if (process.env.CI) throw new Error(`The example scripts are not in ${shared}.`);
  console.error(`NOT RUN: the example scripts are not in ${shared}; set BATON_SHARED to where they lie.`);
}

export function examplePath(name: string): string {
  return join(shared, name);
}

export function readExample(name: string): string {
  return readFileSync(examplePath(name), 'utf8');
}
