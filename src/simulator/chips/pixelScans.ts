import type { ModuleState } from '../moduleState.ts';
import { type Chip, defaultRegisters, defaultTdac, gdacElectrons } from './chip.ts';
import { normalCdf } from './normal.ts';
import { defectCode, good, pixels } from './pixels.ts';

/** Where charge is injected: into the pixel itself, or into neighbours that a connected sensor couples to it, or not. */
export type Injection = 'self' | 'coupled' | 'uncoupled';

/** How the sensor stands: 0 not depleted, 1 fully. */
export type Depletion = number;

/** Below full depletion the depth grows with the root of the bias; 20 V stand for the part that is missing. */
export function depletionOf({ depleted, bias }: ModuleState): Depletion {
  return depleted ? 1 : Math.sqrt(Math.abs(bias) / (Math.abs(bias) + 20));
}

/** Electrons, one a pixel, at the registers as they are. */
export function thresholds(chip: Chip): Float32Array {
  const steps = chip.thresholdStuck ? 0 : chip.registers.DAC_GDAC - defaultRegisters.DAC_GDAC;
  const shift = steps * gdacElectrons;
  const values = new Float32Array(pixels);
  for (let k = 0; k < pixels; k += 1)
    values[k] = chip.untunedThreshold[k]! + shift - (chip.tdac[k]! - defaultTdac) * chip.trimStep[k]!;
  return values;
}

/** Electrons of one pixel: an undepleted sensor is a large capacitor, and the noise grows with it. */
export function noiseOf(chip: Chip, pixel: number, depletion: Depletion): number {
  const connected = chip.defects[pixel] !== defectCode.open;
  return chip.noise[pixel]! * (connected ? 1 + 2 * (1 - depletion) : 1);
}

/** Hits a pixel of `injections` injections of `charge` electrons. */
export function pixelAlive(
  chip: Chip,
  charge: number,
  injection: Injection,
  injections: number,
  depletion: Depletion,
): Uint16Array {
  const threshold = thresholds(chip);
  const hits = new Uint16Array(pixels);
  for (let k = 0; k < pixels; k += 1) {
    if (answersNothing(chip, k)) continue;
    const seen = charge * sharedCharge(injection, chip.defects[k] === defectCode.open, depletion);
    const chance = normalCdf((seen - threshold[k]!) / noiseOf(chip, k, depletion));
    hits[k] = countOf(chip, injections, chance);
  }
  return hits;
}

/** Hits a pixel in `triggers` triggers without any injection. */
export function noiseScan(chip: Chip, triggers: number, depletion: Depletion): Uint32Array {
  const threshold = thresholds(chip);
  const hits = new Uint32Array(pixels);
  for (let k = 0; k < pixels; k += 1) {
    if (answersNothing(chip, k)) continue;
    const own = chip.defects[k] === defectCode.noisy ? 1e-3 * (0.5 + chip.chance.uniform()) : 0;
    const chance = own + normalCdf(-threshold[k]! / noiseOf(chip, k, depletion));
    if (chance > 0) hits[k] = countOf(chip, triggers, Math.min(1, chance));
  }
  return hits;
}

export function answersNothing(chip: Chip, pixel: number): boolean {
  return chip.masked[pixel] !== good || chip.defects[pixel] === defectCode.dead;
}

/** About binomial: mean and spread are right, and it costs a tenth of the real one; a scan draws millions. */
export function countOf(chip: Chip, trials: number, chance: number): number {
  if (chance <= 0) return 0;
  if (chance >= 1) return trials;
  const spread = Math.sqrt(trials * chance * (1 - chance));
  const count = Math.round(trials * chance + spread * chip.chance.triangular());
  return Math.min(trials, Math.max(0, count));
}

/** The part of the injected charge that reaches the pixel. An undepleted sensor spreads it over everybody. */
function sharedCharge(injection: Injection, open: boolean, depletion: Depletion): number {
  if (injection === 'self') return 1;
  if (open) return 0.002;
  const depleted = injection === 'coupled' ? 0.1 : 0.008;
  return depletion * depleted + (1 - depletion) * 0.02;
}
