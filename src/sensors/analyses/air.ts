import type { Celsius } from '../../base/units.ts';
import type { SensorTest } from '../record.ts';
import type { Criteria } from './criteria.ts';
import { floatText } from './floatText.ts';

/**
 * The factor that brings a bulk leakage current to the reference temperature: (Tr/T)² exp(Eg (Tr − T) / (2 k Tr T)).
 * [A. Chilingarov, "Temperature dependence of the current generated in Si bulk", JINST 8 (2013) P10003]
 */
export function temperatureFactor(temperature: Celsius, { air }: Criteria): number {
  const kelvin = temperature + 273.15;
  const reference = air.referenceTemperature_K;
  const energy = air.activationEnergy_eV * air.elementaryCharge_C;
  const exponent = (energy * (reference - kelvin)) / (2 * air.boltzmann_J_per_K * reference * kelvin);
  return (reference / kelvin) ** 2 * Math.exp(exponent);
}

/** The flag of air that is too wet or was not recorded. */
export function humidityFlag(test: SensorTest, { air }: Criteria): string | undefined {
  const humidity = test.humidity_percent;
  if (humidity === undefined) return 'Could not find humidity in data file!';
  return humidity <= air.maximumHumidity_percent ? undefined : `Humidity Exceeded: ${floatText(humidity)}%`;
}

/** Beyond these no sensor is measured: a broken thermometer, or one that tells kelvin or Fahrenheit. */
const coldest: Celsius = -60;
const warmest: Celsius = 60;

/** The flag of air that cannot have been: what was normalised by it says nothing. */
export function impossibleAir({
  temperature_C: temperature,
  humidity_percent: humidity,
}: SensorTest): string | undefined {
  if (temperature !== undefined && (temperature < coldest || temperature > warmest))
    return `Temperature cannot be right: ${floatText(temperature)} C`;
  if (humidity !== undefined && (humidity < 0 || humidity > 100))
    return `Humidity cannot be right: ${floatText(humidity)}%`;
  return undefined;
}
