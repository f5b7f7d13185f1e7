import type { Problem } from '../base/errors.ts';
import type { Amperes, Celsius, Volts } from '../base/units.ts';
import type { Module } from '../station/station.ts';
import {
  complianceBreakdown,
  type IVPoint,
  lowestBreakdown,
  measuredTo,
  recomputeBreakdown,
  reportedBreakdown,
  type SensorFindings,
} from './breakdown.ts';
import { type ModuleResults, type ReadingContext, type StepFiles, tableOf } from './category.ts';
import { column, type NumberTable } from './table.ts';

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
  if (!table || !points || points.length < 2)
    return { values: {}, problems: [badCurve(name, 'it has no voltage and current columns, or no points')] };
  if (table.cut) return { values: {}, problems: [badCurve(name, 'a line in it is cut short')] };
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

/** Points in the order of the file. Set voltage, measured voltage and current by their headers, magnitudes made negative. */
export function readCurve(table: NumberTable): IVPoint[] | undefined {
  const set = column(table, /set.*\bV\b|\bV.*set|voltage set/i, /^voltage \(V\)$/i, /voltage|^V$/i);
  const voltage = column(
    table,
    /^(measured )?voltage \(V\)$|voltage.*meas|meas.*voltage/i,
    /^voltage/i,
    /voltage|^V$/i,
  );
  // The limit of the supply stands beside the reading in icicle's rows, and is none.
  const current = column(
    table,
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
  const reported = reportedBreakdown(await readReported(files), module);
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

/** Missing or unreadable is unknown, not none. */
async function readReported(files: StepFiles): Promise<unknown> {
  if (!files.names.includes('breakdowns.json')) return undefined;
  try {
    return JSON.parse(await files.read('breakdowns.json'));
  } catch {
    return 'text that is no JSON';
  }
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
      ? Math.abs(breakdown.voltage)
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

/** The last temperature in the file: it is measured at the highest voltage, in a row or in all of them. */
function temperatureOf(table: NumberTable): Celsius | undefined {
  const temperatures = column(table, /temperature|^T \(|ntc/i)?.filter(Number.isFinite) ?? [];
  return temperatures.at(-1);
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
