// What `baton run` adds a step over the bare subprocess, and what the command line adds to Node.js: a hundred trivial
// calibrations of a stand-in for dirigent on a simulated station, against a plain loop that spawns the same child; and
// `baton --version` against `node -e 0`. Pairs take turns, so that a busy machine slows both alike.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const baton = fileURLToPath(new URL('../dist/baton.js', import.meta.url));
const config = fileURLToPath(new URL('../config', import.meta.url));
const steps = 100;
const rounds = 5;

/** @returns {Promise<{ name: string, ratio: number, absolute: string, against: string, most?: number }[]>} */
export default async function session() {
  const folder = await mkdtemp(join(tmpdir(), 'baton-bench-'));
  try {
    return [await perStep(folder), await startUp()];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function perStep(folder) {
  const station = join(folder, 'station');
  const simulated = spawn(process.execPath, [baton, 'simulate', '--dir', station, '--time-scale', '100'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    await once(simulated.stdout, 'data');
    const dirigent = await standIn(folder);
    const settings = JSON.parse(await readFile(join(station, 'station.json'), 'utf8'));
    settings.dirigent = { command: [dirigent], flags: [] };
    await writeFile(join(station, 'station.json'), JSON.stringify(settings));
    const [one, many] = await Promise.all([1, steps + 1].map((count) => sequence(folder, count)));
    const run = (script) => [
      process.execPath,
      [
        baton,
        'run',
        script,
        '--station',
        station,
        '--config',
        config,
        '--directory',
        join(folder, 'runs'),
      ].concat(['--yes', '--no-upload', '--json']),
    ];
    // Once before, for the caches of both.
    await milliseconds(...run(one));
    const added = [];
    const bare = [];
    for (let round = 0; round < rounds; round++) {
      const loop = await bareLoop(dirigent);
      const without = await milliseconds(...run(one));
      const withSteps = await milliseconds(...run(many));
      bare.push(loop / steps);
      added.push((withSteps - without - loop) / steps);
    }
    return {
      name: 'ms that `baton run` adds a step',
      ratio: median(added),
      absolute: `${median(added).toFixed(1)} ms a step`,
      against: `the bare subprocess takes ${median(bare).toFixed(1)} ms`,
      most: 10,
    };
  } finally {
    simulated.kill('SIGTERM');
    await once(simulated, 'exit');
  }
}

/** A program with dirigent's command line that does nothing. */
async function standIn(folder) {
  const path = join(folder, 'dirigent');
  await writeFile(path, '#!/bin/sh\ncase "$1" in --version) echo "stand-in 1" ;; esac\nexit 0\n');
  await chmod(path, 0o755);
  return path;
}

async function sequence(folder, count) {
  const path = join(folder, `steps-${count}.scr`);
  const script = {
    info: { product: 'p', bom: 'b', lot: 'l', location: 'x' },
    config: { title: 'Bench', fail_fast: false, drivers: ['station'] },
    tests: [
      {
        module: 'calibrations',
        options: {},
        items: Array.from({ length: count }, () => ({ id: 'get_module_info', args: {} })),
      },
    ],
  };
  await writeFile(path, JSON.stringify(script));
  return path;
}

async function bareLoop(program) {
  const begin = performance.now();
  for (let step = 0; step < steps; step++) await milliseconds(program, ['get_module_info']);
  return performance.now() - begin;
}

async function startUp() {
  const ours = [];
  const bare = [];
  for (let round = 0; round < 20; round++) {
    bare.push(await milliseconds(process.execPath, ['-e', '0']));
    ours.push(await milliseconds(process.execPath, [baton, '--version']));
  }
  return {
    name: '`baton --version`',
    ratio: median(ours) / median(bare),
    absolute: `${median(ours).toFixed(0)} ms`,
    against: `\`node -e 0\` ${median(bare).toFixed(0)} ms`,
    most: 2.5,
  };
}

async function milliseconds(file, args) {
  const begin = performance.now();
  const child = spawn(file, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  const [code] = await once(child, 'exit');
  if (code !== 0 && code !== 1) throw new Error(`${file} ${args.join(' ')} ended with ${code}`);
  return performance.now() - begin;
}

function median(numbers) {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
}
