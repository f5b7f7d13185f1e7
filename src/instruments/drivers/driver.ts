import type { Celsius, Volts } from '../../base/units.ts';
import type { Climate, ProbeCard, RelayMatrix, Supply } from '../instrument.ts';
import type { Greeting, Link } from '../transports/link.ts';
import type { MqttTopic } from '../transports/mqttTopic.ts';
import type { SerialSettings } from '../transports/port.ts';

/** What Baton knows of an instrument class. A new one is one file with one of these, and a line in the registry. */
interface LineDriver {
  /** icicle's class name. */
  class: string;
  serial: SerialSettings;
  greeting: Greeting;
}

export interface SupplyDriver extends LineDriver {
  kind: 'supply';
  powers: 'hv' | 'lv';
  channels: number;
  forge: Record<'voltage' | 'current', Forge>;
  connect(link: Link, name: string, limits: VoltageLimits): Supply;
}

export interface ProbeCardDriver extends LineDriver {
  kind: 'probe card';
  /** Where the board has temperature sensors. */
  forge?: Record<'temperature', Forge>;
  connect(link: Link, name: string): ProbeCard;
}

export interface RelayDriver extends LineDriver {
  kind: 'relays';
  connect(link: Link, name: string): RelayMatrix;
}

/** A climate chamber or coldbox that is reached through a broker. */
export interface ClimateDriver {
  kind: 'climate';
  class: string;
  topic: string;
  places: number;
  /** What it may be set to. */
  range: { from: Celsius; to: Celsius };
  forge: Record<'temperature' | 'humidity' | 'dewPoint', Forge>;
  connect(topic: MqttTopic, name: string): Climate;
}

export type AnyDriver = SupplyDriver | ProbeCardDriver | RelayDriver | ClimateDriver;

/**
 * The reply with another measured value in it, if it is the reply that carries this value; undefined: it is another one.
 * The self-test of the interlocks shows with it that a value beyond its limit reaches the supply.
 */
export type Forge = (question: string, reply: Buffer, value: number) => Buffer | undefined;

/** What a bias channel refuses, whoever asks (rule 6). */
export interface VoltageLimits {
  /** The most negative bias allowed. */
  limit: Volts;
  /** The allowance of an IV curve that is extended to positive voltages: at most +0.4 V, under compliance. */
  positiveUpTo?: Volts;
}
