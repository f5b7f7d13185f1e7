import { counted } from '../../base/quantityText.ts';
import type { Measurement } from '../../base/verdict.ts';
import type { RunModule } from '../../journal/event.ts';
import type { RunRecord, StepRecord } from '../../journal/record.ts';
import { isSimulated } from '../../journal/simulated.ts';
import { breakdownVoltage, type Change, changesOf, isWatched } from '../history/changes.ts';
import { isSameModule, measuredIn, type PastRun } from '../history/pastRun.ts';
import { quantity, spoken } from '../page/text.ts';
import type { ModuleData, RunData } from '../run/runData.ts';
import { pairSteps, type StepPair } from './stepPairs.ts';

/** One measurement in two runs. */
export interface Pair {
  /** The calibration, with its arguments. */
  calibration: string;
  name: string;
  before: Measurement | undefined;
  after: Measurement | undefined;
}

export interface ModuleComparison {
  before: ModuleData;
  after: ModuleData;
  /** Not the same module, as far as anybody knows: then a difference is no change. */
  other: boolean;
  pairs: readonly Pair[];
  changes: readonly Change[];
}

/** Two runs in the order in which they were measured. */
export interface RunComparison {
  before: RunData;
  after: RunData;
  modules: readonly ModuleComparison[];
  /** Why nobody can say that nothing else has changed; empty: all that both should have measured is compared. */
  unknown: readonly string[];
  /** What is good to know of the comparison. */
  notes: readonly string[];
}

/** Module by module: the same one where there is one, else what is left by its place. */
export function compareRuns(one: RunData, other: RunData): RunComparison {
  const swapped = one.record.started > other.record.started;
  const [before, after] = swapped ? [other, one] : [one, other];
  const { pairs: steps, unclear, unlike } = pairSteps(before.record, after.record);
  const mixed = isSimulated(before.record) !== isSimulated(after.record);
  const partners = partnersOf(before, after);
  const modules = partners.map(({ was, is, same }): ModuleComparison => {
    const pairs = steps.flatMap((step) => pairsOf(step, was, is));
    const changes = same && !mixed ? steps.flatMap((step) => changesIn(step, before, was, is, after)) : [];
    return { before: was, after: is, other: !same, pairs, changes };
  });
  const common = modules.some(({ pairs }) => pairs.some(isInBoth));
  return {
    before,
    after,
    modules,
    unknown: [
      ...(mixed
        ? ['One run is of simulated instruments and the other is not: what differs has not changed.']
        : []),
      ...[before, after].flatMap(incompleteness),
      ...strangers(before, after, partners),
      ...unclear,
      ...partners.flatMap(({ was, is, same }) =>
        same ? steps.flatMap((step) => notMeasured(step, was, is)) : [],
      ),
      ...(common ? [] : ['The two runs have no measurement in common.']),
    ],
    notes: [
      ...(swapped ? [`${before.record.run} was measured first, so it stands first.`] : []),
      ...partners.flatMap(({ is, same }) =>
        same && is.module.serialNumber === undefined
          ? [
              `${is.module.name} has no serial number in either run: the same name is taken for the same module.`,
            ]
          : [],
      ),
      ...unlike.map(({ name }) => `${name} was told other things in the one run than in the other.`),
      ...steps.flatMap(({ name, before: was, after: is }) =>
        was && is ? [] : [`${name} was completed in ${(was ? before : after).record.run} alone.`],
      ),
    ],
  };
}

export function isInBoth({ before, after }: Pair): boolean {
  return before?.value !== undefined && after?.value !== undefined;
}

interface Partners {
  was: ModuleData;
  is: ModuleData;
  same: boolean;
}

function partnersOf(before: RunData, after: RunData): Partners[] {
  const sameAs = (one: ModuleData, modules: readonly ModuleData[]) =>
    modules.find(({ module }) => isSameModule(module, one.module));
  const left = before.modules.filter((one) => !sameAs(one, after.modules));
  return after.modules.flatMap((is) => {
    const same = sameAs(is, before.modules);
    const was = same ?? left.shift();
    return was ? [{ was, is, same: same !== undefined }] : [];
  });
}

/** Modules that cannot be taken for the same one, or that one run does not have. */
function strangers(before: RunData, after: RunData, partners: readonly Partners[]): string[] {
  const alone = ({ record, modules }: RunData, of: 'was' | 'is') =>
    modules
      .filter((one) => !partners.some((pair) => pair[of] === one))
      .map(({ module }) => `${called(module)} is in ${record.run} alone.`);
  return [
    ...partners
      .filter(({ same }) => !same)
      .map(({ was: { module: one }, is: { module: other } }) =>
        one.serialNumber !== undefined && other.serialNumber !== undefined
          ? `${called(one)} and ${called(other)} are different modules: what differs has not changed.`
          : `${called(one)} and ${called(other)} may be different modules, for only one has a serial number: what differs need not have changed.`,
      ),
    ...alone(before, 'was'),
    ...alone(after, 'is'),
  ];
}

function called({ name, serialNumber }: RunModule): string {
  return serialNumber === undefined ? name : `${name} (${serialNumber})`;
}

/** Why a run does not tell all that it should. */
function incompleteness({ record, problems }: RunData): string[] {
  const open = record.steps.filter(({ state }) => state !== 'completed');
  const [first] = open;
  return [
    ...(record.state === 'ended' ? [] : [`${record.run} has not ended.`]),
    ...(first
      ? [
          `In ${record.run} ${open.length} of ${counted(record.steps.length, 'step')} ${open.length === 1 ? 'was' : 'were'} not completed, first ${first.calibration} (step ${first.step}).`,
        ]
      : []),
    ...(problems.length > 0
      ? [
          `${counted(problems.length, 'file')} of ${record.run} cannot be read, ${problems[0]!.where?.file ?? 'its journal'} first.`,
        ]
      : []),
  ];
}

function pairsOf({ name, before, after }: StepPair, was: ModuleData, is: ModuleData): Pair[] {
  const [old, fresh] = [measurementsOf(before, was), measurementsOf(after, is)];
  return [...new Set([...old.keys(), ...fresh.keys()])].map((key) => ({
    calibration: name,
    name: key,
    before: old.get(key),
    after: fresh.get(key),
  }));
}

function measurementsOf(step: StepRecord | undefined, { module }: ModuleData): Map<string, Measurement> {
  const own = step?.results.filter((result) => result.module === module.index) ?? [];
  // What is no number is written as null, and was not measured.
  const numbers = own.flatMap(({ measurements }) =>
    measurements.map((one) => ({ ...one, value: one.value ?? undefined })),
  );
  return new Map(numbers.map((one) => [one.name, one]));
}

function changesIn(
  { before, after }: StepPair,
  earlier: RunData,
  was: ModuleData,
  is: ModuleData,
  later: RunData,
): Change[] {
  if (!before || !after) return [];
  return changesOf([stepAlone(earlier.record, before, was)], stepAlone(later.record, after, is));
}

/** One step of a run, as a run by itself. */
function stepAlone(record: RunRecord, step: StepRecord, { module, iv }: ModuleData): PastRun {
  return {
    run: record.run,
    t: record.started,
    stage: record.title,
    from: 'local',
    verdict: module.verdict,
    values: measuredIn([step], module.index),
    unbroken: isUnbroken(step, module),
    iv,
  };
}

function isUnbroken({ step }: StepRecord, { breakdown, breakdownStep }: ModuleData['module']): boolean {
  return breakdown?.found === 'none' && breakdownStep === step;
}

/** Of what is watched for changes: what only one of the runs tells, or each in another unit. */
function notMeasured(step: StepPair, before: ModuleData, after: ModuleData): string[] {
  if (!step.before || !step.after) return [];
  return pairsOf(step, before, after).flatMap(({ name, before: was, after: is }) => {
    if (!isWatched(`${step.after!.calibration}.${name}`)) return [];
    const what = `${spoken(name)} (${step.name}) of ${called(after.module)}`;
    if (was?.value === undefined)
      return is?.value === undefined ? [] : [`${what} was not measured in the earlier run.`];
    if (is?.value === undefined)
      return [`${what} was ${quantity(was.value, was.unit)} and was not measured in the later run.`];
    return was.unit === is.unit
      ? notReached(step, name, was.value, is.value, before, after)
      : [`${what} is in ${was.unit} in the one run and in ${is.unit} in the other.`];
  });
}

/** A sensor that was looked at less far than before. */
function notReached(
  step: StepPair,
  name: string,
  was: number,
  is: number,
  before: ModuleData,
  after: ModuleData,
): string[] {
  const isBreakdown = `${step.after!.calibration}.${name}` === breakdownVoltage;
  if (!isBreakdown || is >= was || !isUnbroken(step.after!, after.module)) return [];
  const earlier = isUnbroken(step.before!, before.module) ? 'nor up to' : 'and one at';
  return [
    `No breakdown up to ${quantity(is, 'V')} in the later run, ${earlier} ${quantity(was, 'V')} in the earlier one: what lies between is not known.`,
  ];
}
