import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from 'smol-toml';
import { BatonError, formatProblem } from '../base/errors.ts';
import { batonVersion } from '../base/programs.ts';
import { Pace } from '../base/time.ts';
import { strictestLimits } from '../instruments/open.ts';
import type { Role } from '../station/station.ts';
import { type Calibration, type CalibrationContext, type InstrumentOpener, Stopped } from './calibration.ts';
import { renderHelp, renderUsageError } from './clickHelp.ts';
import {
  ClickUsageError,
  checkOptionValue,
  type LooseValues,
  type OptionTable,
  parseOptions,
} from './clickOptions.ts';
import { globalOptions } from './globalOptions.ts';
import { readHanded } from './handed.ts';
import { type Log, startLog } from './log.ts';
import { listenForStop, type StopRequest } from './stopSignals.ts';

/** A program with dirigent's command line. */
export interface Program {
  /** As its help calls it. */
  name: string;
  about: string;
  calibrations: readonly Calibration[];
  open: InstrumentOpener;
  /** Wraps a calibration before it runs; the simulated dirigent lets it misbehave. */
  wrap?: (calibration: Calibration, stop: StopRequest) => Calibration;
}

/** Carries out one command line and answers with the exit code: 0 done, 1 or 3 failed, 2 refused, 5 not verified as off. */
export async function runProgram(
  program: Program,
  argv: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<number> {
  // Whoever reads our output may die before us; the way down must not end with it.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  const usage = { text: `${program.name} [OPTIONS] COMMAND [ARGS]...`, command: program.name };
  try {
    const { given, rest, help } = parseOptions(globalOptions, argv, false);
    if (given.version) return print(`${program.name}, version ${batonVersion()}\n`);
    const [word, ...words] = rest;
    if (help || word === undefined) return print(programHelp(program, usage.text), help ? 0 : 2);
    const calibration = program.calibrations.find(({ name }) => name === word);
    if (!calibration) throw new ClickUsageError(`No such command '${word}'.`);
    usage.command = `${program.name} ${calibration.name}`;
    usage.text = `${usage.command} [OPTIONS]`;
    return await runCalibration(program, calibration, given, words, usage.text, env);
  } catch (error) {
    if (!(error instanceof ClickUsageError)) throw error;
    process.stderr.write(renderUsageError(usage.text, usage.command, error.message));
    return 2;
  }
}

async function runCalibration(
  program: Program,
  calibration: Calibration,
  globalGiven: LooseValues,
  words: readonly string[],
  usage: string,
  env: NodeJS.ProcessEnv,
): Promise<number> {
  const { options, about } = calibration;
  const { given, rest, help } = parseOptions(options, words, true);
  if (help) return print(renderHelp({ usage, about, options }));
  if (rest.length > 0) throw new ClickUsageError(`Got unexpected extra argument (${rest.join(' ')})`);
  const config = readConfig(globalGiven.config);
  const global = withDefaults(globalOptions, globalGiven, config, 'dirigent.toml');
  const own = config[calibration.name];
  const section = typeof own === 'object' && own !== null ? (own as Record<string, unknown>) : {};
  const values = withDefaults(options, given, section, `[${calibration.name}] of dirigent.toml`);

  const log = startLog(calibration.name, (line) => process.stdout.write(line), {
    debug: Number(global.verbosity) > 1,
  });
  const stop = listenForStop();
  try {
    const context: CalibrationContext = {
      directory: resolve(String(global.directory)),
      handed: readHanded(text(global.instruments_dict), text(global.channels_dict)),
      log,
      pace: new Pace(positive(env, 'BATON_TIME_SCALE', 1)),
      stop: stop.signal,
      // Who does not say which sensor it is gets the limit of the weakest (rule 6).
      biasLimit: -positive(env, 'BATON_BIAS_LIMIT', -strictestLimits.limit),
      open: program.open,
      global,
    };
    requireRoles(context, calibration.roles);
    await (program.wrap?.(calibration, stop) ?? calibration).run(context, values as never);
    log.info('Done.');
    return 0;
  } catch (error) {
    return failed(log, error, stop);
  } finally {
    stop.release();
  }
}

function failed(log: Log, error: unknown, stop: StopRequest): number {
  if (error instanceof Stopped) {
    log.warning('Stopped on request; the instruments were left safe.');
    return stop.exitCode();
  }
  if (error instanceof BatonError) {
    for (const problem of error.problems) log.error(formatProblem(problem));
    return error.exitCode;
  }
  log.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return 1;
}

function programHelp({ about, calibrations }: Program, usage: string): string {
  const commands = calibrations
    .map(({ name, summary }) => ({ name, summary }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  return renderHelp({ usage, about, options: globalOptions, commands });
}

/** dirigent.toml: its keys are the options' names, those of one calibration in a block of its name. */
function readConfig(path: unknown): Record<string, unknown> {
  if (typeof path !== 'string') return {};
  try {
    return parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new ClickUsageError(`Invalid value for '-C' / '--config': ${path}: ${(error as Error).message}`);
  }
}

/** The command line wins over the file, the file over the default. Keys that are no option of ours are left alone. */
function withDefaults(
  table: OptionTable,
  given: LooseValues,
  config: Record<string, unknown>,
  place: string,
): LooseValues {
  const values: LooseValues = {};
  for (const [key, spec] of Object.entries(table)) {
    const fromFile =
      config[key] === undefined ? undefined : checkOptionValue(spec, config[key], `'${key}' in ${place}`);
    const value = given[key] ?? fromFile ?? spec.default;
    if (value !== undefined) values[key] = value;
  }
  return values;
}

function requireRoles({ handed }: CalibrationContext, roles: readonly Role[]): void {
  const problems = handed.modules.flatMap(({ index, channels }) =>
    roles
      .filter((role) => !channels[role])
      .map((role) => ({
        code: 'E9104',
        what: `Module ${index} was handed over without its ${role}.`,
        remedy: `Add its ${role} to the channels dict and the instrument to the instruments dict.`,
      })),
  );
  if (roles.length > 0 && handed.modules.length === 0)
    problems.push({
      code: 'E9104',
      what: 'No module was handed over.',
      remedy: 'Give --channels-dict with at least one module, and --instruments-dict.',
    });
  if (problems.length > 0) throw new BatonError(problems);
}

function positive(env: NodeJS.ProcessEnv, name: string, fallback: number): number {
  const given = env[name];
  if (given === undefined || given === '') return fallback;
  const value = Math.abs(Number(given));
  if (value > 0 && Number.isFinite(value)) return value;
  throw new BatonError({
    code: 'E9110',
    what: `${name} is "${given}".`,
    remedy: 'Give a number other than 0, or unset it.',
  });
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function print(page: string, exitCode = 0): number {
  process.stdout.write(page);
  return exitCode;
}
