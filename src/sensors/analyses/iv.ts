import { changed, picked } from '../columns.ts';
import { deviation, mean } from '../moments.ts';
import { measured, type SensorTest } from '../record.ts';
import { humidityFlag, temperatureFactor } from './air.ts';
import { type Analysis, Verdict } from './analysis.ts';
import { type Criteria, shippedCriteria } from './criteria.ts';
import type { Curve } from './curve.ts';
import { sensorArea } from './geometry.ts';
import { holes, holesText, repeated, voltagesText } from './sweep.ts';

interface IVValues {
  /** At 500 V and 20 °C. */
  currentAtTestVoltage_nA_per_cm2?: number | undefined;
  /** Where the current begins to run away; the highest voltage if it does not. */
  breakdownVoltage_V?: number | undefined;
  /** Whether it ran away within the scan. */
  microDischarge?: boolean | undefined;
  exceedsMaximumCurrent?: boolean | undefined;
  /** Standard deviation over mean of the current while 700 V was held. */
  holdVariation?: number | undefined;
}

export interface IVAnalysis extends Analysis<IVValues> {
  testType: 'IV' | 'manufacturing';
  /** |voltage| in V against current density at 20 °C in nA/cm². */
  curve?: Curve | undefined;
}

/** Judges an IV curve by current density at 20 °C and by where breakdown begins. */
export function analyseIV(test: SensorTest, criteria: Criteria = shippedCriteria): IVAnalysis {
  const testType = test.testType === 'manufacturing' ? 'manufacturing' : 'IV';
  const verdict = new Verdict();
  const stop = (flag: string): IVAnalysis => ({
    testType,
    decision: 'MeasErr',
    flags: [...verdict.flags, flag],
    values: {},
  });
  const current = measured(test, 'current_nA');
  if (!current) return stop('I is Empty!');
  const voltage = measured(test, 'voltage_V');
  if (!voltage) return stop('V is Empty!');
  const temperature = test.temperature_C;
  const unreadable = test.unreadableFields.includes('temperature_C');
  if (temperature === undefined && !unreadable) return stop('Temperature is Empty!');

  const humid = humidityFlag(test, criteria);
  if (humid) verdict.set('MeasErr', humid);
  const { area_m2, flag } = sensorArea(test, criteria);
  if (flag) verdict.set('MeasErr', flag);
  if (temperature === undefined)
    return {
      testType,
      decision: null,
      flags: [...verdict.flags, 'Error Normalizing temperature'],
      values: {},
    };

  const raw = currentDensity(voltage, current, area_m2 * 1e4);
  if (raw.x.length === 0) return stop('I is Empty!');
  const factor = temperatureFactor(temperature, criteria);
  const curve = { x: raw.x, y: changed(raw.y, (density) => density * factor) };
  const values = judge(curve, raw, verdict, criteria);
  // The order in which the flags were raised does not say which weighs more: an error of measurement does.
  if (values.measurementError || humid || flag) verdict.setDecision('MeasErr');
  const { measurementError: _, ...found } = values;
  return { testType, decision: verdict.conclude(test), flags: verdict.flags, values: found, curve };
}

function judge(
  curve: Curve,
  raw: Curve,
  verdict: Verdict,
  { iv }: Criteria,
): IVValues & { measurementError: boolean } {
  const volts = iv.testVoltage_V;
  const exceedsMaximumCurrent = curve.y.some(
    (density, i) => density > iv.maximumCurrent_nA_per_cm2 && curve.x[i]! <= volts,
  );
  if (exceedsMaximumCurrent)
    verdict.set('Fail', `Current exceeds limit of ${iv.maximumCurrent_nA_per_cm2} nA/cm^2 below ${volts} V!`);
  const at = curve.x.indexOf(volts);
  const measurementError = at < 0 && !exceedsMaximumCurrent;
  if (measurementError) verdict.set('MeasErr', `Current not measured at (${volts} V)`);
  if (at < 0) verdict.note(`Current not measured at (${volts}V)`);

  const highest = raw.x.at(-1)!;
  const breakdown = breakdownVoltage(raw, iv);
  const microDischarge = breakdown !== undefined && breakdown < highest;
  if (microDischarge && breakdown < volts) verdict.set('Fail', `micro-discharge occurs before ${volts}V`);
  doubt(raw, verdict, iv);
  return {
    currentAtTestVoltage_nA_per_cm2: at < 0 ? undefined : curve.y[at],
    breakdownVoltage_V: microDischarge ? breakdown : highest,
    microDischarge,
    exceedsMaximumCurrent,
    holdVariation: holdVariation(raw, iv.holdVoltage_V),
    measurementError,
  };
}

/** What a sweep does not show, or shows twice, keeps it from passing; what it shows to be bad stays bad. */
function doubt(raw: Curve, verdict: Verdict, iv: Criteria['iv']): void {
  const unsure = (flag: string) =>
    verdict.decision === 'Fail' ? verdict.note(flag) : verdict.set('MeasErr', flag);
  const [hole, ...others] = holes(raw, iv);
  if (hole && hole.from < iv.testVoltage_V) unsure(holesText([hole, ...others]));
  else if (hole) verdict.note(holesText([hole, ...others]));
  const { contradicting, agreeing } = repeated(raw, iv);
  if (contradicting.length > 0)
    unsure(`Currents contradict each other at ${voltagesText(contradicting)}, measured more than once`);
  if (agreeing.length > 0) verdict.note(`Current measured more than once at ${voltagesText(agreeing)}`);
}

/** |I| over the area by |V|, in the order of the voltage. Zero currents were not measured. */
function currentDensity(voltage: Float64Array, current: Float64Array, area_cm2: number): Curve {
  const order = [...voltage.keys()]
    .filter((i) => current[i] !== 0 && Number.isFinite(current[i]) && Number.isFinite(voltage[i]))
    .sort((a, b) => Math.abs(voltage[a]!) - Math.abs(voltage[b]!));
  return {
    x: Float64Array.from(order, (i) => Math.abs(voltage[i]!)),
    y: Float64Array.from(order, (i) => Math.abs(current[i]!) / area_cm2),
  };
}

/**
 * The first pair of neighbours whose slope, over that of a resistor through the same point, is too steep; above the
 * test voltage more is allowed. The temperature cancels out of it.
 */
function breakdownVoltage({ x, y }: Curve, iv: Criteria['iv']): number | undefined {
  let before: number | undefined;
  let last = 0;
  for (let i = 1; i < x.length; i += 1) {
    // Of readings at one voltage the first counts.
    if (x[i] === x[last]) continue;
    const voltage = (x[i]! + x[last]!) / 2;
    const current = (y[i]! + y[last]!) / 2;
    const slope = (y[i]! - y[last]!) / (x[i]! - x[last]!);
    const allowed =
      iv.breakdownSlope +
      (voltage > iv.testVoltage_V ? (voltage - iv.testVoltage_V) / iv.breakdownSlopeRise_V : 0);
    if (slope / (current / voltage) > allowed) return before === undefined ? x[0] : (voltage + before) / 2;
    before = voltage;
    last = i;
  }
  return undefined;
}

function holdVariation({ x, y }: Curve, hold: number): number | undefined {
  const held = picked(y, (_, i) => x[i] === hold);
  return held.length > 1 ? Math.abs(deviation(held) / mean(held)) : undefined;
}
