import type { Problem } from '../../base/errors.ts';
import type { Measurement } from '../../base/verdict.ts';
import type { ModuleRecord, RunRecord, StepRecord } from '../../journal/record.ts';
import { moment, sentence, spoken } from '../page/text.ts';
import { measuredText } from './measured.ts';

/** Something that a person should know of, in plain words. */
export interface Flag {
  severity: 'bad' | 'unknown';
  /** By which failures are counted: the name of the measurement, a problem's code, a check's own failure code. */
  code: string;
  what: string;
  /** What to do about it. */
  hint?: string;
  /** It comes of another one: no reason of its own. */
  follows?: true;
}

/** Everything of a run that is not as it should be, the worst first, each once. */
export function flagsOf(record: RunRecord): Flag[] {
  const { trips, problems } = record;
  const told = problems.filter(({ what }) => !trips.some((trip) => what.includes(trip.what)));
  const flags = [
    ...safetyFlags(record),
    ...record.steps.flatMap((step) => stepFlags(record, step)),
    ...told.map((problem) => problemFlag(problem)),
    ...leftOut(record),
    ...interruptions(record),
  ].map((flag) => ({ ...flag, what: sentence(flag.what) }));
  const once = flags.filter((flag, i) => flags.findIndex(({ what }) => what === flag.what) === i);
  return [
    ...once.filter(({ severity }) => severity === 'bad'),
    ...once.filter(({ severity }) => severity === 'unknown'),
  ];
}

function safetyFlags(record: RunRecord): Flag[] {
  const { safe, trips, stops, state, end, modules, interlocks = [], problems } = record;
  const flags: Flag[] = [];
  if (isUnsafe(record))
    flags.push({
      severity: 'bad',
      code: 'not safe',
      what: safe
        ? 'It could not be verified that HV and LV are off.'
        : 'The run ended without a verified safe state.',
      hint: personNeeded,
    });
  else if (end === 'unsafe')
    flags.push({
      severity: 'unknown',
      code: 'not safe',
      what: 'When the run ended it could not be verified that HV and LV are off; it was verified later.',
      hint: 'Find out why before the next module: the supply or its cable did not do what it was told.',
    });
  if (state !== 'ended')
    flags.push({
      severity: 'bad',
      code: 'no end',
      what: 'The end of this run was not written: it still goes on, or its process died.',
      hint: '`baton safe` makes sure that the outputs are off; `baton runs show` tells how far it came.',
    });
  for (const { what, at } of trips) {
    const hint = problems.find((problem) => problem.what.includes(what))?.remedy;
    flags.push({
      severity: 'bad',
      code: 'interlock',
      what: `Interlock${at && !what.includes(at) ? ` at ${at}` : ''}: ${what}.`,
      ...(hint ? { hint } : {}),
    });
  }
  for (const { name, reading, at, message, action } of interlocks)
    if (action === 'warn')
      flags.push({
        severity: 'unknown',
        code: `interlock ${name}`,
        what: `Warning of interlock ${name}: ${reading} at ${at}: ${message.replace(/\.$/, '')}.`,
      });
  for (const { by } of stops)
    flags.push({ severity: 'unknown', code: 'stopped', what: `The run was stopped by ${by}.` });
  if (end !== 'stopped' || stops.length === 0)
    for (const { name, breakdown } of modules)
      if (breakdown?.found === 'unknown')
        flags.push({
          severity: 'unknown',
          code: 'breakdown unknown',
          what: `The breakdown voltage of ${name} is unknown: ${breakdown.why}.`,
          hint: 'Without it there is no bias. Measure the IV again.',
        });
  return flags;
}

export const personNeeded =
  'A person is needed: read the supplies at their front panels, and switch off HV, then LV. `baton safe` tries again.';

/** Nobody could show that everything is off. */
export function isUnsafe({ safe, end }: RunRecord): boolean {
  return (safe !== undefined && !safe.verified) || (end === 'unsafe' && !safe);
}

function stepFlags(record: RunRecord, step: StepRecord): Flag[] {
  const here = `step ${step.step} ${step.calibration}`;
  const flags: Flag[] = step.problems.map((problem) => problemFlag(problem, step));
  for (const { module: index, measurements, criteria } of step.results) {
    const module = record.modules.find((one) => one.index === index);
    const name = module?.name ?? index;
    const where = record.modules.length > 1 ? `${name}, ${here}` : here;
    flags.push(...measurements.flatMap((measurement) => measurementFlag(measurement, where, module)));
    if (!criteria)
      flags.push({
        severity: 'unknown',
        code: 'no criteria',
        what: `${where}: there are no criteria, so nothing was judged.`,
        hint: 'Add a dated file to config/criteria.',
      });
  }
  for (const item of step.items)
    if (item.fail || item.problems.length > 0)
      flags.push({
        severity: 'bad',
        code: item.fail?.fid ?? 'check',
        what: `${here}, ${item.id}: ${item.fail ? `${item.fail.fid}, ${item.fail.msg}` : item.problems.join('; ')}.`,
      });
  return flags;
}

/** A resumed run is one run; that its parts were measured at different times must be known. */
function interruptions({ resumed = [] }: RunRecord): Flag[] {
  return resumed.map(({ t, operator, kept, changes, before }) => ({
    severity: 'unknown',
    code: 'resumed',
    what: `the run was interrupted (${before.problems[0]?.what.replace(/\.$/, '') ?? before.end ?? 'no end was written'}) and went on at ${moment(t)}, by ${operator}: ${
      kept.length === 0 ? 'nothing is from before' : `${stepList(kept)} from before`
    }${changes.length === 0 ? '' : `; changed in between and agreed to: ${changes.join('; ')}`}.`,
    follows: true,
  }));
}

function stepList(steps: readonly { step: number; calibration: string }[]): string {
  const names = steps.map(({ step, calibration }) => `${step} ${calibration}`).join(', ');
  return steps.length === 1 ? `step ${names} is` : `steps ${names} are`;
}

/** Steps that were left out for the same reason are one flag. */
function leftOut({ steps }: RunRecord): Flag[] {
  const skipped = steps.filter(({ state }) => state === 'skipped');
  return [...new Set(skipped.map(({ reason }) => reason ?? 'no reason given'))].map((reason) => {
    const own = skipped.filter((step) => (step.reason ?? 'no reason given') === reason);
    const names = own.map(({ step, calibration }) => `${step} ${calibration}`).join(', ');
    const what = own.length === 1 ? `step ${names} was` : `steps ${names} were`;
    return { severity: 'unknown', code: 'skipped', what: `${what} left out: ${reason}.`, follows: true };
  });
}

/** The judge writes `below 70 V; hint of the criterion`. */
function measurementFlag(measurement: Measurement, where: string, module: ModuleRecord | undefined): Flag[] {
  const { name, value, verdict, flag, source } = measurement;
  if (verdict === 'PASS' || (verdict === 'NONE' && flag === undefined)) return [];
  const [why = '', ...hint] = (flag ?? '').split('; ');
  const what =
    value === undefined
      ? `${where}: ${spoken(name)} was not measured.`
      : `${where}: ${spoken(name)} is ${measuredText(measurement, module)}${why === '' ? '' : `, ${why}`}.`;
  const advice =
    hint.length > 0
      ? sentence(`${hint.join('; ')}.`)
      : value !== undefined && source && `The limit: ${source}.`;
  return [
    {
      severity: verdict === 'NONE' ? 'unknown' : 'bad',
      code: name,
      what,
      ...(advice ? { hint: advice } : {}),
    },
  ];
}

function problemFlag({ code, what, remedy, severity }: Problem, step?: StepRecord): Flag {
  const said =
    step && what.startsWith(`${step.calibration}:`) ? what.slice(step.calibration.length + 1) : ` ${what}`;
  return {
    severity: severity === 'warning' ? 'unknown' : 'bad',
    code,
    what: step ? `step ${step.step} ${step.calibration}:${said} (${code})` : `${what} (${code})`,
    hint: remedy,
  };
}
