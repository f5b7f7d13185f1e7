// What a calibration prints, to the step's stdout.log and from there to the lines of `baton run`, against `cat` from a
// pipe to a file. The same run without output is taken off.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { baton, besideStation, config, inFolder, inTurns, milliseconds, runTime, script } from './measure.ts';
import type { Row } from './row.ts';
import { useStandIn } from './standIn.ts';

const megabytes = 100;

export default (): Promise<Row[]> =>
  inFolder(async (folder) => {
    const text = join(folder, 'output.txt');
    const line = '2026-01-31 09:15:02 INFO calibrate_module - pixel 101010 of 145152, threshold 1002.5 e\n';
    await writeFile(text, line.repeat(Math.ceil((megabytes * 1e6) / line.length)));
    const station = join(folder, 'station');
    return besideStation(station, ['--time-scale', '1'], async () => {
      await useStandIn(station, `[ -z "$LOUD" ] || cat '${text}'`);
      const sequence = join(folder, 'one.scr');
      await writeFile(sequence, script([{ id: 'get_module_info', args: {} }]));
      const where = ['--station', station, '--config', config, '--directory', join(folder, 'runs')];
      const words = [baton, 'run', sequence, ...where, '--yes', '--no-upload', '--renderer', 'plain'];
      const run = (loud: string) => runTime(process.execPath, words, { env: { ...process.env, LOUD: loud } });
      await run('');
      const [loud, quiet, cat] = await inTurns(
        3,
        () => run('1'),
        () => run(''),
        () => throughCat(text, join(folder, 'copy.txt')),
      );
      const rate = (ms: number) => `${((megabytes / ms) * 1000).toFixed(0)} MB/s`;
      return [
        {
          name: 'output of a calibration, to its log and the screen',
          ratio: (loud - quiet) / cat,
          absolute: rate(loud - quiet),
          against: `cat through a pipe to a file, ${rate(cat)}`,
        },
      ];
    });
  });

function throughCat(from: string, to: string) {
  return milliseconds(async () => {
    await once(spawn('sh', ['-c', `cat '${from}' | cat > '${to}'`], { stdio: 'ignore' }), 'exit');
  });
}
