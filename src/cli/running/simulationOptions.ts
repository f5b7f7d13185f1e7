import type { Argv } from 'yargs';

/** How a simulated station is made. */
export interface SimulationArguments {
  transport: 'tcp' | 'pty';
  timeScale: number;
  seed: number;
  fault: string[];
}

export function withSimulation(parser: Argv): Argv {
  return parser
    .option('transport', {
      choices: ['tcp', 'pty'],
      default: 'tcp',
      describe: 'simulated station: how its instruments are reached',
    })
    .option('time-scale', {
      type: 'number',
      default: 100,
      describe: 'simulated station: seconds that pass in each second',
    })
    .option('seed', {
      type: 'number',
      default: 1,
      describe: 'simulated station: the same seed gives the same module',
    })
    .option('fault', {
      type: 'string',
      array: true,
      nargs: 1,
      default: [] as string[],
      describe:
        'simulated station: something to go wrong, for example early-breakdown:V=-40; may be repeated',
    });
}
