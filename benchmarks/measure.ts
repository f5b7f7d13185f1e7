// What the benchmarks share: whole processes and loops timed from outside, in turns, and the middle of the rounds.

import type { SpawnOptions } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));
export const baton = join(root, 'dist', 'baton.js');
export const config = join(root, 'config');

export function median(numbers: readonly number[]) {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}

/** A folder that is away afterwards. */
export async function inFolder<T>(work: (folder: string) => Promise<T>) {
  const folder = await mkdtemp(join(tmpdir(), 'baton-bench-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

export async function milliseconds(work: () => unknown): Promise<number> {
  const begin = performance.now();
  await work();
  return performance.now() - begin;
}

/** From the start of a process to its end; exit code 1, a module that fails, is an end like another. */
export function runTime(file: string, args: readonly string[], options: SpawnOptions = {}) {
  return milliseconds(async () => {
    const child = spawn(file, args, { stdio: ['ignore', 'ignore', 'inherit'], ...options });
    const [code] = await once(child, 'exit');
    if (code !== 0 && code !== 1) throw new Error(`${file} ${args.join(' ')} ended with ${code}`);
  });
}

/** All in turns, so that a busy machine slows them alike; the middle of the rounds of each. */
export async function inTurns<const Works extends readonly (() => Promise<number>)[]>(
  rounds: number,
  ...works: Works
): Promise<{ [Work in keyof Works]: number }> {
  const times = works.map((work) => ({ work, ms: [] as number[] }));
  for (let round = 0; round < rounds; round++) for (const { work, ms } of times) ms.push(await work());
  return times.map(({ ms }) => median(ms)) as { [Work in keyof Works]: number };
}

/** A simulated station in a process of its own, while the work goes on. */
export async function besideStation<T>(directory: string, args: readonly string[], work: () => Promise<T>) {
  const station = spawn(process.execPath, [baton, 'simulate', '--dir', directory, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    // A session of its own: the kernel shares the processor out by sessions, and instruments take none of a run's.
    detached: true,
  });
  try {
    await once(station.stdout, 'data');
    return await work();
  } finally {
    station.kill('SIGTERM');
    await once(station, 'exit');
  }
}

/** Resident memory of a process, MB. */
export async function residentMB(pid: number) {
  return Number(/VmRSS:\s+(\d+)/.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
}

/** A script of these items, as JSON. */
export function script(items: readonly object[], options: object = {}) {
  return JSON.stringify({
    info: { product: 'p', bom: 'b', lot: 'l', location: 'x' },
    config: { title: 'Bench', fail_fast: false, drivers: ['station'] },
    tests: [{ module: 'calibrations', options, items }],
  });
}
