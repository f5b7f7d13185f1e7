// 1000 test runs through the durable queue, read back, against a bare keep-alive HTTP loop that posts the same
// documents to the same server. The server is a process of its own.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

/** @returns {Promise<{ name: string, ratio: number, absolute: string, against: string, limit?: number }[]>} */
export default async function itkdb() {
  const [upload, server] = ['itkdbUpload', 'itkdbServer'].map((name) =>
    join(root, '.bundled', `${name}.mjs`),
  );
  await build({
    absWorkingDir: root,
    entryPoints: { itkdbUpload: 'benchmarks/itkdbUpload.ts', itkdbServer: 'benchmarks/itkdbServer.ts' },
    outdir: '.bundled',
    outExtension: { '.js': '.mjs' },
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
  const folder = await mkdtemp(join(tmpdir(), 'baton-bench-'));
  try {
    const { uploadRows } = await import(pathToFileURL(upload).href);
    return await uploadRows(server, folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
