import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { HashedFile } from './runDirectory.ts';
import { hashFile } from './runDirectory.ts';

/** What Baton itself writes into a step's folder; all else there is the calibration's. */
export const stepFiles = {
  stdout: 'stdout.log',
  stderr: 'stderr.log',
  result: 'result.json',
  /** Process number of the calibration's keeper and, after its end, the exit code. */
  keeper: 'keeper',
} as const;

/** Where what a step printed is found, for messages. */
export function outputOf(folder: string): string {
  return `${folder}/${stepFiles.stdout} and ${stepFiles.stderr}`;
}

/** The files that a calibration left in its folder, with their hashes. `folder` is relative to the run directory. */
export async function collectArtefacts(directory: string, folder: string): Promise<HashedFile[]> {
  const path = join(directory, folder);
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const own = new Set(Object.values(stepFiles).map((name) => join(path, name)));
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(
    paths
      .filter((one) => !own.has(one))
      .sort()
      .map((one) => hashFile(one, directory)),
  );
}
