import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { BatonError } from '../../base/errors.ts';
import { packageDirectory } from '../../base/programs.ts';

/** The example station, sequences and criteria that ship with Baton. */
export const shippedFiles = join(packageDirectory, 'config');

/** Where the station files are when nobody says: ./config, or without such a folder those that ship with Baton. */
export function usualConfig(): string {
  const here = resolve('config');
  return statSync(here, { throwIfNoEntry: false })?.isDirectory() ? here : shippedFiles;
}

/**
 * Whether these are the files that ship with Baton, seen from elsewhere: then they are an example to read. An update
 * replaces them, so nothing is written there, and no real instrument is driven by them. Whoever works in a checkout has
 * them as ./config, and they are his own.
 */
export function isShipped(directory: string): boolean {
  return directory === shippedFiles && directory !== resolve('config');
}

/** @throws E1004 */
export function demandOwnFiles(directory: string, why: string): void {
  if (!isShipped(directory)) return;
  throw new BatonError({
    code: 'E1004',
    what: `there is no ./config here, and the station files that ship with Baton are an example: ${why}.`,
    remedy: `Go to the folder that holds the station’s config, name it with --config, or begin one: cp -r ${shippedFiles} config. With --station simulated nothing of it is needed.`,
  });
}
