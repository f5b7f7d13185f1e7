import type { EpochMs } from '../../base/units.ts';
import type { Verdict } from '../../base/verdict.ts';
import { toTwentyCelsius } from '../../calibrations/ivResults.ts';
import type { RunModule } from '../../journal/event.ts';
import type { RunRecord } from '../../journal/record.ts';
import type { IVCurve } from '../run/runData.ts';

/** What one run found of one module, as far as it can be compared with another. */
export interface PastRun {
  run: string;
  t: EpochMs;
  /** By which its curves stand together: the stage, or the title where no stage is known. */
  stage: string;
  /** Where it is known from. */
  from: 'local' | 'database';
  verdict: Verdict;
  /** `iv_curve.leakage_at_operating_voltage_20C` → its value. */
  values: ReadonlyMap<string, { value: number; unit: string }>;
  iv: readonly IVCurve[];
}

export const leakageAt20C = 'iv_curve.leakage_at_operating_voltage_20C';

/** Undefined when the run did not have the module. */
export function pastRunOf(record: RunRecord, module: RunModule, iv: readonly IVCurve[]): PastRun | undefined {
  const own = record.modules.find((other) => isSameModule(module, other));
  if (!own) return undefined;
  const values = new Map<string, { value: number; unit: string }>();
  for (const { calibration, results } of record.steps)
    for (const { module: index, measurements } of results)
      if (index === own.index)
        for (const { name, value, unit } of measurements)
          if (value !== undefined) values.set(`${calibration}.${name}`, { value, unit });
  normaliseLeakage(values);
  const stage = (own as { stage?: string }).stage ?? record.title;
  return { run: record.run, t: record.started, stage, from: 'local', verdict: own.verdict, values, iv };
}

/** Leakage doubles every 7 °C: only at one temperature do two runs compare. Where the file has no such number, it is made. */
export function normaliseLeakage(values: Map<string, { value: number; unit: string }>): void {
  const raw = values.get('iv_curve.leakage_at_operating_voltage');
  const temperature = values.get('iv_curve.temperature');
  if (values.has(leakageAt20C) || !raw || !temperature) return;
  values.set(leakageAt20C, { value: raw.value * toTwentyCelsius(temperature.value), unit: raw.unit });
}

/** By serial number; by name only where neither has one. */
export function isSameModule(a: RunModule, b: RunModule): boolean {
  return a.serialNumber !== undefined || b.serialNumber !== undefined
    ? a.serialNumber === b.serialNumber
    : a.name === b.name;
}
