import { mean } from '../moments.ts';
import { measured, type SensorTest } from '../record.ts';
import { humidityFlag } from './air.ts';
import { type Analysis, Verdict } from './analysis.ts';
import { type Criteria, shippedCriteria } from './criteria.ts';
import type { Curve } from './curve.ts';
import { fitCV } from './cvFit.ts';
import { type CVModel, cvModel } from './cvModel.ts';
import { sensorArea } from './geometry.ts';

interface CVValues {
  depletionVoltage_V?: number | undefined;
  /** The effective doping concentration in 10¹² cm⁻³. */
  neff_1e12_per_cm3?: number | undefined;
  activeThickness_um?: number | undefined;
  /** Squared, of the normalised curve, over the fitted points. */
  fitResidual?: number | undefined;
}

export interface CVAnalysis extends Analysis<CVValues> {
  testType: 'CV';
  /** |voltage| in V against 1/C² in pF⁻². */
  curve?: Curve | undefined;
  /** The fitted curve, and its parameters for 1/C² over `norm`. */
  fit?: { model: CVModel; norm_per_pF2: number; curve: Curve } | undefined;
}

/** Judges a CV curve by the depletion voltage and the active thickness that its knee tells. */
export function analyseCV(test: SensorTest, criteria: Criteria = shippedCriteria): CVAnalysis {
  const { cv } = criteria;
  const verdict = new Verdict();
  const stop = (decision: 'Fail' | 'MeasErr', flag: string): CVAnalysis => ({
    testType: 'CV',
    decision,
    flags: [...verdict.flags, flag],
    values: {},
  });
  const capacitance = measured(test, 'capacitance_pF');
  if (!capacitance) return stop('MeasErr', 'C is Empty!');
  const voltage = measured(test, 'voltage_V');
  if (!voltage) return stop('MeasErr', 'V is Empty!');
  const curve = inverseSquare(voltage, capacitance, cv.maximumCapacitance_pF);
  if (curve.x.length === 0) return stop('MeasErr', 'C is Empty!');

  let fitted = pointsFrom(curve, cv.fitFrom_V);
  if (fitted.x.length === 0) {
    verdict.set('MeasErr', 'No Data Above LowerBoundV');
    fitted = curve;
  }
  const norm = mean(curve.y);
  const model = fitCV({ x: fitted.x, y: fitted.y.map((value) => value / norm) });
  if (!model) return { ...stop('Fail', 'FIT FAILED!'), curve };

  const { area_m2, flag } = sensorArea(test, criteria);
  const derived = bulk(model, norm, area_m2, criteria);
  const fitResidual = residual(curve, model, norm) / fitted.x.length;
  const reach = curve.x.at(-1)!;
  if (flag) verdict.set('MeasErr', flag);
  if (fitResidual > cv.maximumResidual) verdict.set('Fail', 'BAD FIT!');
  if (model.f >= reach) verdict.set('MeasErr', 'Fitted Vdep is greater than the data range!');
  if (derived.activeThickness_um <= cv.minimumThickness_um)
    verdict.set('Fail', `Active Thickness is below ${cv.minimumThickness_um} um`);
  if (model.f >= cv.maximumDepletion_V)
    verdict.set('Fail', `Initial Depl Voltage Vdep is above ${cv.maximumDepletion_V} V`);
  const humid = humidityFlag(test, criteria);
  if (humid) verdict.set('MeasErr', humid);
  if (verdict.decision === null && reach < cv.minimumReach_V)
    verdict.set('MeasErr', `Capacitance not measured up to (${cv.minimumReach_V} V)`);
  return {
    testType: 'CV',
    decision: verdict.conclude(test),
    flags: verdict.flags,
    values: {
      depletionVoltage_V: model.f,
      neff_1e12_per_cm3: finite(derived.neff_1e12_per_cm3),
      activeThickness_um: finite(derived.activeThickness_um),
      fitResidual: finite(fitResidual),
    },
    curve,
    fit: { model, norm_per_pF2: norm, curve: drawn(curve, model, norm) },
  };
}

/** A curve without slope has no doping. */
function finite(value: number): number | undefined {
  return Number.isFinite(value) ? value : undefined;
}

function inverseSquare(voltage: Float64Array, capacitance: Float64Array, largest: number): Curve {
  const order = [...voltage.keys()]
    .filter((i) => {
      const c = capacitance[i]!;
      return c <= largest && c !== 0 && Number.isFinite(voltage[i]) && Number.isFinite(1 / c ** 2);
    })
    .sort((a, b) => Math.abs(voltage[a]!) - Math.abs(voltage[b]!));
  return {
    x: Float64Array.from(order, (i) => Math.abs(voltage[i]!)),
    y: Float64Array.from(order, (i) => 1 / capacitance[i]! ** 2),
  };
}

function pointsFrom({ x, y }: Curve, from: number): Curve {
  const first = x.findIndex((voltage) => voltage >= from);
  return first < 0 ? { x: x.slice(0, 0), y: y.slice(0, 0) } : { x: x.subarray(first), y: y.subarray(first) };
}

/** Doping and depth from the slope of 1/C² of an abrupt junction: d(1/C²)/dV = 2/(e ε N A²). */
function bulk(
  { a, f }: CVModel,
  norm_per_pF2: number,
  area_m2: number,
  { silicon }: Criteria,
): { neff_1e12_per_cm3: number; activeThickness_um: number } {
  const permittivity = silicon.vacuumPermittivity_F_per_m * silicon.relativePermittivity;
  const slope_per_F2V = (a * norm_per_pF2) / 1e-24;
  const neff_per_m3 = 2 / slope_per_F2V / silicon.elementaryCharge_C / permittivity / area_m2 ** 2;
  const depth_m = Math.sqrt((2 * permittivity * f) / silicon.elementaryCharge_C / neff_per_m3);
  return { neff_1e12_per_cm3: neff_per_m3 / 1e18, activeThickness_um: depth_m * 1e6 };
}

/** Over all points, below the fitted range too: so the sites compare it. */
function residual({ x, y }: Curve, model: CVModel, norm: number): number {
  let sum = 0;
  for (let i = 0; i < x.length; i += 1) sum += (cvModel(model, x[i]!) - y[i]! / norm) ** 2;
  return sum;
}

const drawnPoints = 30;

function drawn({ x }: Curve, model: CVModel, norm: number): Curve {
  const [first, last] = [x[0]!, x.at(-1)!];
  const voltages = Float64Array.from(
    { length: drawnPoints },
    (_, i) => first + ((last - first) * i) / (drawnPoints - 1),
  );
  return { x: voltages, y: voltages.map((voltage) => cvModel(model, voltage) * norm) };
}
