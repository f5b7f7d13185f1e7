/** The texts of a station's four files, by name. */
type StationTexts = Record<'station.json' | 'instruments.json' | 'channels.json' | 'modules.json', string>;

interface ExampleSetup {
  modules: number;
  sensorType: '3D' | 'planar';
  timeScale: number;
  seed: number;
}

const defaultVoltage = { '3D': -60, planar: -120 };
const chips = ['0', '1', '2', '3'];

/**
 * A station with that many quad modules whose sensors share one high-voltage channel; each has a low-voltage supply
 * and a needle card of its own. The resources lead nowhere: a simulated twin puts its own in their place.
 */
export function exampleStation({ modules, sensorType, timeScale, seed }: ExampleSetup): StationTexts {
  const numbers = Array.from({ length: modules }, (_, k) => k);
  let port = 0;
  const nowhere = () => {
    port += 1;
    return `TCPIP::127.0.0.1::${port}::SOCKET`;
  };
  const name = (k: number) => `SIM-${String(k + 1).padStart(4, '0')}`;
  const instruments = {
    hv_1: {
      class: 'Keithley2410',
      resource: nowhere(),
      default_voltage: defaultVoltage[sensorType],
      default_current: 10e-6 * modules,
      default_step_size: 5,
      default_delay: 1,
    },
    ...Object.fromEntries(
      numbers.flatMap((k) => [
        [`lv_${k + 1}`, { class: 'TTITSX', resource: nowhere(), default_voltage: 1.8, default_current: 3.7 }],
        [`ab_${k + 1}`, { class: 'AdcBoard', resource: nowhere() }],
      ]),
    ),
  };
  const channels = numbers.map((k) => [
    String(k),
    {
      lv: { instrument: `lv_${k + 1}`, channel: 1 },
      hv: { instrument: 'hv_1', channel: 1 },
      ab: { instrument: `ab_${k + 1}` },
    },
  ]);
  const hybrids = numbers.map((k) => [
    String(k),
    {
      RD53Bv2: {
        info: { module_name: name(k), type: '2x2', subdetector: 'TBPX', sensor: true },
        ...Object.fromEntries(
          chips.map((id, lane) => [
            id,
            {
              Lane: lane,
              eFuseCode: 40_000 + 16 * k + lane,
              LaneConfig: { outputLanes: '0100' },
              Settings: { VOLTAGE_TRIM_DIG: 8, VOLTAGE_TRIM_ANA: 8, VREF_ADC: 850 },
            },
          ]),
        ),
      },
    },
  ]);
  return {
    'station.json': json({
      id: 'example',
      site: 'Simulated station',
      simulated: { time_scale: timeScale, seed },
      modules: Object.fromEntries(
        numbers.map((k) => [
          name(k),
          { serial_number: `20USIM${String(k + 1).padStart(8, '0')}`, sensor_type: sensorType },
        ]),
      ),
    }),
    'instruments.json': json({ instruments }),
    'channels.json': json({ channels: Object.fromEntries(channels) }),
    'modules.json': json({ Hybrid: Object.fromEntries(hybrids) }),
  };
}

function json(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
