/**
 * Whether a series rises: the test of Mann and Kendall, which asks only of each pair which of the two is larger, and so
 * needs no model of the noise. z is about normal where nothing rises. [H. B. Mann, Econometrica 13 (1945) 245;
 * M. G. Kendall, Rank Correlation Methods, 1975; with the correction for continuity]
 */
export function risingTrend(values: readonly number[]): { z: number; growth: number } {
  const n = values.length;
  let pairs = 0;
  for (let i = 0; i < n; i += 1)
    for (let k = i + 1; k < n; k += 1) pairs += Math.sign(values[k]! - values[i]!);
  const spread = Math.sqrt((n * (n - 1) * (2 * n + 5)) / 18);
  const z = spread === 0 ? 0 : (pairs - Math.sign(pairs)) / spread;
  return { z, growth: growthOf(values) };
}

/**
 * The last of the series against the first, by the median of the slopes of all pairs of logarithms: one stray run does
 * not make it. [P. K. Sen, J. Am. Stat. Assoc. 63 (1968) 1379]
 */
function growthOf(values: readonly number[]): number {
  const slopes: number[] = [];
  for (let i = 0; i < values.length; i += 1)
    for (let k = i + 1; k < values.length; k += 1)
      slopes.push((Math.log(values[k]!) - Math.log(values[i]!)) / (k - i));
  if (slopes.length === 0) return 1;
  slopes.sort((a, b) => a - b);
  const half = slopes.length / 2;
  const slope = slopes.length % 2 === 1 ? slopes[Math.floor(half)]! : (slopes[half - 1]! + slopes[half]!) / 2;
  return Math.exp(slope * (values.length - 1));
}
