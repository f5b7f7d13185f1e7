import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sharedFiles } from '../sharedFiles.ts';

/** The original's own example scripts lie beside the clone, never in it. */
const { path: folder, there } = sharedFiles('the example scripts', 'prism');

export const examplesAreThere = there;

export function examplePath(name: string): string {
  return join(folder, name);
}

export function readExample(name: string): string {
  return readFileSync(examplePath(name), 'utf8');
}
