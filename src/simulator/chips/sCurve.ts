import type { Chip } from './chip.ts';
import { countAt, countsOf } from './normal.ts';
import { answersNothing, type Depletion, noiseOf, thresholds } from './pixelScans.ts';
import { pixels } from './pixels.ts';

export interface SCurveScan {
  /** Electrons, one a pixel; 0 where no curve was seen within the charges. */
  threshold: Uint16Array;
  /** Tenths of an electron, one a pixel; 0 likewise. */
  noise: Uint16Array;
}

/** Beyond so many spreads from the threshold not one of the injections comes out otherwise. */
const reach = 4;

/**
 * Injects rising charges into every pixel and takes threshold and noise as mean and spread of the step in its hit
 * rate. Far from the step the rate is 0 or 1 and is not drawn.
 */
export function sCurveScan(
  chip: Chip,
  charges: { from: number; to: number; step: number },
  injections: number,
  depletion: Depletion,
): SCurveScan {
  const truth = thresholds(chip);
  const threshold = new Uint16Array(pixels);
  const noise = new Uint16Array(pixels);
  const { from, to, step } = charges;
  const points = Math.floor((to - from) / step) + 1;
  const counts = countsOf(injections);
  const draw = chip.chance.triangular;
  for (let k = 0; k < pixels; k += 1) {
    if (answersNothing(chip, k)) continue;
    const spread = noiseOf(chip, k, depletion);
    const first = Math.max(0, Math.floor((truth[k]! - reach * spread - from) / step));
    const last = Math.min(points - 1, Math.ceil((truth[k]! + reach * spread - from) / step));
    // Without a point below and above the step there is no curve to fit.
    if (truth[k]! < from || truth[k]! > to || first >= last) continue;
    let before = 0;
    let sum = 0;
    let mean = 0;
    let square = 0;
    for (let at = first; at <= last; at += 1) {
      const charge = from + at * step;
      const rate = countAt(counts, (charge - truth[k]!) / spread, draw) / injections;
      const rise = rate - before;
      const middle = charge - step / 2;
      sum += rise;
      mean += rise * middle;
      square += rise * middle * middle;
      before = rate;
    }
    if (sum < 0.5) continue;
    mean /= sum;
    // Sheppard's correction: a raster of `step` adds step²/12 to the variance.
    const variance = square / sum - mean * mean - (step * step) / 12;
    threshold[k] = Math.max(1, Math.round(mean));
    noise[k] = Math.max(1, Math.round(10 * Math.sqrt(Math.max(variance, 1))));
  }
  return { threshold, noise };
}
