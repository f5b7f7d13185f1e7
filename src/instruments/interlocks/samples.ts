import type { ClimateReading, PowerReading, TemperatureReading } from '../cluster.ts';
import type { Sample } from './evaluate.ts';

/** A sample without the time of its look. */
export type Told = Omit<Sample, 'time'>;

/** What a look at an output tells. Of HV the magnitude counts. */
export function samplesOfOutput(reading: PowerReading): Told[] {
  const { at, role, output, voltage, current, problem } = reading;
  const state = (value: number | undefined): Sample['state'] => {
    if (problem !== undefined) return { missing: problem };
    if (output === false) return 'off';
    if (output === undefined || value === undefined) return { missing: 'it is not in the reading' };
    return { value: role === 'hv' ? Math.abs(value) : value };
  };
  return [
    { reading: `${role}.current`, at, state: state(current) },
    { reading: `${role}.voltage`, at, state: state(voltage) },
  ];
}

/** What a look at one place of a climate instrument tells. */
export function samplesOfClimate(reading: ClimateReading): Told[] {
  const { at, temperature, air, humidity, dewPoint, problem } = reading;
  const state = (value: number | undefined): Sample['state'] => {
    if (problem !== undefined) return { missing: problem };
    return value === undefined ? { missing: 'the instrument does not tell it' } : { value };
  };
  // Water condenses on the coldest surface first.
  const coldest = temperature === undefined ? undefined : Math.min(temperature, air ?? temperature);
  const margin = coldest === undefined || dewPoint === undefined ? undefined : coldest - dewPoint;
  return [
    { reading: 'climate.temperature', at, state: state(temperature) },
    { reading: 'climate.humidity', at, state: state(humidity) },
    { reading: 'climate.dewPointMargin', at, state: state(margin) },
  ];
}

export function samplesOfCard({ at, temperature, problem }: TemperatureReading): Told[] {
  const state = temperature === undefined ? { missing: problem ?? 'it tells none' } : { value: temperature };
  return [{ reading: 'module.temperature', at, state }];
}
