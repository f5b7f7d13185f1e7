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
  plan: lazily('print everything that a sequence will do; touches nothing', () => import('./plan.ts')),
  sequences: lazily('list the named sequences', () => import('./sequences.ts')),
  instruments: lazily('identify, read or switch off the instruments', () => import('./instruments.ts')),
  safe: lazily('make the station safe: HV to zero and off, LV off, verified', () => import('./safe.ts')),
  calibrations: lazily('list the calibrations and what they need', () => import('./calibrations.ts')),
};
