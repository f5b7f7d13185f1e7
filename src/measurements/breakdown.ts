import type { Amperes, Volts } from '../base/units.ts';

export interface IVPoint {
  voltage: Volts;
  current: Amperes;
}

/** The depletion voltage, the raster and the growth of dirigent's own rule. */
export const breakdownRule = { depletion: -60, step: 5, growth: 1.2 } as const;

/**
 * The breakdown voltage by dirigent's rule: "the voltage at which the current increases by more than 20 % compared to
 * the previous measurement, in 5 V steps, above the full depletion voltage, defined here as −60 V". `null`: none was
 * found, which says nothing about voltages below depletion or beyond the last point.
 * [dirigent.docs.cern.ch, iv_curve]
 */
export function calculateBreakdown(points: readonly IVPoint[], rule = breakdownRule): Volts | null {
  const curve = points
    .map(({ voltage, current }) => ({ voltage: Math.abs(voltage), current: Math.abs(current) }))
    .sort((a, b) => a.voltage - b.voltage);
  const last = curve.at(-1)?.voltage ?? 0;
  let previous: Amperes | undefined;
  for (let voltage = Math.abs(rule.depletion); voltage <= last; voltage += rule.step) {
    const current = interpolate(curve, voltage);
    if (current === undefined) continue;
    if (previous !== undefined && current > rule.growth * previous) return -voltage;
    previous = current;
  }
  return null;
}

function interpolate(curve: readonly IVPoint[], voltage: Volts): Amperes | undefined {
  const above = curve.findIndex((point) => point.voltage >= voltage);
  const high = curve[above];
  if (!high) return undefined;
  if (high.voltage === voltage) return high.current;
  const low = curve[above - 1];
  if (!low) return undefined;
  const part = (voltage - low.voltage) / (high.voltage - low.voltage);
  return low.current + part * (high.current - low.current);
}
