import type { Calibration, Category } from './category.ts';
import { chipSummaryReader, numberAt } from './chipSummary.ts';

const tune: Omit<Calibration, 'summary'> = {
  needs: ['hv', 'lv'],
  handOver: [],
  artefacts: [/\.(csv|json|root)$/],
  estimate: () => 900,
  readResults: chipSummaryReader((chip) => ({
    threshold_mean: { value: numberAt(chip, 'threshold', 'after', 'mean'), unit: 'e' },
    threshold_spread: { value: numberAt(chip, 'threshold', 'after', 'spread'), unit: 'e' },
    // Against its own target, so that one criterion serves every tuning.
    threshold_offset: {
      value: offset(numberAt(chip, 'threshold', 'after', 'mean'), numberAt(chip, 'target')),
      unit: 'e',
    },
    noise_mean: { value: numberAt(chip, 'noise', 'after', 'mean'), unit: 'e' },
    dead_pixels: { value: numberAt(chip, 'deadPixels'), unit: 'pixels' },
    noisy_pixels: { value: numberAt(chip, 'noisyPixels'), unit: 'pixels' },
    pixels_without_s_curve: { value: numberAt(chip, 'pixelsWithoutSCurve'), unit: 'pixels' },
  })),
};

/** The chips are tuned with LV on and the sensor biased; the supplies stay with the runner, which watches them. */
export const tuning: Category = {
  name: 'tuning',
  before: ['lv on', 'hv biased'],
  after: [],
  setsChips: true,
  usesSettings: true,
  isBlock: true,
  calibrations: {
    calibrate_module: { ...tune, summary: 'tunes thresholds by a tuning list', tuning: '-t' },
    custom_sequence: { ...tune, summary: 'runs a list of chip scans', tuning: '-s' },
    custom_calibration: { ...tune, summary: 'runs a calibration of the site’s own', tuning: 'from help' },
  },
};

function offset(mean: number | undefined, target: number | undefined): number | undefined {
  return mean === undefined || target === undefined ? undefined : Math.abs(mean - target);
}
