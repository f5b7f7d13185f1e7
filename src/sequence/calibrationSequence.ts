import { BatonError, type Problem, throwAll } from '../base/errors.ts';
import { counted } from '../base/quantityText.ts';
import type { Identify } from '../calibrations/action.ts';
import { calibrationsOf, catalogue } from '../calibrations/catalogue.ts';
import type { PoweringGroup, Station } from '../station/station.ts';
import { dirigentOptions } from './dirigent/options.ts';
import type { CalibrationContext } from './plan/calibrationContext.ts';
import { identifyAction } from './plan/identifyAction.ts';
import { layOut, type Plan } from './plan/plan.ts';
import { checkPlan } from './plan/planChecker.ts';
import { resolveSteps } from './plan/resolveSteps.ts';
import type { Resumption } from './resume/kept.ts';
import type { ChecksElement, SequenceElement, Step } from './step.ts';

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
  static readonly INSTRUMENTS = dirigentOptions.instruments;
  /** The option that takes the channels, as JSON text: those of the roles that the calibration is handed, and no other. */
  static readonly CHANNELS = dirigentOptions.channels;
  /** The option that takes the folder for what is measured. */
  static readonly DIRECTORY = dirigentOptions.directory;
  /** What stands before the tuning list of calibrate_module. */
  static readonly CALIBRATEMODULE_FLAG = '-t';
  /** What stands before the tuning list of custom_sequence. */
  static readonly CUSTOMSEQUENCE_FLAG = '-s';
  /** Options of dirigent that take no argument; sent only where station.json asks for them. */
  static readonly FLAGS = ['-p', '-l', '-m', '--no-monitoring'] as const;
  /** Options of dirigent that take one. */
  static readonly OPTIONS = Object.values(dirigentOptions);
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
    const { elements, problems: misdealt } = dealOut(calibrations, options);
    this.elements = elements;
    const { steps, problems, warnings } = resolveSteps(context, elements);
    throwAll([...misdealt, ...problems]);
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

/** Deals the tuning lists out to the tuning calibrations, and the required roles to all, as the options give them. */
function dealOut(
  calibrations: readonly (string | SequenceElement | ChecksElement)[],
  { tuningStepArgs = [], requiredInstruments = [] }: CalibrationSequenceOptions,
): { elements: (SequenceElement | ChecksElement)[]; problems: BatonError[] } {
  const tunings = [...tuningStepArgs];
  const elements = calibrations.map((item, i) => {
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
  return {
    elements,
    problems: [
      ...surplus('tuningStepArgs', tuningStepArgs.length, tunings.length, 'a calibration that takes one'),
      ...surplus(
        'requiredInstruments',
        requiredInstruments.length,
        Math.max(0, requiredInstruments.length - elements.length),
        'a calibration',
      ),
    ],
  };
}

/** Both are matched by position alone: with one too many, each of them may stand with the wrong calibration. */
function surplus(option: string, given: number, over: number, what: string): BatonError[] {
  if (over === 0) return [];
  return [
    new BatonError({
      code: 'E4004',
      what: `${option} has ${counted(given, 'entry', 'entries')}, and the sequence has ${what} for ${given - over} of them.`,
      remedy: `Give one entry for each, in their order.`,
    }),
  ];
}
