import type { EpochMs } from '../../base/units.ts';
import type { Verdict } from '../../base/verdict.ts';
import { toTwentyCelsius } from '../../calibrations/ivResults.ts';
import type { RunModule } from '../../journal/event.ts';
import type { RunRecord, StepRecord } from '../../journal/record.ts';
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
  /** No breakdown was found: `iv_curve.breakdown_voltage` says only how far was looked. */
  unbroken?: boolean;
  iv: readonly IVCurve[];
}

export const leakageAt20C = 'iv_curve.leakage_at_operating_voltage_20C';

/** Undefined when the run did not have the module. */
export function pastRunOf(record: RunRecord, module: RunModule, iv: readonly IVCurve[]): PastRun | undefined {
  const own = record.modules.find((other) => isSameModule(module, other));
  if (!own) return undefined;
  // What was not completed is judged as far as it came, and does not count.
  const completed = record.steps.filter(({ state }) => state === 'completed');
  const values = measuredIn(completed, own.index);
  const unbroken = own.breakdown?.found === 'none';
  const stage = (own as { stage?: string }).stage ?? record.title;
  return {
    run: record.run,
    t: record.started,
    stage,
    from: 'local',
    verdict: own.verdict,
    values,
    unbroken,
    iv,
  };
}

/** What steps measured of a module: `iv_curve.temperature` → its value; of a step that was done again, the last. */
export function measuredIn(
  steps: readonly StepRecord[],
  module: string,
): Map<string, { value: number; unit: string }> {
  const values = new Map<string, { value: number; unit: string }>();
  for (const { calibration, results } of steps)
    for (const { module: index, measurements } of results)
      if (index === module)
        for (const { name, value, unit } of measurements)
          if (value !== undefined && Number.isFinite(value))
            values.set(`${calibration}.${name}`, { value, unit });
  normaliseLeakage(values);
  return values;
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
