import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { writeFileAtomically } from '../../base/atomicFile.ts';
import { BatonError, type Problem } from '../../base/errors.ts';
import { catalogue } from '../../calibrations/catalogue.ts';
import type { OptionNames } from '../../calibrations/category.ts';
import { type DirigentConfig, readDirigentConfig } from '../../station/dirigentConfig.ts';
import type { DirigentSetup } from '../../station/station.ts';
import { type ClickHelp, type ClickOption, parseClickHelp } from './clickHelp.ts';
import { type Followed, followHelp, longName } from './followHelp.ts';
import { dirigentOptions } from './options.ts';
import { resolveProgram } from './program.ts';

/** What the installed dirigent accepts, as its own help tells it: the command line follows it. */
export class DirigentKnowledge {
  readonly warnings: readonly Problem[];
  /** As its `--version` says, if it has one. */
  readonly version: string | undefined;
  readonly #group: ClickHelp;
  readonly #calibrations: ReadonlyMap<string, ClickHelp>;
  readonly #configured: DirigentConfig['calibrations'];

  constructor(
    group: string,
    calibrations: Readonly<Record<string, string>>,
    {
      version,
      configured = {},
    }: { version?: string | undefined; configured?: DirigentConfig['calibrations'] } = {},
  ) {
    this.version = version;
    this.#configured = configured;
    this.#group = parseClickHelp(group);
    this.#calibrations = new Map(
      Object.entries(calibrations).map(([name, text]) => [name, parseClickHelp(text)]),
    );
    this.warnings = this.#differences();
  }

  /** Whether it offers this calibration. A help without a list of commands offers whatever it is asked for. */
  knows(calibration: string): boolean {
    return this.#group.commands.length === 0 || this.#group.commands.includes(calibration);
  }

  /** The words as it takes them, and what it would refuse. */
  follow(calibration: string, words: readonly string[]): Followed {
    return followHelp(calibration, this.#page(calibration), words);
  }

  /**
   * What an option that Baton adds is called here: by its long name where there is one, for letters have changed their
   * meaning. Undefined: it is not there. A help that tells nothing is not contradicted.
   */
  spelling(calibration: string, [letter, ...long]: OptionNames): string | undefined {
    const { options } = this.#page(calibration);
    if (options.length === 0) return letter;
    const named = long.find((name) => find(options, name));
    if (named !== undefined) return named;
    const option = find(options, letter);
    const isAnother = option?.names.some((name) => name.startsWith('--')) && long.length > 0;
    return option && !isAnother ? letter : undefined;
  }

  /** The option of a calibration that takes its tuning list: behind its letter, or one that its help tells without doubt. */
  tuningOption(calibration: string, letter?: string): string | undefined {
    const { options, tellsValues } = this.#page(calibration);
    const takesValue = ({ metavar }: ClickOption) => metavar !== undefined || !tellsValues;
    const known = letter === undefined ? undefined : find(options, letter);
    if (known && takesValue(known)) return longName(known);
    if (letter !== undefined && options.length === 0) return letter;
    const candidates = options.filter(
      (option) =>
        takesValue(option) && /tuning|sequence|test.list/i.test(`${option.names.join(' ')} ${option.text}`),
    );
    return candidates.length === 1 ? longName(candidates[0]!) : undefined;
  }

  option(calibration: string, name: string): ClickOption | undefined {
    return find(this.#page(calibration).options, name);
  }

  /** What dirigent.toml gives a calibration, as words of its command line. */
  configured(calibration: string): string[] {
    return Object.entries(this.#configured[calibration] ?? {}).flatMap(([key, value]) =>
      ['string', 'number', 'boolean'].includes(typeof value)
        ? [`--${key.replaceAll('_', '-')}`, String(value)]
        : [],
    );
  }

  /** Of those that stand before the calibration. */
  offersFlag(flag: string): boolean {
    return this.#group.options.length === 0 || find(this.#group.options, flag) !== undefined;
  }

  missingFlags(flags: readonly string[]): Problem[] {
    return flags
      .filter((flag) => !this.offersFlag(flag))
      .map((flag) =>
        difference(`dirigent's help does not list ${flag}, which station.json wants sent: it is left out.`),
      );
  }

  #page(calibration: string): ClickHelp {
    return this.#calibrations.get(calibration) ?? nothingTold;
  }

  #differences(): Problem[] {
    const pages = [['--help', this.#group], ...this.#calibrations] as const;
    const silent = pages
      .filter(([, { options }]) => options.length === 0)
      .map(([name]) =>
        difference(
          `dirigent's help${name === '--help' ? '' : ` for ${name}`} lists no option that could be read, so what it takes is not known.`,
        ),
      );
    const missing = Object.values(dirigentOptions).filter(
      (name) => this.#group.options.length > 0 && !find(this.#group.options, name),
    );
    const global = missing.map((name) =>
      difference(`dirigent's help does not list ${name}, which every step is called with.`),
    );
    const flags = [...this.#calibrations].flatMap(([name]) => [
      ...(catalogue.get(name)?.calibration.flags ?? [])
        .filter((names) => this.spelling(name, names) === undefined)
        .map((names) => leftOut(name, names)),
      ...this.#tuningDifference(name),
    ]);
    return [...silent, ...global, ...flags];
  }

  #tuningDifference(name: string): Problem[] {
    const { tuning } = catalogue.get(name)?.calibration ?? {};
    if (tuning === undefined || tuning === 'from help' || this.option(name, tuning)) return [];
    if (this.#page(name).options.length === 0) return [];
    const instead = this.tuningOption(name, tuning);
    const now = instead === undefined ? 'it cannot be run' : `${instead} is sent`;
    return [
      difference(`dirigent's help for ${name} does not list ${tuning}, which takes its tuning list: ${now}.`),
    ];
  }
}

const nothingTold: ClickHelp = { options: [], commands: [], takesOperands: true, tellsValues: false };

function leftOut(name: string, names: OptionNames): Problem {
  return difference(
    `dirigent's help for ${name} does not list ${names.join(' or ')}, which Baton adds: it is left out.`,
  );
}

/**
 * Asks the installed dirigent for its help, once a version: what it said is kept beside the user's other caches under its
 * version and a fingerprint of the program. One that tells no version is asked for its first page each time.
 *
 * @throws E4021 the program is not there. E4022 it does not answer `--help`.
 */
export async function askDirigent(
  setup: DirigentSetup,
  calibrations: Iterable<string>,
): Promise<DirigentKnowledge> {
  const cache = await HelpCache.open(setup);
  const group = await cache.help([]);
  const { commands } = parseClickHelp(group);
  const known = [...new Set(calibrations)].filter(
    (name) => catalogue.has(name) && (commands.length === 0 || commands.includes(name)),
  );
  const texts = await Promise.all(known.map(async (name) => [name, await cache.help([name])] as const));
  await cache.save();
  const configured = setup.config === undefined ? {} : (await readDirigentConfig(setup.config)).calibrations;
  return new DirigentKnowledge(group, Object.fromEntries(texts), { version: cache.version, configured });
}

class HelpCache {
  readonly version: string | undefined;
  readonly #program: readonly string[];
  readonly #path: string;
  readonly #texts: Record<string, string>;
  #grown = false;

  private constructor(
    program: readonly string[],
    path: string,
    texts: Record<string, string>,
    version: string | undefined,
  ) {
    this.#program = program;
    this.#path = path;
    this.#texts = texts;
    this.version = version;
  }

  static async open(setup: DirigentSetup): Promise<HelpCache> {
    const program = await resolveProgram(setup);
    const fingerprint = createHash('sha256');
    for (const word of program) {
      const file = await stat(word).catch(() => undefined);
      fingerprint.update(`${word}\0${file?.mtimeMs}\0${file?.size}\0`);
    }
    const { exitCode, stdout } = await ask(program, ['--version']);
    const version = exitCode === 0 ? firstLine(stdout) || undefined : undefined;
    // A script whose package was updated below it is the same file as before.
    const firstPage = version === undefined ? await helpOf(program, []) : undefined;
    fingerprint.update(version ?? firstPage!);
    const caches = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
    const path = join(caches, 'baton', `dirigent-help-${fingerprint.digest('hex').slice(0, 16)}.json`);
    const texts = await readTexts(path);
    return new HelpCache(
      program,
      path,
      { ...texts, ...(firstPage === undefined ? {} : { '': firstPage }) },
      version,
    );
  }

  async help(words: readonly string[]): Promise<string> {
    const key = words.join(' ');
    const kept = this.#texts[key];
    if (kept !== undefined) return kept;
    const text = await helpOf(this.#program, words);
    this.#texts[key] = text;
    this.#grown = true;
    return text;
  }

  async save(): Promise<void> {
    if (!this.#grown) return;
    // A cache that cannot be written costs a second at the next run, and nothing else.
    await writeFileAtomically(this.#path, JSON.stringify(this.#texts)).catch(() => undefined);
  }
}

async function helpOf(program: readonly string[], words: readonly string[]): Promise<string> {
  const { exitCode, timedOut, stdout, stderr } = await ask(program, [...words, '--help']);
  if (exitCode === 0) return stdout;
  throw noHelp(words, timedOut ? 'within a minute.' : `(${lastLine(stderr) || `exit code ${exitCode}`}).`);
}

async function ask(program: readonly string[], words: readonly string[]) {
  const [file, ...args] = [...program, ...words];
  const { exitCode, timedOut, stdout, stderr } = await execa(file!, args, {
    reject: false,
    stdin: 'ignore',
    timeout: 60_000,
    maxBuffer: 1 << 20,
  });
  return { exitCode, timedOut, stdout: String(stdout ?? ''), stderr: String(stderr ?? '') };
}

async function readTexts(path: string): Promise<Record<string, string>> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Record<string, string>;
  } catch {
    return {};
  }
}

function noHelp(words: readonly string[], how: string): BatonError {
  return new BatonError({
    code: 'E4022',
    what: `dirigent did not answer \`${[...words, '--help'].join(' ')}\` ${how}`,
    remedy:
      'Try the same by hand: "dirigent.command" in station.json says how it is called, "dirigent.environment" what is sourced before.',
  });
}

function difference(what: string): Problem {
  const remedy =
    'It may be newer or older than Baton expects: try the calibration by hand before you trust a module to it.';
  return { code: 'E4023', severity: 'warning', what, remedy };
}

function find(options: readonly ClickOption[], word: string): ClickOption | undefined {
  const name = word.split('=', 1)[0]!;
  return options.find(({ names }) => names.includes(name));
}

function firstLine(text: string): string {
  return text.trim().split('\n')[0]!.trim();
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
