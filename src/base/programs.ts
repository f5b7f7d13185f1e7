import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Where the built programs and the shipped files lie. The bundler puts every program flat into dist/, so this file's
 * own folder is dist/ there; run from the sources, it is src/base/.
 */
const here = dirname(fileURLToPath(import.meta.url));
const fromSources = basename(here) === 'base';

export const packageDirectory = fromSources ? join(here, '..', '..') : join(here, '..');

/** The path of one of the built programs, by the name that build/bundle.mjs gives it. */
export function programPath(name: string): string {
  return join(packageDirectory, 'dist', `${name}.js`);
}

/** The path of a file that a program reads beside itself. */
export function packageFile(name: string): string {
  return join(packageDirectory, 'dist', name);
}

export function batonVersion(): string {
  const manifest = JSON.parse(readFileSync(join(packageDirectory, 'package.json'), 'utf8')) as {
    version: string;
  };
  return manifest.version;
}
