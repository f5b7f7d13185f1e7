import type {
  ClimateReading,
  InstrumentCluster,
  PowerReading,
  TemperatureReading,
} from '../instruments/cluster.ts';
import type { StationReading } from '../scripts/checks/checkModule.ts';

/** All that the open instruments can tell, read now, as a site's own checks see it. */
export async function readStation(
  cluster: Pick<InstrumentCluster, 'read' | 'readClimate' | 'readTemperatures'>,
): Promise<StationReading[]> {
  const [power, climate, cards] = await Promise.all([
    cluster.read(),
    cluster.readClimate(),
    cluster.readTemperatures(),
  ]);
  return [...power.flatMap(ofPower), ...climate.flatMap(ofClimate), ...cards.map(ofCard)];
}

type Value = number | boolean | undefined;

/** null where it should be there and could not be read. */
function reading(
  { at, time, problem }: { at: string; time: number; problem?: string | undefined },
  what: string,
  value: Value,
  unit: string,
): StationReading {
  return {
    name: `${at} ${what}`,
    value: value ?? null,
    unit,
    time,
    ...(problem === undefined ? {} : { problem }),
  };
}

/** An output that is off has neither voltage nor current. */
function ofPower(power: PowerReading): StationReading[] {
  const { output, setpoint, voltage, current } = power;
  const off = output === false;
  return [
    reading(power, 'output', output, ''),
    reading(power, 'setpoint', setpoint, 'V'),
    ...(off ? [] : [reading(power, 'voltage', voltage, 'V'), reading(power, 'current', current, 'A')]),
  ];
}

/** What its sensors measure; an instrument without a hygrometer has no humidity. */
function ofClimate(climate: ClimateReading): StationReading[] {
  const { temperature, air, humidity, dewPoint } = climate;
  const others: [string, number | undefined, string][] = [
    ['air', air, '°C'],
    ['humidity', humidity, '%RH'],
    ['dew point', dewPoint, '°C'],
  ];
  return [
    reading(climate, 'temperature', temperature, '°C'),
    ...others.flatMap(([what, value, unit]) =>
      value === undefined ? [] : [reading(climate, what, value, unit)],
    ),
  ];
}

function ofCard(card: TemperatureReading): StationReading {
  return reading(card, 'temperature', card.temperature, '°C');
}
