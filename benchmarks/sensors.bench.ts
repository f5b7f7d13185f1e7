// Sensor QC files: 1000 files of the generator (21 MB) and 5000, each step in a process of its own, interleaved with the
// plain loop that it is compared with, the best of some rounds of each: other programs on the machine only ever add.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Row } from './row.ts';
import { opening } from './sensors/open.ts';

const rounds = Number(process.env.BATON_BENCH_ROUNDS ?? 7);
const shared = resolve(process.env.BATON_SHARED ?? fileURLToPath(new URL('../../shared', import.meta.url)));
const generator = join(shared, 'data', 'sensors', 'gen_sensor_tree.py');

/** ms */
const mostOpening = 2000;

export default async function sensors(): Promise<Row[]> {
  if (!existsSync(generator))
    throw new Error(`The generator of sensor files is not at ${generator}; set BATON_SHARED.`);
  const folder = mkdtempSync(join(tmpdir(), 'baton-bench-'));
  try {
    const thousand = tree(folder, 1000);
    const many = tree(folder, 5000);
    const page = join(folder, 'report.html');
    const large = join(folder, 'large.html');
    const loop = [];
    const analysed = [];
    const reported = [];
    const fives = [];
    for (let round = 0; round < rounds; round += 1) {
      loop.push(step('plainLoop.mjs', thousand));
      analysed.push(step('analyse.mjs', thousand));
      reported.push(step('report.mjs', thousand, page));
      if (round % 2 === 0) fives.push(step('report.mjs', many, large));
    }
    const plain = best(loop);
    const against = `plain loop that reads, splits and converts, ${plain.toFixed(0)} ms`;
    const row = (name: string, ms: number, most: number): Row => ({
      name,
      ratio: ms / plain,
      absolute: `${ms.toFixed(0)} ms`,
      against,
      most,
    });
    const opened = await opening(page);
    const peak = Math.max(...reported.map(({ peakMB }) => peakMB));
    const mb = (name: string, value: number, most: number): Row => ({
      name,
      ratio: value / most,
      absolute: `${value.toFixed(1)} MB`,
      against: `${most} MB`,
      most: 1,
    });
    return [
      row('import and analysis of 1000 files', best(analysed), 2.5),
      row('whole report of 1000 files', best(reported), 5),
      mb('peak memory of the report of 1000 files', peak, 250),
      mb('HTML of the report of 1000 files', reported[0]!.MB, 8),
      ...(opened === undefined
        ? []
        : [
            {
              name: 'opening the report of 1000 files in Chromium, offline',
              ratio: opened / mostOpening,
              absolute: `${opened.toFixed(0)} ms`,
              against: `${mostOpening} ms`,
              most: 1,
            },
          ]),
      {
        name: 'report of 5000 files, a file, against that of 1000',
        ratio: best(fives) / 5 / best(reported),
        absolute: `${best(fives).toFixed(0)} ms, ${fives[0]!.peakMB.toFixed(0)} MB`,
        against: `${best(reported).toFixed(0)} ms`,
        most: 1.3,
      },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function tree(folder: string, count: number): string {
  const out = join(folder, String(count));
  execFileSync('python3', [generator, out, String(count), '--seed', '1'], { stdio: 'pipe' });
  return join(out, 'files');
}

/** What the programs of benchmarks/sensors print. */
interface Step {
  ms: number;
  MB: number;
  peakMB: number;
}

function step(script: string, ...args: readonly string[]): Step {
  const path = fileURLToPath(new URL(`sensors/${script}`, import.meta.url));
  return JSON.parse(execFileSync(process.execPath, [path, ...args], { encoding: 'utf8' }));
}

function best(steps: readonly Step[]): number {
  return Math.min(...steps.map(({ ms }) => ms));
}
