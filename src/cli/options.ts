import { resolve } from 'node:path';
import type { Argv } from 'yargs';
import type { CommonArguments } from './command.ts';
import { usualConfig } from './station/shippedFiles.ts';

/** Where the files of a site are. */
export interface ConfigArguments extends CommonArguments {
  config: string;
}

/** Which station, and which of its modules. */
export interface StationArguments extends ConfigArguments {
  station?: string | undefined;
  module?: string | undefined;
}

export function withConfig<A extends CommonArguments>(parser: Argv<A>): Argv<A & ConfigArguments> {
  return parser.option('config', {
    type: 'string',
    default: usualConfig,
    defaultDescription: './config, else the example that ships with Baton',
    describe: 'folder with the station files, sequences and criteria',
    coerce: (path: string) => resolve(path),
  }) as unknown as Argv<A & ConfigArguments>;
}

export function withStation<A extends CommonArguments>(parser: Argv<A>): Argv<A & StationArguments> {
  return withConfig(parser)
    .option('station', {
      type: 'string',
      describe: '"simulated", the name of a station in config/stations, or a folder with station files',
    })
    .option('module', {
      type: 'string',
      describe: 'index, name or serial number of the module to test',
    }) as unknown as Argv<A & StationArguments>;
}

/** `--set Name=value`, any number of times. */
export function withSubstitutions<A extends CommonArguments>(parser: Argv<A>): Argv<A & { set?: string[] }> {
  return parser.option('set', {
    type: 'string',
    array: true,
    nargs: 1,
    describe: 'Name=value for a substitution of the sequence; may be repeated',
  }) as unknown as Argv<A & { set?: string[] }>;
}
