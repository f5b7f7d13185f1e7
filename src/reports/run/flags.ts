import type { Problem } from '../../base/errors.ts';
import type { Measurement } from '../../base/verdict.ts';
import type { RunRecord, StepRecord } from '../../journal/record.ts';
import { quantity, spoken } from '../page/text.ts';

/** Something that a person should know of, in plain words. */
export interface Flag {
  severity: 'bad' | 'unknown';
  /** By which failures are counted: the name of the measurement, a problem's code, a check's own failure code. */
  code: string;
  what: string;
  /** What to do about it. */
  hint?: string;
}

/** Everything of a run that is not as it should be, the worst first. */
export function flagsOf(record: RunRecord): Flag[] {
  const flags = [...safetyFlags(record), ...record.steps.flatMap((step) => stepFlags(record, step))];
  flags.push(...record.problems.map((problem) => problemFlag(problem, '')));
  return [
    ...flags.filter(({ severity }) => severity === 'bad'),
    ...flags.filter(({ severity }) => severity === 'unknown'),
  ];
}

function safetyFlags({ safe, trips, stops, state, end, modules }: RunRecord): Flag[] {
  const flags: Flag[] = [];
  if (safe && !safe.verified)
    flags.push({
      severity: 'bad',
      code: 'not safe',
      what: 'It could not be verified that HV and LV are off.',
      hint: 'A person is needed: read the supplies at their front panels, and switch off HV, then LV. `baton safe` tries again.',
    });
  if (state !== 'ended')
    flags.push({
      severity: 'bad',
      code: 'no end',
      what: 'The end of this run was not written: it still goes on, or its process died.',
      hint: '`baton safe` makes sure that the outputs are off; `baton runs show` tells how far it came.',
    });
  for (const { what, at } of trips)
    flags.push({ severity: 'bad', code: 'interlock', what: `Interlock${at ? ` at ${at}` : ''}: ${what}.` });
  for (const { by } of stops)
    flags.push({ severity: 'unknown', code: 'stopped', what: `The run was stopped by ${by}.` });
  if (end === 'unsafe' && !safe)
    flags.push({ severity: 'bad', code: 'not safe', what: 'The run ended without a verified safe state.' });
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

function stepFlags(record: RunRecord, step: StepRecord): Flag[] {
  const here = `step ${step.step} ${step.calibration}`;
  const flags: Flag[] = step.problems.map((problem) => problemFlag(problem, `${here}: `));
  if (step.state === 'skipped')
    flags.push({
      severity: 'unknown',
      code: 'skipped',
      what: `${here} was left out: ${step.reason ?? 'no reason given'}.`,
    });
  for (const { module, measurements, criteria } of step.results) {
    const name = record.modules.find(({ index }) => index === module)?.name ?? module;
    flags.push(...measurements.flatMap((measurement) => measurementFlag(measurement, `${name}, ${here}`)));
    if (!criteria)
      flags.push({
        severity: 'unknown',
        code: 'no criteria',
        what: `${name}, ${here}: there are no criteria, so nothing was judged.`,
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

/** The judge writes `below 70 V; hint of the criterion`. */
function measurementFlag({ name, value, unit, verdict, flag, source }: Measurement, where: string): Flag[] {
  if (verdict === 'PASS' || (verdict === 'NONE' && flag === undefined)) return [];
  const [why = '', ...hint] = (flag ?? '').split('; ');
  const what =
    value === undefined
      ? `${where}: ${spoken(name)} was not measured.`
      : `${where}: ${spoken(name)} is ${quantity(value, unit)}${why === '' ? '' : `, ${why}`}.`;
  const advice = hint.length > 0 ? `${hint.join('; ')}.` : source && `The limit: ${source}.`;
  return [
    {
      severity: verdict === 'NONE' ? 'unknown' : 'bad',
      code: name,
      what,
      ...(advice ? { hint: advice } : {}),
    },
  ];
}

function problemFlag({ code, what, remedy, severity }: Problem, where: string): Flag {
  return {
    severity: severity === 'warning' ? 'unknown' : 'bad',
    code,
    what: `${where}${code} ${what}`,
    hint: remedy,
  };
}
