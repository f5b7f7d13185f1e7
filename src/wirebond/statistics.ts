import { isPeel } from './breakMode.ts';
import type { Grams } from './load.ts';
import type { Pull } from './pullTest.ts';

/**
 * The numbers of WIREBOND_PULL_TEST, under the database's own codes. Strengths and counts of weak wires leave out
 * pulls with an error; percentages are of WIRE_PULLS, which counts them. [module-qc-analysis-tools 2.7]
 */
export interface PullStatistics {
  /** All pulls, those with an error included. */
  WIRE_PULLS: number;
  /** Mean. */
  PULL_STRENGTH: Grams;
  /** Sample standard deviation (n − 1). */
  PULL_STRENGTH_ERROR: Grams;
  PULL_STRENGTH_MIN: Grams;
  PULL_STRENGTH_MAX: Grams;
  /** Pulls below 5 g. */
  WIRE_BREAKS_5G: number;
  /** Percent. */
  HEEL_BREAKS_ON_FE_CHIP: number;
  /** Percent. */
  HEEL_BREAKS_ON_PCB: number;
  /** Bonds that came off, on either side. Percent. */
  BOND_PEEL: number;
  /** Bonds that came off below 7 g. Percent. */
  LIFT_OFFS_LESS_THAN_7G: number;
}

export type StatisticName = keyof PullStatistics;

/** Undefined with fewer than two pulls without an error: one has no deviation. */
export function pullStatistics(pulls: readonly Pull[]): PullStatistics | undefined {
  const good = goodPulls(pulls);
  if (good.length < 2) return undefined;
  const strengths = good.map(({ strength }) => strength);
  const mean = sum(strengths) / good.length;
  const squares = sum(strengths.map((strength) => (strength - mean) ** 2));
  const percent = (counts: (pull: Pull) => boolean) => (good.filter(counts).length * 100) / pulls.length;
  return {
    WIRE_PULLS: pulls.length,
    PULL_STRENGTH: mean,
    PULL_STRENGTH_ERROR: Math.sqrt(squares / (good.length - 1)),
    PULL_STRENGTH_MIN: strengths.reduce((least, strength) => Math.min(least, strength)),
    PULL_STRENGTH_MAX: strengths.reduce((most, strength) => Math.max(most, strength)),
    WIRE_BREAKS_5G: strengths.filter((strength) => strength < 5).length,
    HEEL_BREAKS_ON_FE_CHIP: percent(({ mode }) => mode === 'heel on FE chip'),
    HEEL_BREAKS_ON_PCB: percent(({ mode }) => mode === 'heel on PCB'),
    BOND_PEEL: percent(({ mode }) => isPeel(mode)),
    LIFT_OFFS_LESS_THAN_7G: percent(({ mode, strength }) => isPeel(mode) && strength < 7),
  };
}

/** Those that measured a wire. */
export function goodPulls(pulls: readonly Pull[]): Pull[] {
  return pulls.filter(({ mode }) => mode !== 'error');
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
