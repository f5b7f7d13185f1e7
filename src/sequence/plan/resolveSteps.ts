import { basename } from 'node:path';
import { BatonError, type Problem } from '../../base/errors.ts';
import { type CatalogueEntry, catalogue } from '../../calibrations/catalogue.ts';
import type { SensorLimit } from '../../calibrations/category.ts';
import { type CalibrationCommand, parseCommand } from '../../calibrations/command.ts';
import { InvalidCalibration, MissingInstrument } from '../../calibrations/errors.ts';
import { plainName } from '../../journal/runDirectory.ts';
import { resolveChannel } from '../../station/channelAddress.ts';
import { handOver as handOverDicts } from '../../station/handOver.ts';
import { groupMaxVoltage } from '../../station/poweringGroup.ts';
import type { PoweringGroup, Role, Station } from '../../station/station.ts';
import type { DirigentKnowledge } from '../dirigent/dirigentHelp.ts';
import { dirigentOptions } from '../dirigent/options.ts';
import { freshFolder } from '../resume/kept.ts';
import {
  type CalibrationStep,
  type ChecksElement,
  type ChecksStep,
  checksCategory,
  type SequenceElement,
  type Step,
} from '../step.ts';
import { calibrationArguments } from './calibrationArguments.ts';
import { type CalibrationContext, inRun } from './calibrationContext.ts';
import { stepLimits } from './stepLimits.ts';

/** Every problem at once: nothing is thrown at the first. */
interface Resolved {
  steps: Step[];
  problems: BatonError[];
  warnings: Problem[];
}

export function resolveSteps(
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

export function resolveStep(
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
      dirigentOptions.instruments,
      JSON.stringify(dicts.instruments),
      dirigentOptions.channels,
      JSON.stringify(dicts.channels),
      dirigentOptions.directory,
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

/** The weakest sensor of the group decides; one without a type counts as 3D (rule 6). */
export function sensorLimit(station: Station, group: PoweringGroup): SensorLimit {
  const maxVoltage = groupMaxVoltage(station, group);
  const types = group.modules.map((module) => module.sensorType ?? '3D');
  const hv = group.hv && resolveChannel(station, group.hv).instrument;
  return {
    maxVoltage,
    stepSize: hv?.defaultStepSize ?? 5,
    sensorType: types.find((type) => station.limits[type].maxVoltage === maxVoltage) ?? '3D',
  };
}
