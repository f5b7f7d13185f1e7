import type { Argv } from 'yargs';
import type { ExitCode } from '../base/errors.ts';

/** What every command understands. */
export interface CommonArguments {
  /** Print machine-readable output. */
  json: boolean;
}

/**
 * One command, one file. `build` declares its options and examples (and its sub-commands, if it has any); `run` does
 * the work and answers with the exit code. Errors are thrown as `BatonError` and shown by the command line.
 */
export interface Command<A extends CommonArguments = CommonArguments> {
  /** With its positional arguments, as yargs writes them: `plan <sequence>`. */
  usage: string;
  summary: string;
  /** What yargs would make of its options is not asked: `A` says what `run` is given. */
  build(parser: Argv): Argv;
  run(args: A): Promise<ExitCode>;
  /** Commands below this one, by the word that names each. `run` is called when none is named. */
  subcommands?: CommandEntries;
}

/** A command that is known by its line in the help and loaded only when it runs. */
interface CommandEntry {
  summary: string;
  load(): Promise<Command>;
}

export type CommandEntries = Readonly<Record<string, CommandEntry>>;

/** A command file, loaded only when its command runs. */
export function lazily(summary: string, load: () => Promise<{ default: Command }>): CommandEntry {
  return { summary, load: async () => (await load()).default };
}

/** Lets a command file state its argument type once and be kept in a list of commands. */
export function command<A extends CommonArguments>(definition: Command<A>): Command {
  return definition as unknown as Command;
}
