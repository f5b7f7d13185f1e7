import { medianOf } from './stationRun.ts';

/** Between these the station is as it has been. */
export interface ControlLimits {
  centre: number;
  low: number;
  high: number;
}

/** With fewer points there is no telling what is usual. */
const fewest = 8;

/**
 * Limits of an individuals chart, three standard deviations about the centre, from median and median deviation: they stay
 * where they are when up to half of the points are bad, which those from mean and range would not. [ISO 7870-2; P. J.
 * Rousseeuw, C. Croux, J. Am. Stat. Assoc. 88 (1993) 1273: 1.4826 × MAD] A
 * meter that always reads the same would make any other reading an alarm: `noise` is the least that counts as spread.
 */
export function controlLimits(
  values: readonly number[],
  { noise, log = false }: { noise: number; log?: boolean | undefined },
): ControlLimits | undefined {
  const shown = values.filter((value) => Number.isFinite(value) && (!log || value > 0));
  if (shown.length < fewest) return undefined;
  const on = log ? shown.map(Math.log) : shown;
  const centre = medianOf(on)!;
  const deviation = medianOf(on.map((value) => Math.abs(value - centre)))!;
  const spread = Math.max(1.4826 * deviation, noise);
  const back = log ? Math.exp : (value: number) => value;
  return { centre: back(centre), low: back(centre - 3 * spread), high: back(centre + 3 * spread) };
}
