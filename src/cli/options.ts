import { resolve } from 'node:path';
import type { Argv } from 'yargs';
import type { CommonArguments } from './command.ts';
import { usualConfig } from './station/shippedFiles.ts';

/** Where the files of a site are. */
export interface ConfigArguments extends CommonArguments {
  config: string;
}

/** Which station. */
export interface StationArguments extends ConfigArguments {
  station?: string | undefined;
}

/** Which of its modules. */
export interface ModuleArguments extends StationArguments {
  module?: string | undefined;
}

export function withConfig(parser: Argv): Argv {
  return parser.option('config', {
    type: 'string',
    default: usualConfig,
    defaultDescription: './config, else the example that ships with Baton',
    describe: 'folder with the station files, sequences and criteria',
    coerce: (path: string) => resolve(path),
  });
}

export function withStation(parser: Argv): Argv {
  return withConfig(parser).option('station', {
    type: 'string',
    describe: '"simulated", the name of a station in config/stations, or a folder with station files',
  });
}

export function withModule(parser: Argv): Argv {
  return withStation(parser).option('module', {
    type: 'string',
    describe: 'index, name or serial number of the module to test',
  });
}

/** `--set Name=value`, any number of times. */
export function withSubstitutions(parser: Argv): Argv {
  return parser.option('set', {
    type: 'string',
    array: true,
    nargs: 1,
    describe: 'Name=value for a substitution of the sequence; may be repeated',
  });
}
