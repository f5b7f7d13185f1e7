// A station day: 24 hours under bias at a time scale of 2000, with a calibration each hour, every supply read and every
// interlock watched all the time. Resident memory of the runner and the guardian at the end against that of the beginning.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { baton, besideStation, config, inFolder, residentMB, root, script } from './measure.ts';
import type { Row } from './row.ts';

const hours = 24;
const timeScale = 2000;
const hourMs = 3_600_000 / timeScale;

export default (): Promise<Row[]> =>
  inFolder(async (folder) => {
    const station = join(folder, 'station');
    return besideStation(station, ['--time-scale', String(timeScale)], async () => {
      const settings = join(station, 'station.json');
      const site = JSON.parse(readFileSync(settings, 'utf8'));
      writeFileSync(
        settings,
        JSON.stringify({ ...site, dirigent: { ...site.dirigent, command: [standIn(folder)] } }),
      );
      const sequence = join(folder, 'day.scr');
      const holds = Array.from({ length: hours }, () => ({ id: 'crosstalk_method', args: {} }));
      writeFileSync(sequence, script([{ id: 'iv_curve', args: { options: ['-t', '-s', 5] } }, ...holds]));
      const where = ['--station', station, '--config', config, '--directory', join(folder, 'runs')];
      const runner = spawn(
        process.execPath,
        [baton, 'run', sequence, ...where, '--yes', '--no-upload', '--renderer', 'json'],
        { stdio: ['ignore', 'pipe', 'inherit'] },
      );
      let journal = '';
      runner.stdout.setEncoding('utf8').on('data', (text) => {
        journal += text;
      });
      const ended = once(runner, 'exit');
      const begun = () => journal.split('"event":"step.started"').length - 1;
      while (begun() < 3 && runner.exitCode === null) await sleep(20);
      const guardian = Number(/"event":"guardian.started"[^\n]*?"pid":(\d+)/.exec(journal)?.[1]);
      const first = await memory(runner.pid, guardian);
      while (begun() < hours && runner.exitCode === null) await sleep(20);
      const last = await memory(runner.pid, guardian);
      await ended;
      const mb = ({ runner, guardian }: { runner: number; guardian: number }) =>
        `${runner.toFixed(0)} and ${guardian.toFixed(0)} MB`;
      return [
        {
          name: 'memory of runner and guardian after a simulated day',
          ratio: (last.runner + last.guardian) / (first.runner + first.guardian),
          absolute: mb(last),
          against: `in its first hour, ${mb(first)}`,
          most: 1.5,
        },
      ];
    });
  });

async function memory(runner: number | undefined, guardian: number) {
  return { runner: await residentMB(runner ?? 0), guardian: await residentMB(guardian) };
}

/** The simulated dirigent, whose calibrations of an hour leave nothing to compute. */
function standIn(folder: string) {
  const path = join(folder, 'dirigent');
  const simulated = join(root, 'dist', 'simulatedDirigent.js');
  writeFileSync(
    path,
    `#!/bin/sh
case "$*" in
  *--help*|*--version*|*iv_curve*) exec '${process.execPath}' '${simulated}' "$@" ;;
esac
sleep ${hourMs / 1000}
echo '{}' > crosstalk_method.json
`,
  );
  chmodSync(path, 0o755);
  return path;
}
