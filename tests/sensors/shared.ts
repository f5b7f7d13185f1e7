import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe } from 'vitest';
import { sharedFiles } from '../sharedFiles.ts';

const reference = sharedFiles('the sensor reference files', 'sensors');

/** The reference files, which lie beside the repository. */
export const sharedSensors = reference.path;

/** Runs where the reference files are. */
export const describeWithReference = describe.runIf(reference.there);

/** A tree of N generated files, removed after the tests of the file. */
export function generatedTree(count: number, seed = 1): string {
  const folder = mkdtempSync(join(tmpdir(), 'baton-sensors-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const generator = join(sharedSensors, 'gen_sensor_tree.py');
  execFileSync('python3', [generator, folder, String(count), '--seed', String(seed)], { stdio: 'pipe' });
  return join(folder, 'files');
}

/** A folder that lives as long as the tests of the file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'baton-sensors-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
