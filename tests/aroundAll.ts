import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endProcessesOf } from './processesOf.ts';

const begun = Symbol.for('the tests of Baton have begun');

/**
 * Tests run the built programs, so these are built once before the first test; and whatever a test lays down lies in one
 * folder for temporary files, which goes when the last has ended. Each project of vitest.config.ts asks for it.
 */
export default function aroundAll(): (() => Promise<void>) | undefined {
  if (begun in globalThis) return undefined;
  Object.assign(globalThis, { [begun]: true });
  execFileSync(process.execPath, ['build/bundle.mjs'], { stdio: 'inherit' });
  // Short, for sockets lie there, whose paths have 107 bytes.
  const folder = mkdtempSync(join(tmpdir(), 'bt-'));
  process.env.TMPDIR = folder;
  process.env.XDG_CACHE_HOME = join(folder, 'cache');
  return async () => {
    await endProcessesOf(folder, 'TMPDIR');
    rmSync(folder, { recursive: true, force: true });
  };
}
