import { execFileSync } from 'node:child_process';

const built = Symbol.for('the programs of Baton are built');

/** Tests run the built programs, so build them once before the first test. Each project of vitest.config.ts asks for it. */
export default function buildOnce(): void {
  if (built in globalThis) return;
  Object.assign(globalThis, { [built]: true });
  execFileSync(process.execPath, ['build/bundle.mjs'], { stdio: 'inherit' });
}
