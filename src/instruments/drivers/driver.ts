import type { Volts } from '../../base/units.ts';
import type { ProbeCard, RelayMatrix, Supply } from '../instrument.ts';
import type { Greeting, Link } from '../transports/link.ts';
import type { SerialSettings } from '../transports/port.ts';

/** What Baton knows of an instrument class. A new one is one file with one of these, and a line in the registry. */
interface Driver {
  /** icicle's class name. */
  class: string;
  serial: SerialSettings;
  greeting: Greeting;
}

export interface SupplyDriver extends Driver {
  kind: 'supply';
  powers: 'hv' | 'lv';
  channels: number;
  connect(link: Link, name: string, limits: VoltageLimits): Supply;
}

export interface ProbeCardDriver extends Driver {
  kind: 'probe card';
  connect(link: Link, name: string): ProbeCard;
}

export interface RelayDriver extends Driver {
  kind: 'relays';
  connect(link: Link, name: string): RelayMatrix;
}

export type AnyDriver = SupplyDriver | ProbeCardDriver | RelayDriver;

/** What a bias channel refuses, whoever asks (rule 6). */
export interface VoltageLimits {
  /** The most negative bias allowed. */
  limit: Volts;
  /** The allowance of an IV curve that is extended to positive voltages: at most +0.4 V, under compliance. */
  positiveUpTo?: Volts;
}
