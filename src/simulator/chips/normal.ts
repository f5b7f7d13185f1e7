const reach = 6;
const perUnit = 512;
const table = tabulate();

/** The normal distribution function, from a table: a scan asks for it some ten million times. */
export function normalCdf(x: number): number {
  if (x <= -reach) return 0;
  if (x >= reach) return 1;
  return table[Math.round((x + reach) * perUnit)]!;
}

/** About binomial counts of `trials` at a chance of normalCdf(x). */
export interface Counts {
  readonly trials: number;
  /** At x: mean and spread. */
  readonly mean: Float64Array;
  readonly spread: Float64Array;
}

/** Tabulated, too: the roots are what a scan would spend its time with. */
export function countsOf(trials: number): Counts {
  const mean = table.map((chance) => trials * chance);
  const spread = table.map((chance) => Math.sqrt(trials * chance * (1 - chance)));
  return { trials, mean, spread };
}

/** The count at x, where `draw` tells one of mean 0 and spread 1, and is asked only where something is left to chance. */
export function countAt({ trials, mean, spread }: Counts, x: number, draw: () => number): number {
  if (x <= -reach) return 0;
  if (x >= reach) return trials;
  const at = Math.round((x + reach) * perUnit);
  const count = Math.floor(mean[at]! + spread[at]! * draw() + 0.5);
  return count < 0 ? 0 : count > trials ? trials : count;
}

/** Integrates the density; the steps are small enough for nine digits. */
function tabulate(): Float64Array {
  const values = new Float64Array(2 * reach * perUnit + 1);
  const density = (x: number) => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
  let sum = 0;
  for (let k = 1; k < values.length; k += 1) {
    const left = (k - 1) / perUnit - reach;
    const h = 1 / perUnit;
    sum += ((density(left) + 4 * density(left + h / 2) + density(left + h)) * h) / 6;
    values[k] = sum;
  }
  return values;
}
