import type { Amperes, Celsius, Percent, Volts } from '../base/units.ts';

/** What an instrument says of itself. */
export interface Identity {
  /** The answer as it came, or a rendering of it where the protocol is binary. */
  text: string;
  model: string;
  serial: string;
  /** It says that it is simulated, and it is on loopback or on a pseudo-terminal of ours: both, or false. */
  simulated: boolean;
}

/** An instrument that is open. One owner at a time (rule 4). */
export interface OpenInstrument {
  readonly name: string;
  readonly class: string;
  /** Drains what an earlier owner left, asks who it is, and refuses what is not its class. */
  identify(): Promise<Identity>;
  /** Frees the port. Writes nothing: an output stays as it is. */
  close(): Promise<void>;
}

export interface Measured {
  voltage: Volts;
  current: Amperes;
}

/** What made a supply limit, or switch off by itself. */
export type Trip = 'compliance' | 'over-voltage' | 'over-current' | 'unknown';

/** A limit that a supply keeps by itself, whoever has died. Without `at` it has one, and it is switched off. */
export interface Protection {
  kind: 'compliance' | 'over-voltage' | 'over-current';
  /** A or V, magnitudes. */
  at?: number;
}

/** One output of a supply. Voltages are signed as at the module. Every method is one exchange or a few, nothing cached. */
export interface PowerChannel {
  readonly instrument: string;
  /** Counted from 1. */
  readonly channel: number;
  readOutput(): Promise<boolean>;
  switchOutput(on: boolean): Promise<void>;
  readSetpoint(): Promise<Volts>;
  /** Throws what `writeSetpoint` would throw before it writes: E3010, E3011. */
  checkSetpoint(voltage: Volts): Promise<void>;
  /** Read back; E3009 if it was not taken over. */
  writeSetpoint(voltage: Volts): Promise<void>;
  readCurrentLimit(): Promise<Amperes>;
  /** hv: the compliance. lv: the current limit. */
  writeCurrentLimit(current: Amperes): Promise<void>;
  /** hv alone: the source range that covers this voltage. */
  writeRange?(voltage: Volts): Promise<void>;
  /** Only while the output is on; a supply that cannot measure then answers with an error, and so does this. */
  measure(): Promise<Measured>;
  /** Compliance reached now, or a protection that has acted. */
  readTrip(): Promise<Trip | undefined>;
  /** What the supply itself would limit or switch off. */
  readProtections?(): Promise<readonly Protection[]>;
}

export interface Supply extends OpenInstrument {
  channel(number: number): PowerChannel;
}

/** Reads voltages of the module through needles or a relay matrix. */
export interface ProbeCard extends OpenInstrument {
  /** By name: VIN, VOFS, VDDA0 … VDDD3; volts. */
  readVoltages(names?: readonly string[]): Promise<Record<string, Volts>>;
  /** By position, where the board has sensors for it. */
  readTemperatures?(): Promise<readonly Celsius[]>;
}

/** Connects one of the module's nets to whatever multimeter hangs behind it. It measures nothing itself. */
export interface RelayMatrix extends OpenInstrument {
  /** Names of the nets, and `OFF`. */
  readonly pins: readonly string[];
  select(pin: string): Promise<void>;
  readSelected(): Promise<string>;
}

/** What a climate chamber or coldbox measures at one of its places. */
export interface ClimateMeasured {
  /** Of the plate under the module; of the air, in a chamber without plates. */
  temperature: Celsius;
  air?: Celsius;
  humidity?: Percent;
  dewPoint?: Celsius;
}

/** Holds temperatures, one at each of its places. */
export interface Climate extends OpenInstrument {
  /** Counted from 1. */
  place(number: number): ClimatePlace;
}

export interface ClimatePlace {
  readonly instrument: string;
  readonly channel: number;
  measure(): Promise<ClimateMeasured>;
  /** Whether it regulates. */
  readOn(): Promise<boolean>;
  readSetTemperature(): Promise<Celsius>;
  /** Read back; E3009 if it was not taken over. */
  writeSetTemperature(temperature: Celsius): Promise<void>;
  /** On: it regulates to the set temperature. Off: it drifts to that of its coolant. Read back. */
  switch(on: boolean): Promise<void>;
}
