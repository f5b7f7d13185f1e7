import { resolve } from 'node:path';
import { BatonError, type ExitCode } from '../base/errors.ts';
import { findRun, listRuns, type RunDirectory } from '../journal/runDirectory.ts';
import { connectToRun } from '../sequence/attach/runClient.ts';
import { jsonLinesRenderer } from '../terminal/jsonLines.ts';
import { plainRenderer } from '../terminal/plain.ts';
import { command } from './command.ts';
import { type ConfigArguments, withConfig } from './options.ts';
import { attachTo } from './running/attachTo.ts';
import { runOnScreen } from './running/runOnScreen.ts';
import { canShowScreens } from './screens/openingScreens.ts';
import { stationOf } from './station/stationFiles.ts';

interface AttachArguments extends ConfigArguments {
  run?: string;
  station?: string;
  directory?: string;
  stop: boolean;
  renderer: 'auto' | 'plain' | 'json';
}

export default command<AttachArguments>({
  usage: 'attach [run]',
  summary: 'show a run that goes on; q leaves it running, s stops it safely',
  build: (parser) =>
    withConfig(parser)
      .positional('run', {
        type: 'string',
        describe: 'id of a run, the beginning of it, or its folder; default: the last one that goes on',
      })
      .option('station', { type: 'string', describe: 'name of a station in config/stations, or a folder' })
      .option('directory', {
        type: 'string',
        describe: 'where the run directories are (default: runs_directory of station.json)',
      })
      .option('stop', { type: 'boolean', default: false, describe: 'stop it safely, and see it to its end' })
      .option('renderer', {
        choices: ['auto', 'plain', 'json'],
        default: 'auto',
        describe: 'how it is shown; auto: a screen on a terminal, lines elsewhere',
      })
      .example('$0 attach', 'the run that goes on: everything so far, and then what happens')
      .example('$0 attach --stop', 'HV to zero, LV off, verified; then the verdict'),
  async run(args): Promise<ExitCode> {
    const run = await runThatGoesOn(args);
    if (!args.json && args.renderer === 'auto' && canShowScreens())
      return runOnScreen(run, { stop: args.stop });
    const renderer = args.json || args.renderer === 'json' ? jsonLinesRenderer() : plainRenderer();
    return attachTo(run, renderer, { stop: args.stop });
  },
});

async function runThatGoesOn({ run, config, station, directory }: AttachArguments): Promise<RunDirectory> {
  const root = resolve(directory ?? (await stationOf({ config, station })).station.runsDirectory);
  if (run !== undefined) return findRun(root, run);
  for (const one of await listRuns(root)) {
    const client = await connectToRun(one.path, () => undefined);
    client?.close();
    if (client) return one;
  }
  throw new BatonError({
    code: 'E4601',
    what: `no run goes on in ${root}.`,
    remedy: '`baton runs list` shows those that have ended; --directory looks elsewhere.',
  });
}
