import type { Command } from './command.ts';

interface CommandEntry {
  summary: string;
  load(): Promise<Command>;
}

/** A command file, loaded only when its command runs. */
function lazily(summary: string, load: () => Promise<{ default: Command }>): CommandEntry {
  return { summary, load: async () => (await load()).default };
}

/** Every command, with the line that `baton --help` shows. */
export const commands: Record<string, CommandEntry> = {
  run: lazily('run a named sequence on a station', () => import('./run.ts')),
  plan: lazily('print everything that a sequence will do; touches nothing', () => import('./plan.ts')),
  check: lazily('check station files, sequences, criteria and dirigent', () => import('./check.ts')),
  runs: lazily('list the runs, or show one of them', () => import('./runs.ts')),
  sequences: lazily('list the named sequences', () => import('./sequences.ts')),
  instruments: lazily('identify, read or switch off the instruments', () => import('./instruments.ts')),
  interlocks: lazily('list the interlocks, or show that each of them acts', () => import('./interlocks.ts')),
  safe: lazily('make the station safe: HV to zero and off, LV off, verified', () => import('./safe.ts')),
  traveller: lazily(
    'print a page whose code starts one sequence with given values',
    () => import('./traveller.ts'),
  ),
  calibrations: lazily('list the calibrations and what they need', () => import('./calibrations.ts')),
  simulate: lazily('start a simulated station to talk to by hand', () => import('./simulate.ts')),
  wirebond: lazily(
    'read wirebond-pull files, judge them, and queue them for upload',
    () => import('./wirebond.ts'),
  ),
};
