import { faults } from './catalogue.ts';
import { phases } from './phase.ts';
import type { Outcome } from './strike.ts';

/** How a cell is read. */
export const legend = 'In each cell: runs, violations; time to 0 V on the wall, median / most.';

/** A row a fault, a column a phase; each cell as text. */
export function rows(outcomes: readonly Outcome[], timeScale: number): string[][] {
  const header = ['fault', ...phases, 'to 0 V, wall', 'to 0 V, station'];
  const done = faults.filter((fault) => outcomes.some(({ blow }) => blow.fault === fault));
  return [
    header,
    ...done.map((fault) =>
      row(
        fault.name,
        outcomes.filter(({ blow }) => blow.fault === fault),
        timeScale,
      ),
    ),
    row('all', outcomes, timeScale),
  ];
}

function row(name: string, outcomes: readonly Outcome[], timeScale: number): string[] {
  const times = safeTimes(outcomes);
  return [
    name,
    ...phases.map((phase) => cell(outcomes.filter((one) => one.blow.aim.phase === phase))),
    times.length === 0 ? '–' : `${seconds(median(times))} / ${seconds(times.at(-1)!)}`,
    times.length === 0
      ? '–'
      : `${seconds(median(times) * timeScale)} / ${seconds(times.at(-1)! * timeScale)}`,
  ];
}

/** Runs, violations, and the time to safe on the wall: median / most. */
function cell(outcomes: readonly Outcome[]): string {
  if (outcomes.length === 0) return '·';
  const violations = outcomes.reduce((sum, one) => sum + one.violations.length, 0);
  const times = safeTimes(outcomes);
  const told = times.length === 0 ? '' : `; ${seconds(median(times))} / ${seconds(times.at(-1)!)}`;
  return `${outcomes.length}, ${violations}${told}`;
}

function safeTimes(outcomes: readonly Outcome[]): number[] {
  return outcomes.flatMap(({ safeMs }) => (safeMs === undefined ? [] : [safeMs])).sort((a, b) => a - b);
}

function median(sorted: readonly number[]): number {
  const middle = sorted.length / 2;
  return sorted.length % 2 === 1 ? sorted[Math.floor(middle)]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

function seconds(ms: number): string {
  const s = ms / 1000;
  return `${s < 10 ? s.toFixed(2) : s.toFixed(0)} s`;
}
