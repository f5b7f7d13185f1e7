import type { Calibration, Category } from './category.ts';
import { optionValue } from './command.ts';
import { readSldoResults } from './sldoResults.ts';

const sldoCurves: Omit<Calibration, 'summary' | 'needs' | 'handOver'> = {
  artefacts: [/\.csv$/],
  estimate: sweepSeconds,
  readResults: readSldoResults,
};

/** The shunt-LDO curves need the LV current swept from low, with no bias on the sensor. */
export const sldo: Category = {
  name: 'sldo',
  before: ['hv off', 'lv off'],
  after: ['lv on'],
  calibrations: {
    sldo_vi_curves: {
      ...sldoCurves,
      summary: 'measures the regulators’ voltages against current with the needle card',
      needs: ['lv', 'ab'],
      handOver: ['lv', 'ab'],
    },
    sldo_vi_curves_GADC: {
      // Never with `ab`: needles on VOFS spoil what the chips' own converter reads.
      ...sldoCurves,
      summary: 'measures the regulators’ voltages against current with the chips’ own converter',
      needs: ['lv'],
      handOver: ['lv'],
    },
  },
};

/** Up and down between 1 and 10 A in steps of 0.2 A unless the arguments say otherwise. */
function sweepSeconds(args: readonly string[]): number {
  const delay = Number(optionValue(args, '-d', '--delay') ?? 1);
  return Math.ceil(15 + 2 * 46 * ((Number.isFinite(delay) ? delay : 1) + 0.5));
}
