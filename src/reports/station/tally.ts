import type { Seconds } from '../../base/units.ts';
import { day } from '../page/text.ts';
import type { StationRun } from './stationRun.ts';

export interface Yield {
  of: string;
  runs: number;
  passed: number;
  failed: number;
  /** Stopped, tripped, broken off, or without anything that was judged: they say nothing of the module. */
  unjudged: number;
}

export function yieldBy(runs: readonly StationRun[], key: (run: StationRun) => string): Yield[] {
  const tally = new Map<string, Yield>();
  for (const run of runs) {
    const of = key(run);
    const one = tally.get(of) ?? { of, runs: 0, passed: 0, failed: 0, unjudged: 0 };
    const count = run.verdict === 'PASS' ? 'passed' : run.verdict === 'FAIL' ? 'failed' : 'unjudged';
    tally.set(of, { ...one, runs: one.runs + 1, [count]: one[count] + 1 });
  }
  return [...tally.values()];
}

export function yieldByDay(runs: readonly StationRun[]): Yield[] {
  return yieldBy(runs, ({ t }) => day(t));
}

/** How often each reason kept a run from passing, most first; a run counts once for each. What follows of another is none. */
export function failuresByCode(
  runs: readonly StationRun[],
): { code: string; runs: number; example: string }[] {
  const tally = new Map<string, { code: string; runs: number; example: string }>();
  for (const { failures } of runs) {
    const reasons = failures.filter(({ follows }) => !follows);
    const codes = new Map(reasons.map(({ code, what }) => [withoutChip(code), what]));
    for (const [code, what] of codes) {
      const one = tally.get(code) ?? { code, runs: 0, example: what };
      tally.set(code, { ...one, runs: one.runs + 1 });
    }
  }
  return [...tally.values()].sort((a, b) => b.runs - a.runs);
}

/** The same failure of another chip is the same failure: `chip2_noise_mean` → `chip_noise_mean`. */
export function withoutChip(code: string): string {
  return code.replace(/^(chip)\d+_/, '$1_').replace(/ROC\d+/, 'ROC');
}

/** Station seconds under HV by module, most first. */
export function hvTimeByModule(
  runs: readonly StationRun[],
): { module: string; hvOn: Seconds; runs: number }[] {
  const tally = new Map<string, { module: string; hvOn: Seconds; runs: number }>();
  for (const { modules, hvOn } of runs)
    for (const module of modules) {
      const one = tally.get(module) ?? { module, hvOn: 0, runs: 0 };
      tally.set(module, { module, hvOn: one.hvOn + hvOn, runs: one.runs + 1 });
    }
  return [...tally.values()].sort((a, b) => b.hvOn - a.hvOn);
}
