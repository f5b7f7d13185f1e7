import { assembleStation } from '../../src/station/assemble.ts';
import { poweringGroup } from '../../src/station/poweringGroup.ts';
import type { PoweringGroup, SensorType, Station } from '../../src/station/station.ts';

export interface StationShape {
  modules?: number;
  /** Of all modules, or of each in turn. */
  sensorType?: SensorType | readonly SensorType[];
  limits?: Readonly<Partial<Record<SensorType, { max_voltage: number }>>>;
  defaultVoltage?: number;
  withLv?: boolean;
  stepSize?: number;
  flags?: readonly string[];
}

/** A small station for tests of plans: one HV channel, an LV channel and a probe card a module. */
export function smallStation(shape: StationShape = {}): { station: Station; group: PoweringGroup } {
  const {
    modules = 1,
    sensorType = '3D',
    defaultVoltage = -60,
    withLv = true,
    stepSize = 5,
    flags = [],
    limits,
  } = shape;
  const types = [sensorType].flat();
  const indices = Array.from({ length: modules }, (_, i) => String(i));
  const instruments: Record<string, object> = {
    hv_1: {
      class: 'Keithley2410',
      resource: 'ASRL/dev/ttyUSB0::INSTR',
      default_voltage: defaultVoltage,
      default_current: 1e-5,
      default_step_size: stepSize,
      default_delay: 1,
    },
    ab_1: { class: 'AdcBoard', resource: 'ASRL/dev/ttyUSB9::INSTR' },
  };
  if (withLv) {
    instruments.lv_1 = {
      class: 'HMP4040',
      resource: 'TCPIP::192.168.0.22::5025::SOCKET',
      default_voltage: 1.8,
      default_current: 3,
    };
  }
  const channels = Object.fromEntries(
    indices.map((index) => [
      index,
      {
        hv: { instrument: 'hv_1', channel: 1 },
        ...(withLv ? { lv: { instrument: 'lv_1', channel: Number(index) + 1 } } : {}),
        ab: { instrument: 'ab_1' },
      },
    ]),
  );
  const hybrid = Object.fromEntries(
    indices.map((index) => [
      index,
      { RD53Bv2: { info: { module_name: `M${index}`, type: '2x2', sensor: true }, '0': { Lane: 0 } } },
    ]),
  );
  const settings = {
    id: 'test',
    site: 'Test',
    dirigent: { command: ['dirigent'], flags },
    runs_directory: 'runs',
    ...(limits === undefined ? {} : { limits }),
    modules: Object.fromEntries(
      indices.map((index) => [`M${index}`, { sensor_type: types[Number(index) % types.length] }]),
    ),
  };
  const texts = {
    'station.json': settings,
    'instruments.json': { instruments },
    'channels.json': { channels },
    'modules.json': { Hybrid: hybrid },
  };
  const files = Object.entries(texts).map(([name, value]) => ({
    name,
    path: name,
    text: JSON.stringify(value),
  }));
  const { station, problems } = assembleStation('/station', files);
  if (!station) throw new Error(problems.map(({ what }) => what).join('\n'));
  return { station, group: poweringGroup(station, '0') };
}
