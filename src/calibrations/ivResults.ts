import type { Problem } from '../base/errors.ts';
import { readJson } from '../base/jsonFile.ts';
import type { Amperes, Celsius, Volts } from '../base/units.ts';
import type { Breakdown } from '../base/verdict.ts';
import type { Module } from '../station/station.ts';
import {
  type BreakdownRule,
  complianceBreakdown,
  type IVPoint,
  lowestBreakdown,
  measuredTo,
  recomputeBreakdown,
  reportedBreakdown,
  type SensorFindings,
} from './breakdown.ts';
import { type ModuleResults, type ReadingContext, type StepFiles, tableOf } from './category.ts';
import { column, type NumberTable, quantity } from './table.ts';

/** Reads the curve of a module (CSV) and what the calibration reports in breakdowns.json. */
export async function readIVResults(
  files: StepFiles,
  module: Module,
  context: ReadingContext,
): Promise<ModuleResults> {
  const found = await tableOf(files, module, (table) => readCurve(table) !== undefined);
  if (!found) return { values: {}, problems: [noCurve(module)] };
  const { name, table } = found;
  const points = table && readCurve(table);
  if (!table || !points || points.length < 2) return { values: {}, problems: [badCurve(name, noColumns)] };
  if (table.flaw) return { values: {}, problems: [badCurve(name, table.flaw)] };
  if (points.some(({ set, voltage, current }) => ![set, voltage, current].every(Number.isFinite))) {
    return { values: {}, problems: [badCurve(name, 'a voltage or current in it is no number')] };
  }
  const sensor = await findings(files, module, points, context);
  return {
    values: curveValues(points, temperatureOf(table), sensor, context.operatingVoltage),
    sensor,
    problems: [],
  };
}

const noColumns =
  'it has no points, or no columns of voltage and current in units that are known (V, mV, kV; A, mA, µA, nA, pA)';

/** Points in the order of the file. Set voltage, measured voltage and current by their headers, magnitudes made negative. */
export function readCurve(table: NumberTable): IVPoint[] | undefined {
  const set = quantity(table, 'V', /set.*\bV\b|\bV.*set|voltage set/i, /^voltage \(V\)$/i, /voltage|^V$/i);
  const voltage = quantity(
    table,
    'V',
    /^(measured )?voltage \(V\)$|voltage.*meas|meas.*voltage/i,
    /^voltage/i,
    /voltage|^V$/i,
  );
  // The limit of the supply stands beside the reading in icicle's rows, and is none.
  const current = quantity(
    table,
    'A',
    /meas.*current|current.*meas/i,
    /^current(?!.*(limit|set|compliance))/i,
    /^(?!.*(limit|set|compliance)).*current|^I$/i,
  );
  if (!set || !voltage || !current) return undefined;
  const compliance = column(table, /^compliance$/i);
  // Elsewhere the column holds the limit itself.
  const flags = compliance?.every((flag) => flag === 0 || flag === 1) ? compliance : undefined;
  // Some tools write magnitudes: a curve that never goes below 0 and goes far above is in reverse bias all the same.
  const flip = Math.min(...set) >= 0 && Math.max(...set) > 1 ? -1 : 1;
  return set.map((value, i) => ({
    set: flip * value,
    voltage: flip * voltage[i]!,
    current: current[i]!,
    ...(flags ? { compliance: flags[i] === 1 } : {}),
  }));
}

async function findings(
  files: StepFiles,
  module: Module,
  points: readonly IVPoint[],
  context: ReadingContext,
): Promise<SensorFindings> {
  const reported = withinCurve(
    reportedBreakdown(await readReported(files), module),
    points,
    context.breakdownRule,
  );
  const recomputed = recomputeBreakdown(points, context.breakdownRule, module.sensorType ?? '3D');
  const compliance = complianceBreakdown(points, context.compliance);
  const reached = measuredTo(points);
  // A curve that the compliance ended says by that where it breaks down, however few its points are.
  const own = compliance.found === 'at' && recomputed.found === 'unknown' ? compliance : recomputed;
  return {
    reported,
    recomputed,
    compliance,
    breakdown: lowestBreakdown(reported, own, compliance),
    ...(reached === undefined ? {} : { measuredTo: reached }),
  };
}

/** A breakdown beyond the end of the curve was not measured: in another unit, of another curve, or a marker for none. */
function withinCurve(reported: Breakdown, points: readonly IVPoint[], { step }: BreakdownRule): Breakdown {
  const end = farthest(points);
  // Interpolated to the steps of the rule it may lie one of them beyond the last point.
  if (reported.found !== 'at' || reported.voltage >= end - step) return reported;
  return {
    found: 'unknown',
    why: `breakdowns.json has ${reported.voltage} V, and the curve ends at ${end} V`,
  };
}

function farthest(points: readonly IVPoint[]): Volts {
  return Math.min(...points.map(({ set }) => set));
}

const anything = () => true;

/** Missing or unreadable is unknown, not none. */
async function readReported(files: StepFiles): Promise<unknown> {
  const file = 'breakdowns.json';
  if (!files.names.includes(file)) return undefined;
  // Of a key that stands twice only one would count.
  const { value, problems } = readJson<unknown>({ file, text: await files.read(file) }, anything, 'E4312');
  return problems.length > 0 ? 'text that is no JSON, or a key twice' : value;
}

function curveValues(
  points: readonly IVPoint[],
  temperature: Celsius | undefined,
  sensor: SensorFindings,
  operating: Volts | undefined,
): ModuleResults['values'] {
  const leakage = operating === undefined ? undefined : currentAt(points, operating);
  const at20 =
    leakage === undefined || temperature === undefined ? undefined : leakage * toTwentyCelsius(temperature);
  const { breakdown, measuredTo: reached } = sensor;
  // None found says only that it is beyond what was measured, and so it counts as that far.
  const strength =
    breakdown.found === 'at'
      ? Math.min(Math.abs(breakdown.voltage), Math.abs(farthest(points)))
      : breakdown.found === 'none' && reached !== undefined
        ? Math.abs(reached)
        : undefined;
  return {
    breakdown_voltage: { value: strength, unit: 'V' },
    measured_to: { value: reached, unit: 'V' },
    leakage_at_operating_voltage: { value: leakage, unit: 'A' },
    leakage_at_operating_voltage_20C: { value: at20, unit: 'A' },
    temperature: { value: temperature, unit: 'C' },
  };
}

/** |I| at a voltage on the way up, between its neighbours; undefined beyond the curve. */
export function currentAt(points: readonly IVPoint[], voltage: Volts): Amperes | undefined {
  for (let i = 1; i < points.length; i++) {
    const [low, high] = [points[i - 1]!, points[i]!];
    if (low.set >= voltage && high.set <= voltage && high.set < low.set) {
      const part = (voltage - low.set) / (high.set - low.set);
      return Math.abs(low.current + part * (high.current - low.current));
    }
  }
  return undefined;
}

/** Effective gap for leakage current in silicon, eV [A. Chilingarov, JINST 8 (2013) P10003]. */
const gap = 1.21;
/** eV / K */
const boltzmann = 8.617333e-5;

/** The factor that takes a leakage current from a temperature to 20 °C: I ∝ T² exp(−Eg / 2kT). */
export function toTwentyCelsius(temperature: Celsius): number {
  const [t, reference] = [temperature + 273.15, 293.15];
  return (reference / t) ** 2 * Math.exp((-gap / (2 * boltzmann)) * (1 / reference - 1 / t));
}

/** Of a module under test [assumed: beyond what coldboxes reach and interlocks allow]; elsewhere a sensor is broken. */
const plausible = { from: -60, to: 80 } as const;

/**
 * The last temperature in the file: it is measured at the highest voltage, in a row or in all of them. One that no module
 * has would make its leakage anything.
 */
export function temperatureOf(table: NumberTable): Celsius | undefined {
  const last = quantity(table, 'C', /temperature|^T \(|ntc/i)
    ?.filter(Number.isFinite)
    .at(-1);
  return last !== undefined && last >= plausible.from && last <= plausible.to ? last : undefined;
}

function noCurve(module: Module): Problem {
  return {
    code: 'E4311',
    what: `no CSV file of the IV names module ${module.index} (${module.name}).`,
    remedy: 'The files are kept; a curve that cannot be told to be this module’s is not taken for it.',
  };
}

function badCurve(file: string, why: string): Problem {
  return {
    code: 'E4312',
    where: { file },
    what: `the IV curve cannot be used: ${why}.`,
    remedy: 'The file is kept as it is. Measure again.',
  };
}
