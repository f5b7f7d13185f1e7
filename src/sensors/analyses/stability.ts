import { changed, hasAny, picked } from '../columns.ts';
import { deviation, mean } from '../moments.ts';
import { measured, type SensorTest } from '../record.ts';
import { temperatureFactor } from './air.ts';
import { type Analysis, Verdict } from './analysis.ts';
import { type Criteria, shippedCriteria } from './criteria.ts';
import type { Curve } from './curve.ts';
import { floatText } from './floatText.ts';

interface StabilityValues {
  /** The mean at 20 °C, without its sign; of the shunt voltage where no current was read. */
  averageLeakage_nA?: number | undefined;
  averageShuntVoltage_mV?: number | undefined;
  /** Standard deviation over mean. */
  leakageVariation?: number | undefined;
}

export interface StabilityAnalysis extends Analysis<StabilityValues> {
  testType: 'stability';
  measuredBy?: 'current' | 'shuntVoltage' | undefined;
  /** Time in s against |current| at 20 °C in nA, or |shunt voltage| in mV. */
  curve?: Curve | undefined;
}

const secondsPerHour = 3600;

/** Judges the leakage current of a sensor held at its bias for a day. */
export function analyseStability(test: SensorTest, criteria: Criteria = shippedCriteria): StabilityAnalysis {
  const { stability } = criteria;
  const verdict = new Verdict();
  const stop = (flag: string): StabilityAnalysis => ({
    testType: 'stability',
    decision: null,
    flags: [flag],
    values: {},
  });
  const time = measured(test, 'time_s');
  if (!time) return stop('Time is Empty!');
  const temperature = measured(test, 'temperature_C');
  if (!temperature) return stop('Temp is Empty!');
  const humidity = measured(test, 'humidity_percent');
  if (!humidity) return stop('Humidity is Empty!');
  const current = measured(test, 'current_nA');
  const signal = current ?? measured(test, 'shuntVoltage_mV');
  if (!signal) return stop('Current and ShuntV are Empty!');

  const normalised = atReferenceTemperature(signal, temperature, criteria);
  const start = stability.startTime_h * secondsPerHour;
  const end = start + stability.minimumTime_h * secondsPerHour;
  judgeDuration(time, normalised, end, verdict, stability);
  if (
    hasAny(
      humidity,
      (percent, i) => percent > stability.maximumHumidity_percent && within(time[i]!, start, end),
    )
  )
    verdict.set(
      'MeasErr',
      `Humidity exceeds ${stability.maximumHumidity_percent}% during first ${stability.minimumTime_h} hrs`,
    );

  const settled = picked(normalised, (value, i) => isReading(value) && within(time[i]!, start, end));
  const average = settled.length > 0 ? Math.abs(mean(settled)) : undefined;
  const variation = average === undefined ? Number.NaN : Math.abs(deviation(settled) / mean(settled));
  if (variation > stability.maximumVariation)
    verdict.set(
      'Fail',
      `Leakage Current varies by more than ${floatText(100 * stability.maximumVariation)}%`,
    );
  if (Number.isNaN(variation)) verdict.set('MeasErr', 'Error Calculating Current Variation');
  const curve = readings(time, normalised);
  if (verdict.decision === null && hasHole(curve.x, stability.maximumGap_h * secondsPerHour, end))
    verdict.set('MeasErr', `No reading for more than ${stability.maximumGap_h} hr(s)`);
  return {
    testType: 'stability',
    decision: verdict.conclude(test),
    flags: verdict.flags,
    values: {
      averageLeakage_nA: current ? average : undefined,
      averageShuntVoltage_mV: current ? undefined : average,
      leakageVariation: Number.isNaN(variation) ? undefined : variation,
    },
    measuredBy: current ? 'current' : 'shuntVoltage',
    curve,
  };
}

function judgeDuration(
  time: Float64Array,
  normalised: Float64Array,
  end: number,
  verdict: Verdict,
  stability: Criteria['stability'],
): void {
  const { minimumTime_h: hours, startTime_h: start } = stability;
  const reached = time.findIndex((seconds) => seconds >= end);
  if (reached < 0)
    // The missing bracket is how the field writes it, and sites compare the words.
    verdict.set(
      'MeasErr',
      `Test not carried out for minimum of ${hours} hr(s) (past the first ${start} hr(s)`,
    );
  else if (reached > 0 && !isReading(normalised[reached - 1]!) && !isReading(normalised[reached]!))
    verdict.set('MeasErr', `Current not recorded for ${hours} hrs (past the first ${start} hr(s))`);
}

/** At 20 °C, sign kept. A reading without temperature takes the last one known. */
function atReferenceTemperature(
  signal: Float64Array,
  temperature: Float64Array,
  criteria: Criteria,
): Float64Array {
  let celsius = temperature.find((value) => !Number.isNaN(value)) ?? Number.NaN;
  let factor = temperatureFactor(celsius, criteria);
  return changed(signal, (value, i) => {
    const now = temperature[i]!;
    if (!Number.isNaN(now) && now !== celsius) {
      celsius = now;
      factor = temperatureFactor(now, criteria);
    }
    return value * factor;
  });
}

/** Zero is how a station writes that it did not read. */
function isReading(value: number): boolean {
  return value !== 0 && Number.isFinite(value);
}

function within(seconds: number, start: number, end: number): boolean {
  return seconds >= start && seconds <= end;
}

/** Whether no current was read for longer before the end, or the times run backwards. */
function hasHole(times: Float64Array, longest: number, end: number): boolean {
  let last: number | undefined;
  for (const seconds of times) {
    if (last !== undefined && last < end && (seconds - last > longest || seconds < last)) return true;
    last = seconds;
  }
  return false;
}

function readings(time: Float64Array, normalised: Float64Array): Curve {
  const shown = (_: number, i: number) => isReading(normalised[i]!) && !Number.isNaN(time[i]!);
  return { x: picked(time, shown), y: changed(picked(normalised, shown), Math.abs) };
}
