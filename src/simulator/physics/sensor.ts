import type { Amperes, Celsius, Volts } from '../../base/units.ts';
import { seededRandom } from '../chips/random.ts';

export type SensorType = '3D' | 'planar';

/** A silicon pixel sensor as one current between back side and chips. Magnitudes; the sign is that of the bias. */
export interface Sensor {
  readonly type: SensorType;
  /** At full depletion and 20 °C. */
  readonly leakageAt20C: Amperes;
  readonly depletion: Volts;
  /** What the current still gains a volt above depletion, as a part of itself. */
  readonly slope: number;
  readonly breakdown: Volts;
  /** The bias over which the breakdown current grows e-fold. */
  readonly breakdownWidth: Volts;
}

/** What faults make of a sensor while they last. */
export interface SensorDamage {
  breakdown?: Volts | undefined;
  leakageFactor?: number | undefined;
  /** A spark at and above this bias: no current limit is too high for it. */
  shortAbove?: Volts | undefined;
}

/** Means and spreads of good sensors: 3D of about 4 cm², planar of about 16 cm², before irradiation. */
const populations = {
  '3D': { leakage: 0.25e-6, depletion: [6, 1], slope: 0.003, breakdown: [132, 8], width: 1.2 },
  planar: { leakage: 0.4e-6, depletion: [62, 4], slope: 0.0006, breakdown: [455, 20], width: 2 },
} as const;

/** The same seed and module index give the same sensor. */
export function makeSensor(seed: number, module: string, type: SensorType): Sensor {
  const random = seededRandom(seed, `sensor ${module}`);
  const of = populations[type];
  return {
    type,
    leakageAt20C: of.leakage * Math.exp(0.25 * random.gauss()),
    depletion: of.depletion[0] + of.depletion[1] * clip(random.gauss()),
    slope: of.slope * (1 + 0.2 * clip(random.gauss())),
    breakdown: of.breakdown[0] + of.breakdown[1] * clip(random.gauss()),
    breakdownWidth: of.width,
  };
}

const clip = (gauss: number) => Math.max(-2.5, Math.min(2.5, gauss));

const kelvin = (temperature: Celsius) => temperature + 273.15;
const boltzmann = 8.617333e-5; // eV/K
/** Effective gap of leakage current in silicon [A. Chilingarov, JINST 8 (2013) P10003]. */
const gap = 1.21; // eV

/** The factor by which leakage at a temperature differs from that at 20 °C: I ∝ T² exp(−Eg / 2kT). */
export function leakageFactor(temperature: Celsius): number {
  const [t, t20] = [kelvin(temperature), kelvin(20)];
  return (t / t20) ** 2 * Math.exp((-gap / (2 * boltzmann)) * (1 / t - 1 / t20));
}

/** The current at a bias, with its sign: reverse (negative) leaks and breaks down, forward conducts as a diode does. */
export function sensorCurrent(
  sensor: Sensor,
  bias: Volts,
  temperature: Celsius,
  damage: SensorDamage = {},
): Amperes {
  const bulk = sensor.leakageAt20C * leakageFactor(temperature) * (damage.leakageFactor ?? 1);
  if (bias > 0) {
    const thermal = 2 * boltzmann * kelvin(temperature); // ideality 2: generation current
    return bulk * Math.expm1(Math.min(bias / thermal, 60));
  }
  const volts = -bias;
  const breakdown = damage.breakdown ?? sensor.breakdown;
  // The depleted width, and with it the current, grows with the square root of the bias up to depletion.
  const depleted =
    volts < sensor.depletion
      ? Math.sqrt(volts / sensor.depletion)
      : 1 + sensor.slope * (volts - sensor.depletion);
  const avalanche =
    volts > breakdown ? Math.expm1(Math.min((volts - breakdown) / sensor.breakdownWidth, 60)) : 0;
  const spark =
    damage.shortAbove !== undefined && volts >= damage.shortAbove
      ? (volts - damage.shortAbove + 0.5) * 1e-2
      : 0;
  return -(bulk * (depleted + 0.3 * avalanche) + spark);
}
