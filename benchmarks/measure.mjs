// What the benchmarks share: whole processes and loops timed from outside, in turns, and the middle of the rounds.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));
export const baton = join(root, 'dist', 'baton.js');
export const config = join(root, 'config');

/** @param {readonly number[]} numbers */
export function median(numbers) {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}

/** A folder that is away afterwards. @template T @param {(folder: string) => Promise<T>} work */
export async function inFolder(work) {
  const folder = await mkdtemp(join(tmpdir(), 'baton-bench-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** @param {() => unknown} work */
export async function milliseconds(work) {
  const begin = performance.now();
  await work();
  return performance.now() - begin;
}

/**
 * From the start of a process to its end; exit code 1, a module that fails, is an end like another.
 * @param {string} file @param {readonly string[]} args @param {import('node:child_process').SpawnOptions} [options]
 */
export function runTime(file, args, options = {}) {
  return milliseconds(async () => {
    const child = spawn(file, args, { stdio: ['ignore', 'ignore', 'inherit'], ...options });
    const [code] = await once(child, 'exit');
    if (code !== 0 && code !== 1) throw new Error(`${file} ${args.join(' ')} ended with ${code}`);
  });
}

/** Both in turns, so that a busy machine slows them alike. @param {number} rounds @param {(() => Promise<number>)[]} works */
export async function inTurns(rounds, ...works) {
  const times = works.map(() => /** @type {number[]} */ ([]));
  for (let round = 0; round < rounds; round++)
    for (const [i, work] of works.entries()) times[i].push(await work());
  return times.map(median);
}

/**
 * A simulated station in a process of its own, while the work goes on.
 * @template T @param {string} directory @param {readonly string[]} args @param {() => Promise<T>} work
 */
export async function besideStation(directory, args, work) {
  const station = spawn(process.execPath, [baton, 'simulate', '--dir', directory, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    await once(station.stdout, 'data');
    return await work();
  } finally {
    station.kill('SIGTERM');
    await once(station, 'exit');
  }
}

/** Resident memory of a process, MB. @param {number} pid */
export async function residentMB(pid) {
  return Number(/VmRSS:\s+(\d+)/.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
}

/** A script of these items, as JSON. @param {readonly object[]} items @param {object} [options] */
export function script(items, options = {}) {
  return JSON.stringify({
    info: { product: 'p', bom: 'b', lot: 'l', location: 'x' },
    config: { title: 'Bench', fail_fast: false, drivers: ['station'] },
    tests: [{ module: 'calibrations', options, items }],
  });
}
