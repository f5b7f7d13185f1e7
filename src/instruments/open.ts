import { type Pace, realTime } from '../base/time.ts';
import type { Instrument } from '../station/station.ts';
import type { AnyDriver, ClimateDriver, VoltageLimits } from './drivers/driver.ts';
import { driverOf, drivers } from './drivers/registry.ts';
import { noDriver, timeScaleRefused, voltageRefused } from './faults.ts';
import type { Climate, Identity, OpenInstrument, ProbeCard, RelayMatrix, Supply } from './instrument.ts';
import { Lines } from './transports/line.ts';
import { Link, type WireEvent } from './transports/link.ts';
import { MqttTopic } from './transports/mqttTopic.ts';
import type { Tamper } from './transports/tamper.ts';

export type { VoltageLimits };

export interface OpenOptions {
  /** Of a bias supply. Not given: the limit of a 3D sensor, and nothing positive. */
  limits?: VoltageLimits;
  /** A pace other than real time is refused with E3015, unless the instrument identifies as simulated (rule 11). */
  pace?: Pace;
  /** Shared by those who open several instruments, so that two behind one GPIB adapter share its port. */
  lines?: Lines;
  /** Called with everything that goes over the wire. */
  onWire?: (event: WireEvent) => void;
  /** For the self-test of the interlocks alone. */
  tamper?: Tamper;
}

export type AnyInstrument = Supply | ProbeCard | RelayMatrix | Climate;

/** What opens, and what it said of itself. */
export interface Opened<T> {
  instrument: T;
  identity: Identity;
}

/** The 3D limit, which also holds where the sensor type is not known (rule 6). */
export const strictestLimits: VoltageLimits = { limit: -80 };
const largestPositive = 0.4;

/**
 * Opens a supply as instruments.json describes it (of the instrument only name, class and resource matter here), drains
 * it, checks who it is, and writes nothing. The caller owns it until `close`. Throws E3001 to E3003 (resource, port), E3005
 * (no reply), E3006 (another instrument), E3012 (no such supply class), E3015 (time scale).
 */
export async function openSupply(instrument: Instrument, options: OpenOptions = {}): Promise<Supply> {
  return (await openAny(instrument, supplyOf(instrument), options)).instrument;
}

/** Opens a probe card in the same way. A relay board is none: it switches pins, and a multimeter measures. */
export async function openProbeCard(instrument: Instrument, options: OpenOptions = {}): Promise<ProbeCard> {
  const driver = driverOf(instrument.class);
  if (driver?.kind !== 'probe card')
    throw noDriver(instrument.name, instrument.class, 'a probe card', classes('probe card'));
  return (await openAny<ProbeCard>(instrument, driver, options)).instrument;
}

/** Opens a climate chamber or coldbox in the same way. */
export async function openClimate(instrument: Instrument, options: OpenOptions = {}): Promise<Climate> {
  const driver = driverOf(instrument.class);
  if (driver?.kind !== 'climate')
    throw noDriver(instrument.name, instrument.class, 'a climate instrument', classes('climate'));
  return (await openAny<Climate>(instrument, driver, options)).instrument;
}

/** What a driver makes of the way to its instrument. */
type Connects<T> =
  | (Pick<Exclude<AnyDriver, ClimateDriver>, 'class' | 'serial' | 'greeting'> & {
      connect(link: Link, name: string, limits: VoltageLimits): T;
    })
  | (Pick<ClimateDriver, 'kind' | 'class' | 'topic'> & { connect(topic: MqttTopic, name: string): T });

/** Opens whatever the instrument is; the driver says what that gives. */
export async function openAny<T extends OpenInstrument>(
  instrument: Instrument,
  driver: Connects<T>,
  options: OpenOptions = {},
): Promise<Opened<T>> {
  const { limits = strictestLimits, pace = realTime, lines = new Lines(), onWire, tamper } = options;
  if ((limits.positiveUpTo ?? 0) > largestPositive)
    throw voltageRefused(
      instrument.name,
      limits.positiveUpTo!,
      `an IV curve goes up to +${largestPositive} V`,
    );
  const { name, resource } = instrument;
  const shared = { name, class: driver.class, resource, onWire, tamper };
  const [way, open] =
    'topic' in driver
      ? over(new MqttTopic({ ...shared, topic: driver.topic, openMs: lines.timing.openMs }), (topic) =>
          driver.connect(topic, name),
        )
      : over(new Link({ ...shared, serial: driver.serial, greeting: driver.greeting, lines }), (link) =>
          driver.connect(link, name, limits),
        );
  try {
    const identity = await open.identify();
    if (pace.scale !== 1 && !identity.simulated) throw timeScaleRefused(pace.scale, [way.label]);
    return { instrument: open, identity };
  } catch (error) {
    await way.close();
    throw error;
  }
}

function over<W, T>(way: W, connect: (way: W) => T): [W, T] {
  return [way, connect(way)];
}

/** The driver of a supply, for one role if it is given. Throws E3012. */
export function supplyOf(instrument: Instrument, role?: 'hv' | 'lv') {
  const driver = driverOf(instrument.class);
  if (driver?.kind === 'supply' && (role === undefined || driver.powers === role)) return driver;
  throw noDriver(instrument.name, instrument.class, role ?? 'a supply', classes('supply', role));
}

function classes(kind: AnyDriver['kind'], role?: 'hv' | 'lv'): readonly string[] {
  return drivers
    .filter((driver) => driver.kind === kind && (driver.kind !== 'supply' || !role || driver.powers === role))
    .map((driver) => driver.class);
}
