import type { ControlLimits } from './controlChart.ts';

/** One run in the order of time, and on which side of the usual it lies. */
export interface Outcome {
  run: string;
  modules: readonly string[];
  /** 0: as usual. */
  side: -1 | 0 | 1;
}

export interface Suspicion {
  /** `station`: whatever was put on it was off; `module`: it alone was, and others beside it were not. */
  who: 'station' | 'module';
  module?: string;
  /** The runs that say so, in the order of time. */
  runs: readonly string[];
  side: -1 | 1;
  /** It holds for the newest run. */
  now: boolean;
}

/** So many different modules one after the other are no accident: it is the station. */
const modulesInARow = 3;

/**
 * Five bad modules in a row are one bad cable; a module that is off while those before and after it are as usual is a
 * bad module. What lies off only at the very end, with fewer modules than that, is not yet told apart.
 */
export function suspicions(outcomes: readonly Outcome[]): Suspicion[] {
  return streaks(outcomes).flatMap((streak): Suspicion[] => {
    const { from, to, side } = streak;
    const own = outcomes.slice(from, to + 1);
    const modules = [...new Set(own.flatMap((outcome) => outcome.modules))];
    const runs = own.map(({ run }) => run);
    const now = to === outcomes.length - 1;
    if (modules.length >= modulesInARow) return [{ who: 'station', runs, side, now }];
    const between = from > 0 && !now;
    // Once more on its own after others were fine says the same.
    const again = own.length > 1 && modules.length === 1 && from > 0;
    if (!between && !again) return [];
    return modules.map((module) => ({ who: 'module', module, runs, side, now }));
  });
}

/** Stretches of runs off to the same side. */
function streaks(outcomes: readonly Outcome[]): { from: number; to: number; side: -1 | 1 }[] {
  const found: { from: number; to: number; side: -1 | 1 }[] = [];
  for (const [i, { side }] of outcomes.entries()) {
    if (side === 0) continue;
    const last = found.at(-1);
    if (last && last.to === i - 1 && last.side === side) last.to = i;
    else found.push({ from: i, to: i, side });
  }
  return found;
}

export function sideOf(value: number, { low, high }: ControlLimits): -1 | 0 | 1 {
  return value < low ? -1 : value > high ? 1 : 0;
}
