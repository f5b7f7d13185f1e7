import { setImmediate } from 'node:timers/promises';
import yargs, { type Argv } from 'yargs';
import { BatonError, type ExitCode, formatProblem } from '../base/errors.ts';
import { nearest } from '../base/nearest.ts';
import { batonVersion } from '../base/programs.ts';
import type { Command, CommandEntries } from './command.ts';
import { commands } from './commands.ts';
import { asBatonError } from './printing/asBatonError.ts';
import { canShowScreens, whyNoScreens } from './screens/openingScreens.ts';
import { isShipped } from './station/shippedFiles.ts';

/** Parses the arguments, loads the one command that they name, runs it, and answers with the exit code. */
export async function main(given: readonly string[]): Promise<ExitCode> {
  const lost = outliveReaders();
  const argv = opensTerminal(given) ? ['terminal', ...given] : given;
  let exitCode: ExitCode = 0;
  const parser = yargs([...argv])
    .scriptName('baton')
    .usage('$0 <command>\n\nDirects dirigent: calibrates silicon pixel modules, safely powered.')
    .option('json', {
      type: 'boolean',
      default: false,
      global: true,
      describe: 'print machine-readable output',
    })
    .version(batonVersion())
    .help()
    .alias('h', 'help')
    .strict()
    .demandCommand(1, nameACommand())
    .recommendCommands()
    .wrap(Math.min(110, process.stdout.columns ?? 100))
    .exitProcess(false)
    .fail((message, error) => {
      throw error ?? usageError(message);
    });

  withoutHelpBeforehand(parser);
  parser.middleware((args) => eachOnce(args, argv, parser), true);

  await addCommands(parser, commands, argv, (code) => {
    exitCode = code;
  });

  const unknown = unknownCommand(argv);
  if (unknown) return report(unknown, argv.includes('--json'));
  try {
    await parser.parseAsync();
    // A file that takes no more says so only then.
    await setImmediate();
    return lost.why === undefined ? exitCode : worseThanDone(exitCode, lost.why);
  } catch (error) {
    return report(error, argv.includes('--json'));
  }
}

/**
 * `baton run … | head` and a terminal that is gone: whoever read has left, and the work goes on. A runner that died of it
 * would leave its module to the guardian; what it had to say stands in the journal. Answers with why output was lost that
 * somebody still waits for: the disk under a log is full, say.
 */
function outliveReaders(): { why?: string } {
  const lost: { why?: string } = {};
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE' && error.code !== 'EIO') lost.why ??= error.message;
    });
  }
  return lost;
}

/** What was to be told was not, or not whole. */
function worseThanDone(exitCode: ExitCode, why: string): ExitCode {
  const problem = {
    code: 'E1006',
    what: `what was to be printed could not be written: ${why}.`,
    remedy: 'Make room where it goes to. What a run did stands in its run directory all the same.',
  };
  process.stderr.write(`${formatProblem(problem)}\n`);
  return exitCode === 0 ? 3 : exitCode;
}

/** Options alone, or nothing at all, on a terminal: its screens. Elsewhere a command is asked for. */
function opensTerminal(argv: readonly string[]): boolean {
  const [first = '--'] = argv;
  const asksForHelp = argv.some((word) => ['--help', '-h', '--version', '--json'].includes(word));
  return (
    first.startsWith('-') &&
    !asksForHelp &&
    !argv.some((word) => Object.hasOwn(commands, word)) &&
    canShowScreens()
  );
}

function nameACommand(): string {
  const why = whyNoScreens();
  return why === undefined ? 'Name a command.' : `Name a command: ${why}, so no screens are opened.`;
}

/** Declares every command by its line, and the one that the words name whole, with those below it. */
async function addCommands(
  parser: Argv,
  entries: CommandEntries,
  words: readonly string[],
  done: (code: ExitCode) => void,
): Promise<void> {
  const position = words.findIndex((word) => Object.hasOwn(entries, word));
  for (const [word, entry] of Object.entries(entries)) {
    if (word !== words[position]) {
      parser.command(word, entry.summary);
      continue;
    }
    const loaded = await entry.load();
    parser.command(
      loaded.usage,
      loaded.summary,
      async (inner) => {
        const built = loaded.build(inner);
        if (loaded.subcommands) await addCommands(built, loaded.subcommands, words.slice(position + 1), done);
        return built;
      },
      async (args) => {
        tellWhichFiles(args, words);
        done(await loaded.run(args as unknown as Parameters<Command['run']>[0]));
      },
    );
  }
}

/** yargs writes the help of every command that it runs, for a `showHelp()` in it: none calls that, and each would wait 40 ms. */
function withoutHelpBeforehand(parser: Argv): void {
  const { getInternalMethods } = parser as unknown as { getInternalMethods(): InternalMethods };
  getInternalMethods.call(parser).getUsageInstance().cacheHelpMessage = () => undefined;
}

interface InternalMethods {
  getUsageInstance(): { cacheHelpMessage: () => void };
}

/** yargs makes a list of what is given twice, and NaN of a number that is none: no command could say what is wrong. */
function eachOnce(args: Record<string, unknown>, words: readonly string[], parser: Argv): void {
  const { array, number } = (parser as unknown as { getOptions(): ParserOptions }).getOptions();
  for (const [name, value] of Object.entries(args)) {
    const isNumber = number.includes(name);
    if (isNumber && [value].flat().some(Number.isNaN)) throw usageError(`"${name}" is no number.`);
    const given = words.filter((word) => word === `--${name}` || word.startsWith(`--${name}=`)).length;
    if (Array.isArray(value) && given > 1 && !array.includes(name))
      throw usageError(`--${name} is given ${given} times, and only one would count.`);
  }
}

interface ParserOptions {
  /** Names and aliases of those that take several values. */
  array: readonly string[];
  number: readonly string[];
}

/** Nobody named the station files, and they are not one's own: that should be no surprise later. */
function tellWhichFiles(args: Record<string, unknown>, words: readonly string[]): void {
  const { config, announce } = args;
  // A detached runner has been told by who started it.
  if (typeof config !== 'string' || !isShipped(config) || announce === true) return;
  if (words.some((word) => word === '--config' || word.startsWith('--config='))) return;
  process.stderr.write(`No ./config here: taking the example that ships with Baton, ${config}\n`);
}

/** Words were given, and none of them is a command: yargs would only say what it guesses, not what it did not find. */
function unknownCommand(argv: readonly string[]): BatonError | undefined {
  const words = argv.filter((word) => !word.startsWith('-'));
  const [first] = words;
  // Behind an option that stands first it may be the option's value.
  if (first === undefined || argv[0] !== first || words.some((word) => Object.hasOwn(commands, word)))
    return undefined;
  const meant = nearest(first, Object.keys(commands));
  return new BatonError({
    code: 'E1001',
    what: `There is no command "${first}".${meant === undefined ? '' : ` Did you mean "${meant}"?`}`,
    remedy: '`baton --help` lists them.',
  });
}

function usageError(message: string): BatonError {
  return new BatonError({
    code: 'E1001',
    what: message
      .replace(/\s*\n\s*/g, ' ')
      .replace(
        /^Not enough non-option arguments: got (\d+), need at least (\d+)$/,
        'A word is missing behind the command: it needs $2, and $1 stand there.',
      ),
    remedy: 'See `baton --help`, or `baton COMMAND --help`.',
  });
}

/** Shows an error where a person, or with `--json` a program, looks for it. */
function report(error: unknown, json: boolean): ExitCode {
  const known = asBatonError(error);
  if (json) process.stdout.write(`${JSON.stringify({ problems: known.problems })}\n`);
  for (const problem of known.problems) process.stderr.write(`${formatProblem(problem)}\n`);
  return known.exitCode;
}
