import type { ReadoutObject } from './readout.ts';

/** What a histogram or map is of. */
export type Quantity = 'threshold' | 'noise' | 'tuning register' | 'occupancy' | 'pixel state' | 'bump state';

export interface Meaning {
  quantity: Quantity;
  /** Identifier of the chip, where a name tells it. */
  chip?: string;
  /** Of the tuning, where a name tells it. */
  when?: 'before' | 'after';
}

/**
 * By name, the file's or the object's. Ph2_ACF: `D_B(0)_O(0)_H(0)_Threshold2D_Chip(12)`, in folders `Hybrid_0/Chip_12`.
 * [Ph2_ACF, RootUtils: names end with `Chip(<id>)`; DQMUtils/RD53*Histograms.cc: Threshold1D, Noise2D, PixelAlive, …]
 */
const names: readonly (readonly [Quantity, RegExp])[] = [
  ['bump state', /crosstalk_maps\.json:state$/i],
  ['pixel state', /_maps\.json:state$/i],
  ['tuning register', /tdac/i],
  ['noise', /noise(1D|2D)?(?![a-z]*occ)/i],
  ['threshold', /threshold(1D|2D)?/i],
  ['occupancy', /pixelalive|occ(upancy)?(1D|2D)?|normal$|coupled$/i],
];

/** Undefined when no name is known: it is listed then. */
export function meaningOf(file: string, object: ReadoutObject): Meaning | undefined {
  const name = `${file}:${object.path}`;
  const byPath = names.find(([, pattern]) => pattern.test(`:${object.path}`));
  // The object's own name says more than the file's; a ROOT file holds many quantities, and its name tells none.
  const byFile = /\.root$/i.test(file) ? undefined : names.find(([, pattern]) => pattern.test(name));
  const quantity = (byPath ?? byFile)?.[0];
  if (quantity === undefined) return undefined;
  const chip = /chip[_(]?(\d+)/i.exec(name)?.[1];
  const when = /before/i.test(object.path) ? 'before' : /after/i.test(object.path) ? 'after' : undefined;
  return { quantity, ...(chip === undefined ? {} : { chip }), ...(when === undefined ? {} : { when }) };
}
