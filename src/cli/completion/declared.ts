import type { Argv } from 'yargs';
import type { Command, CommandEntries } from '../command.ts';

/** What a command takes, as data: all that completing its command line needs. */
export interface Declared {
  summary: string;
  positionals: readonly DeclaredPositional[];
  options: Readonly<Record<string, DeclaredOption>>;
  /** Commands below it, by the word that names each. */
  commands?: Readonly<Record<string, Declared>>;
}

interface DeclaredPositional {
  name: string;
  /** It takes all words that are left. */
  many: boolean;
  choices?: readonly string[];
}

export interface DeclaredOption {
  describe: string;
  takesValue: boolean;
  choices?: readonly string[];
}

/** What all commands take, of themselves and of those below them; loads every one. */
export async function declaredCommands(entries: CommandEntries): Promise<Record<string, Declared>> {
  const declared = await Promise.all(
    Object.entries(entries).map(
      async ([word, entry]) => [word, await declaredBy(await entry.load())] as const,
    ),
  );
  return Object.fromEntries(declared);
}

async function declaredBy(command: Command): Promise<Declared> {
  const said = recorded(command);
  const names = [...command.usage.matchAll(/[<[]([\w-]+)(\.\.)?[>\]]/g)];
  const positionals = names.map(([, name, many]) => {
    const { choices } = said.get(name!) ?? {};
    return { name: name!, many: many !== undefined, ...(choices ? { choices } : {}) };
  });
  const own = new Set(positionals.map(({ name }) => name));
  const options = [...said].filter(([name, { hidden }]) => !own.has(name) && hidden !== true);
  return {
    summary: command.summary,
    // Where there are commands below it, their names stand in the place of the first word.
    positionals: command.subcommands ? [] : positionals,
    options: Object.fromEntries(options.map(([name, option]) => [optionWord(name, option), shown(option)])),
    ...(command.subcommands ? { commands: await declaredCommands(command.subcommands) } : {}),
  };
}

interface Said {
  type?: string;
  describe?: string;
  default?: unknown;
  choices?: readonly string[];
  hidden?: boolean;
}

/** Lets the command declare itself to somebody who only listens: no parser is needed to know what it says. */
function recorded(command: Command): ReadonlyMap<string, Said> {
  const said = new Map<string, Said>();
  const listener: object = new Proxy(
    {},
    {
      get:
        (_, method) =>
        (name: string, details: Said = {}) => {
          if (method === 'option' || method === 'positional') said.set(name, details);
          return listener;
        },
    },
  );
  command.build(listener as Argv);
  return said;
}

/** One that is on unless it is switched off is only ever written to switch it off. */
function optionWord(name: string, { type, default: usual }: Said): string {
  return type === 'boolean' && usual === true ? `--no-${name}` : `--${name}`;
}

function shown({ type, describe = '', choices }: Said): DeclaredOption {
  return { describe, takesValue: type !== 'boolean', ...(choices ? { choices } : {}) };
}
