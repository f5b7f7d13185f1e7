// What `baton run` adds a step over the bare subprocess, and what the command line adds to Node.js: a hundred trivial
// calibrations of a stand-in for dirigent on a simulated station, against a plain shell loop of the same children, and
// against GNU parallel where it is installed; `baton --version` and `baton sequences` against `node -e 0`.
import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { baton, besideStation, config, inFolder, inTurns, median, runTime, script } from './measure.ts';
import type { Row } from './row.ts';
import { useStandIn } from './standIn.ts';

const steps = 100;
const rounds = 5;

export default async (): Promise<Row[]> => [...(await inFolder(perStep)), ...(await startUp())];

function perStep(folder: string) {
  const station = join(folder, 'station');
  return besideStation(station, ['--time-scale', '100'], async () => {
    const dirigent = await useStandIn(station);
    const one = await sequence(folder, 1);
    const many = await sequence(folder, steps + 1);
    const where = ['--station', station, '--config', config, '--directory', join(folder, 'runs')];
    const run = (path: string) =>
      runTime(process.execPath, [baton, 'run', path, ...where, '--yes', '--no-upload', '--json']);
    // Once before, for the caches of both.
    await run(one);
    const loop = `i=0; while [ $i -lt ${steps} ]; do '${dirigent}' get_module_info; i=$((i+1)); done`;
    const added = [];
    const bare = [];
    const others = [];
    for (let round = 0; round < rounds; round++) {
      const [looped, without, withSteps] = await inTurns(
        1,
        () => runTime('sh', ['-c', loop]),
        () => run(one),
        () => run(many),
      );
      bare.push(looped / steps);
      added.push((withSteps - without - looped) / steps);
      if (hasParallel)
        others.push(
          (await runTime('sh', ['-c', `seq ${steps} | parallel -j1 '${dirigent}' get_module_info`])) / steps,
        );
    }
    const ours = median(added);
    const rows = [
      {
        name: 'ms that `baton run` adds a step',
        ratio: ours,
        absolute: `${ours.toFixed(1)} ms a step`,
        against: `a shell loop of the same children takes ${median(bare).toFixed(1)} ms a step`,
        most: 10,
      },
    ];
    if (others.length > 0)
      rows.push({
        name: 'a step of `baton run` against one of GNU parallel -j1',
        ratio: (ours + median(bare)) / median(others),
        absolute: `${(ours + median(bare)).toFixed(1)} ms`,
        against: `GNU parallel, ${median(others).toFixed(1)} ms`,
        most: 10,
      });
    return rows;
  });
}

const hasParallel = /GNU/.test(String(spawnSync('parallel', ['--version']).stdout));

async function sequence(folder: string, count: number) {
  const path = join(folder, `steps-${count}.scr`);
  await writeFile(path, script(Array.from({ length: count }, () => ({ id: 'get_module_info', args: {} }))));
  return path;
}

async function startUp() {
  const [bare, version, sequences] = await inTurns(
    15,
    () => runTime(process.execPath, ['-e', '0']),
    () => runTime(process.execPath, [baton, '--version']),
    () => runTime(process.execPath, [baton, 'sequences', '--config', config]),
  );
  const row = (name: string, ms: number, most: number) => ({
    name,
    ratio: ms / bare,
    absolute: `${ms.toFixed(0)} ms`,
    against: `\`node -e 0\`, ${bare.toFixed(0)} ms`,
    most,
  });
  return [row('`baton --version`', version, 2.5), row('`baton sequences`', sequences, 6)];
}
