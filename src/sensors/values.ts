import type { SensorAnalysis } from './analyses/analyse.ts';

/** A number that an analysis derived: what it is called, its unit, and its database code. */
interface DerivedValue {
  name: string;
  label: string;
  unit: string;
  value: number;
  code?: string | undefined;
}

interface Description {
  label: string;
  unit: string;
  code?: string;
}

/** What a person calls the derived values, and the database. */
const descriptions: Readonly<Record<string, Description>> = {
  currentAtTestVoltage_nA_per_cm2: { label: 'Current at 500 V', unit: 'nA/cm²', code: 'I_500V' },
  breakdownVoltage_V: { label: 'Breakdown voltage', unit: 'V', code: 'VBD' },
  holdVariation: { label: 'Variation at 700 V', unit: '', code: 'RMS_STABILITY' },
  depletionVoltage_V: { label: 'Depletion voltage', unit: 'V', code: 'VFD' },
  neff_1e12_per_cm3: { label: 'Neff', unit: '10¹²/cm³', code: 'NEFF' },
  activeThickness_um: { label: 'Active thickness', unit: 'µm', code: 'ACTIVETHICKNESS' },
  fitResidual: { label: 'Fit residual', unit: '' },
  averageLeakage_nA: { label: 'Mean leakage', unit: 'nA', code: 'ABS_I_LEAK_AV' },
  averageShuntVoltage_mV: { label: 'Mean shunt voltage', unit: 'mV' },
  leakageVariation: { label: 'Variation', unit: '', code: 'I_LEAK_VARIATION' },
  strips: { label: 'Strips', unit: '', code: 'NSTRIPS' },
  firstChannel: { label: 'First channel', unit: '' },
  lastChannel: { label: 'Last channel', unit: '' },
  badStripFraction_percent: { label: 'Bad strips', unit: '%', code: 'BAD_STRIP_FRACTION' },
  longestBadCluster: { label: 'Longest bad cluster', unit: '', code: 'N_BADCLUSTER_MAX' },
  maximumBow_um: { label: 'Maximum bow', unit: 'µm', code: 'BOWING' },
  averageBow_um: { label: 'Average bow', unit: 'µm' },
  bowDeviation_um: { label: 'Deviation of bow', unit: 'µm' },
  thickness_um: { label: 'Thickness', unit: 'µm', code: 'AVTHICKNESS' },
};

/** The numbers of an analysis, in the order in which it gives them. */
export function derivedValues(analysis: SensorAnalysis): DerivedValue[] {
  return Object.entries(analysis.values).flatMap(([name, value]) => {
    const about = descriptions[name];
    return about && typeof value === 'number' ? [{ name, ...about, value }] : [];
  });
}

/** The name of the value that the database keeps under a code. */
export function derivedNameOf(code: string): string | undefined {
  return Object.entries(descriptions).find(([, about]) => about.code === code)?.[0];
}

/** The names of all derived values, for those who ask for them. */
export const derivedNames: readonly string[] = Object.keys(descriptions);

/** Five digits and the unit, as a person reads it. */
export function valueText({ value, unit }: Pick<DerivedValue, 'value' | 'unit'>): string {
  const size = Math.abs(value);
  const digits =
    Number.isInteger(value) || (size >= 1e-3 && size < 1e6)
      ? String(Number(value.toPrecision(5)))
      : value.toExponential(4);
  return unit === '' ? digits : `${digits} ${unit}`;
}
