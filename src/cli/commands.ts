import type { Command } from './command.ts';

interface CommandEntry {
  summary: string;
  load(): Promise<Command>;
}

/** Every command, with the line that `baton --help` shows; its code is loaded only when it runs. */
export const commands: Record<string, CommandEntry> = {};
