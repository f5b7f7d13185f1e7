import { readFile } from 'node:fs/promises';
import { packageFile } from '../../base/programs.ts';
import { complete } from './complete.ts';
import type { Declared } from './declared.ts';
import { valuesOf } from './values.ts';

/** What the commands take, as the build wrote it down: nobody waits for all of them to be loaded. */
export const tableFile = 'completion.json';

/** Prints what the last word could become, one candidate a line, its description behind a tab. Says nothing of errors. */
export async function printCompletions(words: readonly string[]): Promise<void> {
  const table = JSON.parse(await readFile(packageFile(tableFile), 'utf8')) as Record<string, Declared>;
  const candidates = await complete(table, words, valuesOf).catch(() => []);
  const lines = candidates.map(({ value, describe = '' }) => `${value}\t${describe}\n`);
  process.stdout.write(lines.join(''));
}
