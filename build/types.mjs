// The declarations of the libraries, for whoever scripts in TypeScript: those that an index leads to, and no others.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = join(root, 'dist', 'types');
const indexes = ['src/api/index.d.ts', 'src/sensors/index.d.ts'].map((path) => join(folder, path));

rmSync(folder, { recursive: true, force: true });
const tsc = join(root, 'node_modules/typescript/bin/tsc');
execFileSync(process.execPath, [tsc, '-p', join(root, 'tsconfig.types.json')], { stdio: 'inherit' });

const reached = new Set();
for (const index of indexes) reach(index);
for (const path of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
  const file = join(folder, path);
  if (path.endsWith('.d.ts') && !reached.has(file)) rmSync(file);
}

function reach(file) {
  if (reached.has(file)) return;
  reached.add(file);
  const text = readFileSync(file, 'utf8');
  for (const [, , path] of text.matchAll(/(from|import\()\s*'([^']+)'/g)) {
    if (path.startsWith('.')) reach(declarationOf(resolve(dirname(file), path)));
    // A package that is not installed with Baton would leave its users with types that lead nowhere.
    else if (!path.startsWith('node:') && path !== 'baton' && !path.startsWith('baton/'))
      throw new Error(`${file} names the package ${path}`);
  }
}

function declarationOf(source) {
  return source.replace(/\.(js|tsx?)$/, '.d.ts');
}
