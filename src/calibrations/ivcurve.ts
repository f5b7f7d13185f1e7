import type { Problem } from '../base/errors.ts';
import type { Volts } from '../base/units.ts';
import type { Category, PreparedArguments, SensorLimit } from './category.ts';
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
      flags: ['-w'],
      artefacts: [/\.csv$/, /^breakdowns\.json$/],
      estimate: (args) => sweepSeconds(args),
      prepare,
      readResults: readIVResults,
    },
  },
};

/** Largest forward voltage that an IV with its positive option reaches [iv_curve --help: "extended to +0.4V"]. */
const forwardLimit: Volts = 0.4;

/**
 * Without an end voltage of its own the curve goes to the sensor's limit, and says so: dirigent's default may be that of
 * another sensor type, and beyond the limit of this one. Polarity and limit are checked here and in the driver (rule 6).
 */
function prepare(args: readonly string[], limit: SensorLimit): PreparedArguments {
  const problems: Problem[] = [];
  const start = voltage(args, problems, 'start voltage', '-i', '--start-voltage');
  const end = voltage(args, problems, 'end voltage', '-f', '--max-voltage');
  const monitor = voltage(args, problems, 'temperature monitoring voltage', '-v', '--temp-voltage');
  for (const [name, value] of [
    ['start', start],
    ['end', end],
    ['temperature monitoring', monitor],
  ] as const) {
    if (value === undefined) continue;
    if (value > 0) problems.push(positive(name, value));
    if (value < limit.maxVoltage) problems.push(beyond(name, value, limit));
  }
  const maxVoltage = Math.max(
    Math.abs(end ?? limit.maxVoltage),
    Math.abs(start ?? 0),
    Math.abs(monitor ?? 0),
    forwardLimit,
  );
  return { args: end === undefined ? [...args, '-f', String(limit.maxVoltage)] : args, maxVoltage, problems };
}

function voltage(
  args: readonly string[],
  problems: Problem[],
  name: string,
  ...options: string[]
): Volts | undefined {
  const text = optionValue(args, ...options);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value)) return value;
  problems.push({
    code: 'E4011',
    what: `iv_curve: the ${name} "${text}" is no number.`,
    remedy: `Write ${options.join(' or ')} with a voltage, for example ${options[0]} -80.`,
  });
  return undefined;
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
