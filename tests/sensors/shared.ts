import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe } from 'vitest';

/** The reference files, which lie beside the repository. */
export const sharedSensors = join(resolve(process.env.BATON_SHARED ?? '../shared'), 'data', 'sensors');

const there = existsSync(sharedSensors);
if (!there && !process.env.CI)
  console.warn(
    `\n*** The sensor reference files are not at ${sharedSensors}: the comparisons with them do NOT run. ***\n`,
  );

/** Runs where the reference files are; without them it fails in CI and is left out, loudly, on a user's machine. */
export const describeWithReference = describe.runIf(there || process.env.CI);

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
