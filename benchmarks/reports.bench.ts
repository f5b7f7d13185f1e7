// How long the report of a run with four chips takes, and how large it is: as the built program does it, its start included.
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const dist = fileURLToPath(new URL('../dist/', import.meta.url));

export default async () => {
  const runs = await mkdtemp(join(tmpdir(), 'baton-bench-'));
  try {
    const args = ['run', 'electrical-qc', '--station', 'simulated', '--yes', '--directory', runs];
    await run(process.execPath, [join(dist, 'baton.js'), ...args]);
    const directory = join(runs, (await readdir(runs))[0]!);
    let fastest = Number.POSITIVE_INFINITY;
    for (let i = 0; i < 5; i += 1) {
      const begun = performance.now();
      await run(process.execPath, [join(dist, 'runReport.js'), directory]);
      fastest = Math.min(fastest, performance.now() - begun);
    }
    const { size } = await stat(join(directory, 'report.html'));
    return [
      {
        name: 'report of four chips, 145,152 pixels each',
        absolute: `${fastest.toFixed(0)} ms`,
        ratio: fastest / 2000,
        against: 'two seconds, for the whole process',
        most: 1,
      },
      {
        name: 'its size',
        absolute: `${(size / 1e6).toFixed(2)} MB`,
        ratio: size / 5e6,
        against: 'five megabytes',
        most: 1,
      },
    ];
  } finally {
    await rm(runs, { recursive: true, force: true });
  }
};
