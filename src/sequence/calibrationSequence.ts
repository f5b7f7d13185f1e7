import { basename, join } from 'node:path';
import { BatonError, type Problem } from '../base/errors.ts';
import type { Identify } from '../calibrations/action.ts';
import { type CatalogueEntry, calibrationsOf, catalogue } from '../calibrations/catalogue.ts';
import type { SensorLimit } from '../calibrations/category.ts';
import { type CalibrationCommand, parseCommand } from '../calibrations/command.ts';
import { InvalidCalibration, MissingInstrument } from '../calibrations/errors.ts';
import { plainName } from '../journal/runDirectory.ts';
import { resolveChannel } from '../station/channelAddress.ts';
import { handOver as handOverDicts } from '../station/handOver.ts';
import { groupMaxVoltage } from '../station/poweringGroup.ts';
import type { PoweringGroup, Role, Station } from '../station/station.ts';
import { calibrationArguments } from './calibrationArguments.ts';
import type { DirigentKnowledge } from './dirigentHelp.ts';
import { freshFolder, type Resumption } from './kept.ts';
import { layOut, type Plan } from './plan.ts';
import { checkPlan } from './planChecker.ts';
import {
  type CalibrationStep,
  type ChecksElement,
  type ChecksStep,
  checksCategory,
  type SequenceElement,
  type Step,
} from './step.ts';
import { stepLimits } from './stepLimits.ts';

/** Where a sequence is to run. */
export interface CalibrationContext {
  station: Station;
  /** The modules that are tested: those that share an HV channel. */
  group: PoweringGroup;
  /** Absolute path of the run directory. Not given: the plan is only shown, or the run makes its own. */
  runDirectory?: string;
  /** What the installed dirigent says it accepts; not given: what the catalogue expects. */
  dirigent?: DirigentKnowledge;
  /** The run goes on after an interruption. */
  resumed?: Resumption & { identify?: boolean };
}

/** What belongs to single calibrations of the list. */
export interface CalibrationSequenceOptions {
  /** One entry a tuning calibration, in their order: a name, or a dictionary (sent as JSON text). */
  tuningStepArgs?: readonly (string | object)[];
  /** Roles that are absolutely required, one set a calibration, in their order, besides those of the catalogue. */
  requiredInstruments?: readonly (Iterable<string> | undefined)[];
}

/**
 * A named list of calibrations, each run in a subprocess, with the least that it needs of the instruments. Its plan is
 * everything that will be done, as data; making it touches nothing. Constructor and constants are those of dirigent's
 * class of the same name [dirigent.docs.cern.ch, calibration_sequence].
 */
export class CalibrationSequence {
  /** What runs the calibrations; how it is called stands in station.json. */
  static readonly SOFTWARE = 'dirigent';
  /** The option that takes the instruments, as JSON text. */
  static readonly INSTRUMENTS = '--instruments-dict';
  /** The option that takes the channels, as JSON text: those of the roles that the calibration is handed, and no other. */
  static readonly CHANNELS = '--channels-dict';
  /** The option that takes the folder for what is measured. */
  static readonly DIRECTORY = '--directory';
  /** What stands before the tuning list of calibrate_module. */
  static readonly CALIBRATEMODULE_FLAG = '-t';
  /** What stands before the tuning list of custom_sequence. */
  static readonly CUSTOMSEQUENCE_FLAG = '-s';
  /** Options of dirigent that take no argument; sent only where station.json asks for them. */
  static readonly FLAGS = ['-p', '-l', '-m', '--no-monitoring'] as const;
  /** Options of dirigent that take one. */
  static readonly OPTIONS = ['--instruments-dict', '--channels-dict', '--directory'] as const;
  /** Added to every iv_curve: it writes its breakdowns.json. */
  static readonly IVCURVE_FLAGS = (catalogue.get('iv_curve')?.calibration.flags ?? []).map(
    ([letter]) => letter,
  );
  /** What stands before the tuning list, by calibration. */
  static readonly TUNING_FLAGS = { calibrate_module: '-t', custom_sequence: '-s' } as const;
  /** Calibrations that leave the power as it is, with HV off. */
  static readonly GENERAL = calibrationsOf('general');
  /** Calibrations that are handed LV and HV and find the breakdown. */
  static readonly IVCURVE = calibrationsOf('ivcurve');
  /** Calibrations that are handed LV, with HV off. */
  static readonly SLDO = calibrationsOf('sldo');
  /** Calibrations with a tuning list, run under bias. */
  static readonly TUNING = calibrationsOf('tuning');
  /** Calibrations that look for open bumps, run under bias. */
  static readonly OPENBUMPS = calibrationsOf('openbumps');

  /** As the database shows it. */
  readonly title: string;
  /** The list as it was given, with its tuning lists and required roles dealt out. */
  readonly elements: readonly (SequenceElement | ChecksElement)[];
  /** One an element, with its command line. */
  readonly steps: readonly Step[];
  /** What stops nothing, and should be shown: differences from the installed dirigent. */
  readonly warnings: readonly Problem[];
  readonly #context: CalibrationContext;

  /**
   * @param calibrations names, each with arguments of its own if it has any (`iv_curve -f -80`), or elements
   * @param title as the database shows it
   * @throws BatonError with every problem at once; `InvalidCalibration`, `MissingInstrument` or `MissingTuning` when it
   * is one alone.
   */
  constructor(
    context: CalibrationContext,
    calibrations: readonly (string | SequenceElement | ChecksElement)[],
    title: string,
    options: CalibrationSequenceOptions = {},
  ) {
    this.title = title;
    this.#context = context;
    this.elements = withOptions(calibrations, options);
    const { steps, problems, warnings } = resolveSteps(context, this.elements);
    throwAll(problems);
    this.steps = steps;
    this.warnings = warnings;
  }

  get station(): Station {
    return this.#context.station;
  }

  get group(): PoweringGroup {
    return this.#context.group;
  }

  /**
   * The plan of all steps, or of those from `fromStep` on, beginning and ending with everything off.
   *
   * @throws E4201 the plan breaks a safety rule: a fault of Baton, caught before the first volt.
   */
  plan(fromStep = 1): Plan {
    const { station, group, resumed } = this.#context;
    const plan = layOut({
      title: this.title,
      steps: this.steps,
      from: fromStep,
      station,
      group,
      ...(resumed ? { resumed: { kept: resumed.kept, ...this.#identify() } } : {}),
    });
    const violations = checkPlan(plan.actions, { station, group });
    if (violations.length > 0) {
      throw new BatonError(
        violations.map((what) => ({
          code: 'E4201',
          what: `the plan would break a safety rule: ${what}.`,
          remedy: 'Nothing was touched. This is a fault of Baton: please report it with the sequence.',
        })),
      );
    }
    return plan;
  }

  /** What of an interrupted run stands; absent: this is a new one. */
  get resumed(): Resumption | undefined {
    return this.#context.resumed;
  }

  #identify(): { identify?: Omit<Identify, 'ahead'> } {
    return this.#context.resumed?.identify
      ? { identify: identifyAction(this.#context, this.#context.resumed) }
      : {};
  }
}

/** `get_module_info` that overwrites nothing, in a folder of its own. */
function identifyAction(context: CalibrationContext, { nth }: Resumption): Omit<Identify, 'ahead'> {
  const calibration = 'get_module_info';
  const args = ['-r', '0', '-e', '0'];
  const keeps = context.dirigent?.follow(calibration, args).problems.length === 0;
  const problems: BatonError[] = [];
  const { argv, estimate, timeLimit, folder } = resolveStep(
    {
      station: context.station,
      group: context.group,
      runDirectory: '',
      ...(context.dirigent ? { dirigent: context.dirigent } : {}),
    },
    { command: calibration, args: keeps ? args : [] },
    0,
    sensorLimit(context.station, context.group),
    { steps: [], problems, warnings: [] },
  );
  throwAll(problems);
  const own = `module_confirmed${nth}`;
  const words = argv.map((word) => (word === folder ? inRun(context, own) : word));
  return { do: 'identify', calibration, argv: words, folder: own, estimate, timeLimit };
}

/** Where there is no run directory yet, its place is marked. */
function inRun({ runDirectory = '<run>' }: CalibrationContext, folder: string): string {
  return join(runDirectory, folder);
}

/** Deals the tuning lists out to the tuning calibrations, and the required roles to all, as the options give them. */
function withOptions(
  calibrations: readonly (string | SequenceElement | ChecksElement)[],
  { tuningStepArgs = [], requiredInstruments = [] }: CalibrationSequenceOptions,
): (SequenceElement | ChecksElement)[] {
  const tunings = [...tuningStepArgs];
  return calibrations.map((item, i) => {
    if (typeof item !== 'string' && 'checks' in item) return item;
    const element: SequenceElement = typeof item === 'string' ? { command: item } : { ...item };
    const name = element.command.trim().split(/\s/, 1)[0] ?? '';
    if (element.tuning === undefined && catalogue.get(name)?.calibration.tuning && tunings.length > 0) {
      element.tuning = tunings.shift()!;
    }
    const required = requiredInstruments[i];
    if (required) element.instruments = [...(element.instruments ?? []), ...required];
    return element;
  });
}

/** The weakest sensor of the group decides; one without a type counts as 3D (rule 6). */
function sensorLimit(station: Station, group: PoweringGroup): SensorLimit {
  const maxVoltage = groupMaxVoltage(station, group);
  const types = group.modules.map((module) => module.sensorType ?? '3D');
  const hv = group.hv && resolveChannel(station, group.hv).instrument;
  return {
    maxVoltage,
    stepSize: hv?.defaultStepSize ?? 5,
    sensorType: types.find((type) => station.limits[type].maxVoltage === maxVoltage) ?? '3D',
  };
}

interface Resolved {
  steps: Step[];
  problems: BatonError[];
  warnings: Problem[];
}

function resolveSteps(
  context: CalibrationContext,
  elements: readonly (SequenceElement | ChecksElement)[],
): Resolved {
  const { station, dirigent } = context;
  const warnings = [...(dirigent?.warnings ?? []), ...(dirigent?.missingFlags(station.dirigent.flags) ?? [])];
  const resolved: Resolved = { steps: [], problems: [], warnings };
  if (elements.length === 0) {
    const what = 'the sequence has no calibration.';
    resolved.problems.push(
      new BatonError({
        code: 'E4002',
        what,
        remedy: 'Add at least one, or enable one that is switched off.',
      }),
    );
  }
  const limit = sensorLimit(context.station, context.group);
  elements.forEach((element, i) => {
    try {
      resolved.steps.push(
        'checks' in element
          ? checksStep(context, element, i + 1)
          : resolveStep(context, element, i + 1, limit, resolved),
      );
    } catch (error) {
      if (!(error instanceof BatonError)) throw error;
      resolved.problems.push(error);
    }
  });
  return resolved;
}

function resolveStep(
  context: CalibrationContext,
  element: SequenceElement,
  number: number,
  limit: SensorLimit,
  { problems }: Resolved,
): CalibrationStep {
  const parsed = parseCommand(element.command);
  const command = { ...parsed, args: [...parsed.args, ...(element.args ?? [])] };
  const entry = entryOf(command, element, context);
  const { calibration } = entry;
  problems.push(...missingInstruments(entry, element, context));
  const given = calibrationArguments(entry, element, command.args, limit, context.dirigent);
  problems.push(...given.problems);

  const { station, group, dirigent } = context;
  const handOver = calibration.handOver.filter((role) =>
    group.modules.some((module) => module.channels[role]),
  );
  const folder = freshFolder(`${String(number).padStart(2, '0')}_${entry.name}`, context.resumed);
  const { temperature, compliance, repeatOnBreakdown = 0, biasFrom = ['earlier_iv'] } = element;
  problems.push(...stepLimits(entry, element, context));
  const dicts = handOverDicts(station, group, handOver, compliance === undefined ? {} : { compliance });
  const estimate = given.estimate(group.modules);
  return {
    number,
    calibration: entry.name,
    category: entry.category,
    entry: calibration,
    failFast: element.failFast ?? true,
    folder,
    argv: [
      ...station.dirigent.command,
      ...(station.dirigent.config ? ['-C', station.dirigent.config] : []),
      ...sentFlags(station, handOver, dirigent),
      CalibrationSequence.INSTRUMENTS,
      JSON.stringify(dicts.instruments),
      CalibrationSequence.CHANNELS,
      JSON.stringify(dicts.channels),
      CalibrationSequence.DIRECTORY,
      inRun(context, folder),
      entry.name,
      ...given.words,
    ],
    handOver,
    maxVoltage: handOver.includes('hv') ? (given.maxVoltage ?? Math.abs(limit.maxVoltage)) : 0,
    estimate,
    timeLimit: element.timeLimit ?? Math.max(600, 3 * estimate, leastWallSeconds * station.timeScale),
    ...(temperature === undefined ? {} : { temperature }),
    ...(compliance === undefined ? {} : { compliance }),
    repeatOnBreakdown: entry.category.findsBreakdown ? repeatOnBreakdown : 0,
    biasFrom,
    fail: element.fail ?? [],
    ...(element.where ? { where: element.where } : {}),
  };
}

function checksStep(
  { resumed }: CalibrationContext,
  { checks, where = checks.where }: ChecksElement,
  number: number,
): ChecksStep {
  const calibration = plainName(basename(checks.module).replace(/\.[cm]?js$/, ''));
  const folder = freshFolder(`${String(number).padStart(2, '0')}_${calibration}`, resumed);
  const { failFast } = checks;
  return {
    number,
    calibration,
    category: checksCategory,
    folder,
    estimate: checksEstimate,
    failFast,
    checks,
    where,
  };
}

/** People look and answer; nobody knows how long. */
const checksEstimate = 30;

/** A process takes its time to start and to compute, however fast the clock of a simulated station goes. */
const leastWallSeconds = 10;

/**
 * Never `--no-monitoring` while the calibration owns a role: its own monitors are what watches that role then (rule 7).
 * None that the installed dirigent does not have.
 */
function sentFlags(
  { dirigent: { flags } }: Station,
  handOver: readonly Role[],
  dirigent: DirigentKnowledge | undefined,
): string[] {
  return flags.filter(
    (flag) => (flag !== '--no-monitoring' || handOver.length === 0) && (dirigent?.offersFlag(flag) ?? true),
  );
}

function entryOf(
  { calibration }: CalibrationCommand,
  element: SequenceElement,
  { dirigent }: CalibrationContext,
): CatalogueEntry {
  const entry = catalogue.get(calibration);
  const { where } = element;
  if (!entry) {
    throw new InvalidCalibration({
      where,
      what: `"${calibration}" is no calibration that Baton knows, or has no category.`,
      remedy: `Known are ${[...catalogue.keys()].join(', ')}.`,
    });
  }
  if (dirigent && !dirigent.knows(calibration)) {
    throw new InvalidCalibration({
      where,
      what: `the installed dirigent does not offer "${calibration}".`,
      remedy:
        'Its own `--help` lists what it offers; install a version that has it, or take it out of the sequence.',
    });
  }
  return entry;
}

/** Each role that is needed must be in instruments.json, and each module that runs must have a channel on it. */
function missingInstruments(
  { name, calibration }: CatalogueEntry,
  element: SequenceElement,
  { group }: CalibrationContext,
): BatonError[] {
  const needed = new Set<string>([...calibration.needs, ...(element.instruments ?? [])]);
  const missing: BatonError[] = [];
  for (const role of needed) {
    const without = group.modules.filter((module) => !module.channels[role as Role]);
    if (without.length === 0) continue;
    missing.push(
      new MissingInstrument({
        where: element.where,
        what: `${name} needs the role "${role}", and ${without.map((m) => `module ${m.index} (${m.name})`).join(', ')} has no channel for it.`,
        remedy: `Add an instrument for it to instruments.json and a "${role}" channel for the module to channels.json.`,
      }),
    );
  }
  return missing;
}

/** One problem keeps its own class; several become one error that shows them all. */
function throwAll(problems: readonly BatonError[]): void {
  if (problems.length === 1) throw problems[0]!;
  if (problems.length > 1) throw new BatonError(problems.flatMap((error) => error.problems));
}
