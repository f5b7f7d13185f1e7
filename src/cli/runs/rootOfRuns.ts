import type { Argv } from 'yargs';
import { type ConfigArguments, withConfig } from '../options.ts';
import { stationOf } from '../station/stationFiles.ts';

/** Where runs are looked for. */
export interface RunsArguments extends ConfigArguments {
  directory?: string;
}

export function withRuns(parser: Argv): Argv {
  return withConfig(parser).option('directory', {
    type: 'string',
    describe: 'where the run directories are (default: runs_directory of station.json)',
  });
}

export async function rootOfRuns({ config, directory }: RunsArguments): Promise<string> {
  return directory ?? (await stationOf({ config })).station.runsDirectory;
}
