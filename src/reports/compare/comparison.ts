import type { Measurement } from '../../base/verdict.ts';
import { type Change, changesOf } from '../history/changes.ts';
import { isSameModule, type PastRun, pastRunOf } from '../history/pastRun.ts';
import type { ModuleData, RunData } from '../run/runData.ts';

/** One measurement in two runs. */
export interface Pair {
  calibration: string;
  name: string;
  unit: string;
  before: Measurement | undefined;
  after: Measurement | undefined;
}

export interface ModuleComparison {
  before: ModuleData;
  after: ModuleData;
  /** The two are different modules: then a difference is no change. */
  other: boolean;
  pairs: readonly Pair[];
  changes: readonly Change[];
}

/** Module by module: the same one where there is one, else by their place. */
export function compareRuns(before: RunData, after: RunData): ModuleComparison[] {
  return after.modules.flatMap((module, i) => {
    const same = before.modules.find((one) => isSameModule(one.module, module.module));
    const partner = same ?? before.modules[i];
    if (!partner) return [];
    const [past, now] = [pastOf(before, partner), pastOf(after, module)];
    return [
      {
        before: partner,
        after: module,
        other: same === undefined,
        pairs: pairsOf(before, partner, after, module),
        changes: past && now ? changesOf([past], now) : [],
      },
    ];
  });
}

function pastOf({ record }: RunData, { module, iv }: ModuleData): PastRun | undefined {
  return pastRunOf(record, module, iv);
}

function pairsOf(before: RunData, one: ModuleData, after: RunData, other: ModuleData): Pair[] {
  const [old, fresh] = [measurementsOf(before, one), measurementsOf(after, other)];
  return [...new Set([...old.keys(), ...fresh.keys()])].map((key) => {
    const [calibration = '', ...name] = key.split('.');
    const [was, is] = [old.get(key), fresh.get(key)];
    return { calibration, name: name.join('.'), unit: (is ?? was)!.unit, before: was, after: is };
  });
}

function measurementsOf({ record }: RunData, { module }: ModuleData): Map<string, Measurement> {
  const found = new Map<string, Measurement>();
  for (const { calibration, results } of record.steps)
    for (const result of results)
      if (result.module === module.index)
        for (const measurement of result.measurements)
          found.set(`${calibration}.${measurement.name}`, measurement);
  return found;
}
