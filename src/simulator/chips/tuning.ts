import type { Chip } from './chip.ts';
import { normalCdf } from './normal.ts';
import { answersNothing, countOf, type Depletion, noiseOf, thresholds } from './pixelScans.ts';
import { pixels } from './pixels.ts';

const injections = 50;
/** The global search looks at every 32nd pixel, as dirigent does with `DoOnlyNGroups`. */
const sparse = 32;

/**
 * Sets the global threshold so that half of the pixels answer a charge of `target` electrons, by halving the
 * interval. Answers the register at each iteration.
 */
export function adjustThreshold(chip: Chip, target: number, depletion: Depletion): number[] {
  let low = 0;
  let high = 1023;
  const tried: number[] = [];
  while (high - low > 1) {
    chip.registers.DAC_GDAC = (low + high) >> 1;
    tried.push(chip.registers.DAC_GDAC);
    if (occupancy(chip, target, depletion) > 0.5) low = chip.registers.DAC_GDAC;
    else high = chip.registers.DAC_GDAC;
  }
  chip.registers.DAC_GDAC = low;
  return tried;
}

/** One iteration of the equalisation: every pixel moves by `step` towards answering half of the injections. */
export function equalize(chip: Chip, target: number, step: number, depletion: Depletion): void {
  const threshold = thresholds(chip);
  for (let k = 0; k < pixels; k += 1) {
    if (answersNothing(chip, k)) continue;
    const chance = normalCdf((target - threshold[k]!) / noiseOf(chip, k, depletion));
    const tooHigh = countOf(chip, injections, chance) < injections / 2;
    const wanted = chip.tdac[k]! + (tooHigh ? step : -step);
    chip.tdac[k] = Math.min(31, Math.max(0, wanted));
  }
}

function occupancy(chip: Chip, charge: number, depletion: Depletion): number {
  const threshold = thresholds(chip);
  let hits = 0;
  let seen = 0;
  for (let k = 0; k < pixels; k += sparse) {
    if (answersNothing(chip, k)) continue;
    seen += injections;
    hits += countOf(chip, injections, normalCdf((charge - threshold[k]!) / noiseOf(chip, k, depletion)));
  }
  return seen === 0 ? 0 : hits / seen;
}
