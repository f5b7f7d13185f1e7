import type { Grams } from './load.ts';
import type { Pull } from './pullTest.ts';
import { goodPulls } from './statistics.ts';

export interface Bin {
  /** Included. */
  from: Grams;
  /** Not included. */
  to: Grams;
  count: number;
}

const widths = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100];

/** Pulls without an error in bins of a round width, at most `most` of them if the range allows, none left out between. */
export function bins(pulls: readonly Pull[], most = 12): Bin[] {
  const strengths = goodPulls(pulls).map(({ strength }) => strength);
  if (strengths.length === 0) return [];
  const low = strengths.reduce((least, one) => Math.min(least, one));
  const high = strengths.reduce((largest, one) => Math.max(largest, one));
  const indexOf = (strength: Grams, width: number) => Math.floor(strength / width + 1e-9);
  const width =
    widths.find((candidate) => indexOf(high, candidate) - indexOf(low, candidate) < most) ??
    10 ** Math.ceil(Math.log10((high - low) / (most - 1)));
  const first = indexOf(low, width);
  const counts = new Array<number>(indexOf(high, width) - first + 1).fill(0);
  for (const strength of strengths) counts[indexOf(strength, width) - first]! += 1;
  return counts.map((count, index) => ({
    from: rounded((first + index) * width),
    to: rounded((first + index + 1) * width),
    count,
  }));
}

/** ` 8.0 to  9.0 g  ########## 17`, a line a bin. */
export function histogram(pulls: readonly Pull[], columns = 40): string[] {
  const all = bins(pulls);
  const tallest = Math.max(1, ...all.map(({ count }) => count));
  const width = Math.max(0, ...all.map(({ to }) => to.toFixed(1).length));
  return all.map(({ from, to, count }) => {
    const bar = '#'.repeat(count === 0 ? 0 : Math.max(1, Math.round((count / tallest) * columns)));
    const range = `${from.toFixed(1).padStart(width)} to ${to.toFixed(1).padStart(width)} g`;
    return `${range}  ${bar}${bar === '' ? '' : ' '}${count}`;
  });
}

function rounded(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
