import { quantity, sentence, spoken } from '../page/text.ts';
import type { Flag } from '../run/flags.ts';
import { leakageAt20C, type PastRun } from './pastRun.ts';
import { risingTrend } from './trend.ts';

/** One number that changed by more than it should. */
export interface Change {
  name: string;
  before: number;
  now: number;
  unit: string;
  /** The run that it is compared with. */
  since: string;
  flag: Flag;
}

/** What counts as a change from one run to the next. All are first guesses of ours, to be set by the site's own spread. */
interface DriftLimit {
  name: RegExp;
  /** Largest allowed ratio of the new to the old. */
  ratio?: number;
  /** Largest allowed difference, either way, or in the bad direction alone. */
  difference?: number;
  worse: 'higher' | 'lower' | 'either';
  hint: string;
}

const driftLimits: readonly DriftLimit[] = [
  {
    name: /^iv_curve\.leakage_at_operating_voltage_20C$/,
    ratio: 1.5,
    worse: 'higher',
    hint: 'Look for dirt, light or humidity first; then for damage since the run before.',
  },
  {
    name: /^iv_curve\.breakdown_voltage$/,
    difference: 10,
    worse: 'lower',
    hint: 'A breakdown that comes earlier than it did is damage until shown otherwise.',
  },
  {
    name: /\.chip\d+_threshold_mean$/,
    difference: 50,
    worse: 'either',
    hint: 'Was it tuned to the same target, at the same temperature?',
  },
  {
    name: /\.chip\d+_noise_mean$/,
    ratio: 1.2,
    worse: 'higher',
    hint: 'Noise rises when the sensor is not depleted, and with leakage.',
  },
  {
    name: /\.chip\d+_(dead_pixels|disconnected|electrical|pixels_without_s_curve)$/,
    difference: 20,
    worse: 'higher',
    hint: 'Compare the maps: new ones that lie together point to mechanical damage.',
  },
  {
    name: /\.VIN_slope$/,
    ratio: 1.2,
    worse: 'higher',
    hint: 'Contact of the probe card or cable, or a regulator.',
  },
];

export const breakdownVoltage = 'iv_curve.breakdown_voltage';

/** Is there a limit to its change? */
export function isWatched(name: string): boolean {
  return driftLimits.some((limit) => limit.name.test(name));
}

/** A trend counts from so many runs on, with so small a chance of its being none, and when it has grown so much. */
const trend = { runs: 5, z: 2.33, growth: 1.15 };

/** What changed beyond a limit since the run before, and what has been growing slowly all along. Oldest first in `past`. */
export function changesOf(past: readonly PastRun[], now: PastRun): Change[] {
  const changes: Change[] = [];
  for (const [name, { value, unit }] of now.values) {
    const limit = driftLimits.find((one) => one.name.test(name));
    const before = past.findLast((run) => run.values.get(name)?.unit === unit);
    const old = before?.values.get(name)?.value;
    if (!limit || !before || old === undefined || !isBeyond(limit, old, value)) continue;
    // A sensor that did not break down as far as it was looked has not come to break down earlier.
    if (name === breakdownVoltage && now.unbroken) continue;
    changes.push({
      name,
      before: old,
      now: value,
      unit,
      since: before.run,
      flag: {
        severity: 'unknown',
        code: 'changed',
        what: sentence(
          `${spokenName(name)} was ${name === breakdownVoltage && before.unbroken ? 'beyond ' : ''}${quantity(old, unit)} in ${before.run} and is ${quantity(value, unit)} now.`,
        ),
        hint: limit.hint,
      },
    });
  }
  const growing = slowGrowth(past, now);
  return growing && !changes.some(({ name }) => name === growing.name) ? [...changes, growing] : changes;
}

function isBeyond({ ratio, difference, worse }: DriftLimit, before: number, now: number): boolean {
  if (ratio !== undefined) return Math.abs(now) > ratio * Math.abs(before);
  if (difference === undefined) return false;
  const moved = worse === 'lower' ? before - now : worse === 'higher' ? now - before : Math.abs(now - before);
  return moved > difference;
}

/** Leakage that grows a little in each run passes every limit and is damage all the same. */
function slowGrowth(past: readonly PastRun[], now: PastRun): Change | undefined {
  const series = [...past, now].flatMap((run) => {
    const found = run.values.get(leakageAt20C);
    return found && found.value > 0 ? [{ run: run.run, ...found }] : [];
  });
  const [first, last] = [series[0], series.at(-1)];
  if (series.length < trend.runs || !first || !last || last.run !== now.run) return undefined;
  const { z, growth } = risingTrend(series.map(({ value }) => value));
  if (z < trend.z || growth < trend.growth) return undefined;
  return {
    name: leakageAt20C,
    before: first.value,
    now: last.value,
    unit: last.unit,
    since: first.run,
    flag: {
      severity: 'unknown',
      code: 'growing leakage',
      what: `The leakage at operating voltage, at 20 °C, has been growing over ${series.length} runs: from ${quantity(first.value, first.unit)} in ${first.run} to ${quantity(last.value, last.unit)}, by about ${Math.round((growth - 1) * 100)} %.`,
      hint: 'Each run alone may be within its limit. Clean and dry the module, measure once more, and look at the sensor edge before it goes on.',
    },
  };
}

export function spokenName(name: string): string {
  const [calibration = '', ...rest] = name.split('.');
  return `${spoken(rest.join('.'))} (${calibration})`;
}
