import { userInfo } from 'node:os';
import { resolve } from 'node:path';
import { BatonError } from '../base/errors.ts';
import { command } from './command.ts';
import { type StationArguments, withStation } from './options.ts';
import { type SimulationArguments, withSimulation } from './running/simulationOptions.ts';
import { openingScreens, whyNoScreens } from './screens/openingScreens.ts';

interface TerminalArguments extends StationArguments, SimulationArguments {
  directory?: string;
  operator: string;
}

/** The terminal of a station: scan a module, choose a sequence, watch, read the verdict. */
export default command<TerminalArguments>({
  usage: 'terminal',
  summary: 'the terminal of the station; also what `baton` alone opens',
  build: (parser) =>
    withSimulation(withStation(parser))
      .option('directory', {
        type: 'string',
        describe: 'where run directories go (default: runs_directory of station.json)',
      })
      .option('operator', { type: 'string', default: userInfo().username, describe: 'who works here' })
      .example('$0', 'the station in ./config')
      .example('$0 --station simulated', 'everything without hardware'),
  async run(args) {
    const why = whyNoScreens();
    if (why !== undefined) throw noTerminal(why);
    // The first picture stands before anything else is loaded.
    const { showStation } = await openingScreens();
    await showStation(async () => {
      const { stationAccess } = await import('./screens/stationAccess.ts');
      const { config, station, operator } = args;
      return stationAccess({
        config,
        station,
        directory: args.directory === undefined ? undefined : resolve(args.directory),
        user: userInfo().username,
        operator,
        simulation: args,
        words: ['--config', config, ...(station === undefined ? [] : ['--station', station])],
      });
    });
    return 0;
  },
});

function noTerminal(why: string): BatonError {
  return new BatonError({
    code: 'E9603',
    what: `no screens can be shown here: ${why}.`,
    remedy: 'Use the commands: `baton run`, `baton runs`, `baton attach`; `baton --help` lists them.',
  });
}
