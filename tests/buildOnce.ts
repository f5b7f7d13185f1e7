import { execFileSync } from 'node:child_process';

/** Tests run the built programs, so build them once before the first test. */
export default function buildOnce(): void {
  execFileSync(process.execPath, ['build/bundle.mjs'], { stdio: 'inherit' });
}
