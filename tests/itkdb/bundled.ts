import { join } from 'node:path';
import { build } from 'esbuild';

/** A TypeScript program of the tests as one file that Node runs by itself. */
export async function bundled(entry: string): Promise<string> {
  const outfile = join('.bundled', `${entry.replace(/\W+/g, '-')}.mjs`);
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    external: ['libsql', 'serialport'],
    logLevel: 'warning',
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
  });
  return outfile;
}
