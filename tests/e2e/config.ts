import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { scratch } from './baton.ts';

/** A copy of the shipped config, changed. */
export function config(
  change: (files: Record<string, string>) => Record<string, string> = (files) => files,
): string {
  const directory = join(scratch(), 'config');
  cpSync('config', directory, { recursive: true });
  const names = ['instruments.json', 'channels.json', 'modules.json', 'station.json'];
  const files = Object.fromEntries(names.map((name) => [name, readFileSync(join(directory, name), 'utf8')]));
  for (const [name, text] of Object.entries(change(files))) writeFileSync(join(directory, name), text);
  return directory;
}
