import type { Problem } from '../base/errors.ts';
import type { Volts } from '../base/units.ts';
import type { Category, OptionNames, PreparedArguments, SensorLimit } from './category.ts';
import { optionValue } from './command.ts';
import { readIVResults } from './ivResults.ts';

/** The supplies go to the calibration, which switches LV on, then HV, and back in reverse; what it finds decides the bias afterwards. */
export const ivcurve: Category = {
  name: 'ivcurve',
  before: ['hv off', 'lv off'],
  after: ['lv on', 'hv biased'],
  findsBreakdown: true,
  calibrations: {
    iv_curve: {
      summary: 'measures leakage current against bias and finds the breakdown',
      needs: ['hv'],
      handOver: ['lv', 'hv'],
      flags: [['-w', '--write-breakdowns']],
      artefacts: [/\.csv$/, /^breakdowns\.json$/],
      estimate: (args) => sweepSeconds(args),
      prepare,
      readResults: readIVResults,
    },
  },
};

/** Largest forward voltage that an IV with its positive option reaches [iv_curve --help: "extended to +0.4V"]. */
const forwardLimit: Volts = 0.4;

const names = {
  start: ['-i', '--start-voltage'],
  end: ['-f', '--max-voltage'],
  step: ['-s', '--step-size'],
  monitor: ['-v', '--temp-voltage'],
  delay: ['-d', '--delay'],
} as const satisfies Record<string, OptionNames>;

/**
 * Without an end voltage of its own the curve goes to the sensor's limit, or to that of dirigent.toml if it is nearer, and
 * says so: dirigent's default may be that of another sensor type, and beyond the limit of this one. Polarity, limit and
 * step are checked here and in the driver (rules 2 and 6).
 */
function prepare(
  args: readonly string[],
  limit: SensorLimit,
  configured: readonly string[],
): PreparedArguments {
  const problems: Problem[] = args.filter(isBundle).map(bundled);
  const all = [...configured, ...args];
  const given = quantity(args, problems, 'end voltage', names.end);
  const usual = given ?? quantity(configured, problems, 'end voltage', names.end);
  const end = given ?? Math.max(usual ?? limit.maxVoltage, limit.maxVoltage);
  const start = quantity(all, problems, 'start voltage', names.start) ?? 0;
  const monitor = quantity(all, problems, 'temperature monitoring voltage', names.monitor) ?? 0;
  const step = quantity(all, problems, 'step size', names.step);
  const delay = quantity(all, problems, 'delay', names.delay) ?? 0;
  for (const [name, value] of [
    ['start', start],
    ['end', end],
    ['temperature monitoring', monitor],
  ] as const) {
    if (value > 0) problems.push(positive(name, value));
    if (value < limit.maxVoltage) problems.push(beyond(name, value, limit));
  }
  if (step !== undefined && !(step > 0 && step <= limit.stepSize)) problems.push(badStep(step, limit));
  if (delay < 0) problems.push(negativeDelay(delay));
  if (!(end < start) && end <= 0) problems.push(leadsNowhere(start, end));
  return {
    added: given === undefined ? [{ names: names.end, value: String(end) }] : [],
    maxVoltage: Math.max(...[start, end, monitor, forwardLimit].map(Math.abs)),
    problems,
  };
}

/** Where no help tells which letters take a value, `-tv-300` could hide a voltage. */
function isBundle(word: string): boolean {
  return /^-[A-Za-z]{2}/.test(word);
}

function bundled(word: string): Problem {
  return {
    code: 'E4020',
    what: `iv_curve: "${word}" is more than one option in a word, and what would be in it is not read.`,
    remedy: 'Write each option as a word of its own, and its value behind it.',
  };
}

function negativeDelay(delay: number): Problem {
  return {
    code: 'E4018',
    what: `iv_curve: the delay of ${delay} s is below 0.`,
    remedy: 'Give the seconds between setting a voltage and measuring, for example --delay 1.',
  };
}

function quantity(
  args: readonly string[],
  problems: Problem[],
  name: string,
  options: OptionNames,
): Volts | undefined {
  const text = optionValue(args, ...options);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value)) return value;
  problems.push({
    code: 'E4011',
    what: `iv_curve: the ${name} "${text}" is no number.`,
    remedy: `Write ${options.join(' or ')} with a number behind it.`,
  });
  return undefined;
}

function badStep(step: Volts, { stepSize }: SensorLimit): Problem {
  return {
    code: 'E4018',
    what: `iv_curve: the step size of ${step} V is not above 0 and at most ${stepSize} V.`,
    remedy:
      'The bias moves in steps of at most default_step_size (instruments.json), for dirigent may go from one point to the next at once. The direction follows from start and end.',
  };
}

function leadsNowhere(start: Volts, end: Volts): Problem {
  return {
    code: 'E4018',
    what: `iv_curve: the sweep from ${start} V to ${end} V leads nowhere.`,
    remedy: 'Give an end voltage further from zero than the start voltage, for example --max-voltage -80.',
  };
}

function positive(name: string, value: Volts): Problem {
  return {
    code: 'E4012',
    what: `iv_curve: the ${name} voltage ${value} V is positive and would bias the sensor forward.`,
    remedy: 'Write it negative; for the few points up to +0.4 V use -p.',
  };
}

function beyond(name: string, value: Volts, { maxVoltage, sensorType }: SensorLimit): Problem {
  return {
    code: 'E4013',
    what: `iv_curve: the ${name} voltage ${value} V is beyond the limit of ${maxVoltage} V for a ${sensorType} sensor.`,
    remedy:
      'Lower it, or correct the sensor type (station.json, modules) or its limit (station.json, limits).',
  };
}

/** Points times the time of each, and the ramp back. */
function sweepSeconds(args: readonly string[]): number {
  const number = (fallback: number, ...names: string[]) => {
    const value = Number(optionValue(args, ...names) ?? Number.NaN);
    return Number.isFinite(value) ? value : fallback;
  };
  const span = Math.abs(number(-80, '-f', '--max-voltage') - number(0, '-i', '--start-voltage'));
  const points = span / Math.max(0.1, Math.abs(number(2, '-s', '--step-size'))) + 1;
  const bothWays = args.includes('-b') || args.includes('--both-ways') ? 2 : 1;
  return Math.ceil(10 + bothWays * points * (number(1, '-d', '--delay') + 0.3) + span / 5);
}
