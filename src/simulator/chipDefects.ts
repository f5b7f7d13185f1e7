import type { ChipDefects } from './chips/chip.ts';
import { type Fault, faultKinds } from './faults.ts';

const pixelDefects = { 'dead-pixels': 'dead', 'open-bumps': 'open', 'noisy-chip': 'noisy' } as const;

/** Whether a fault is part of how the chips are made, and so cannot come while the station runs. */
export function isChipFault(fault: Fault): boolean {
  return 'fromStartOnly' in faultKinds[fault.kind];
}

/** What the faults make of each chip of a module, by its id. A fault without `chip` is every chip's. */
export function chipDefects(
  faults: readonly Fault[],
  module: string,
  ids: readonly string[],
): Record<string, ChipDefects> {
  return Object.fromEntries(
    ids.map((id, k) => [id, defectsOf(faults.filter((fault) => concerns(fault, module, k)))]),
  );
}

function concerns(fault: Fault, module: string, chip: number): boolean {
  const given = fault.parameters as { module?: string; chip?: number };
  return isChipFault(fault) && (given.module ?? module) === module && (given.chip ?? chip) === chip;
}

function defectsOf(faults: readonly Fault[]): ChipDefects {
  const defects: ChipDefects = {};
  for (const { kind, parameters } of faults) {
    if (kind === 'dead-chip') defects.deadChip = true;
    if (kind === 'dead-trims') defects.deadTrims = true;
    if (kind === 'high-noise') defects.noiseFactor = (parameters as { factor: number }).factor;
    if (kind === 'stuck-threshold') defects.thresholdAt = (parameters as { e: number }).e;
    if (kind === 'dead-pixels' || kind === 'open-bumps' || kind === 'noisy-chip')
      defects[pixelDefects[kind]] = (parameters as { pixels: number }).pixels;
  }
  return defects;
}
