import type { Amperes, Celsius, EpochMs, Seconds, Volts } from '../base/units.ts';
import type { ChannelAddress, Role } from '../station/station.ts';
import type { ClimateMeasured, ClimatePlace, Identity, Trip } from './instrument.ts';

/** One look at one output. What could not be read says so in `problem` and is never made up (rule 7). */
export interface PowerReading {
  at: ChannelAddress;
  role: 'hv' | 'lv';
  time: EpochMs;
  output?: boolean;
  setpoint?: Volts;
  /** Measured, while the output is on. */
  voltage?: Volts;
  current?: Amperes;
  trip?: Trip;
  problem?: string;
}

/** How a ramp goes; each default is that of the instrument in instruments.json. */
export interface RampOptions {
  /** Largest change of |V| between two set-points; positive. */
  step: Volts;
  delay: Seconds;
  signal?: AbortSignal;
  /** Each step, after its set-point was written and measured. */
  onStep?: (reading: PowerReading) => void;
}

/** What a climate instrument measures at one of its places, or why it measures nothing. */
export interface ClimateReading extends Partial<ClimateMeasured> {
  at: ChannelAddress;
  time: EpochMs;
  /** Whether it regulates, and to which temperature. */
  on?: boolean;
  set?: Celsius;
  problem?: string;
}

/** What the probe card's sensors say of the module on it. */
export interface TemperatureReading {
  /** Name of the card. */
  at: string;
  time: EpochMs;
  /** The hottest of its sensors. */
  temperature?: Celsius;
  problem?: string;
}

/** Why everything goes off. */
export interface MakeSafeOptions {
  /** Something overheats: LV goes off even under an HV that cannot be shown to be off (the exception of rule 1). */
  thermal?: boolean;
}

/** How a ramp ended; the output stays on at `reading.setpoint` until somebody decides. */
export interface RampResult {
  end: 'reached' | 'tripped' | 'stopped';
  reading: PowerReading;
}

/** What making safe could show for one output. */
export interface SafeChannel {
  at: ChannelAddress;
  role: 'hv' | 'lv';
  /** Verified as rule 3 means it. */
  off: boolean;
  /** If not: why, and what to do by hand. */
  problem?: string;
}

/** What was found when the instruments were taken over, and, if an output was on, what was made of it. */
export interface Adoption {
  found: readonly PowerReading[];
  /** Empty when every output was off. */
  made: readonly SafeChannel[];
}

/** The instruments of one powering group, in order: rules 1 to 4 and 9 hold whoever calls. */
export interface InstrumentCluster {
  /** Opens every instrument of these roles that is not open, drains it and checks its identity. Writes nothing. */
  open(
    roles: readonly Role[],
    signal?: AbortSignal,
  ): Promise<readonly { name: string; identity: Identity }[]>;
  /** Frees the ports of these roles; the outputs stay as they are. An instrument that another role uses is freed too. */
  close(roles: readonly Role[]): Promise<void>;
  /** Every open output (of these roles), read now. One that went off although nobody here switched it is a trip. */
  read(roles?: readonly Role[]): Promise<readonly PowerReading[]>;
  /** Every place of the group's open climate instruments, read now. */
  readClimate(): Promise<readonly ClimateReading[]>;
  /** Every open probe card that has temperature sensors, read now. */
  readTemperatures(): Promise<readonly TemperatureReading[]>;
  /** One place of an open climate instrument, to be set. */
  climatePlace(at: ChannelAddress): ClimatePlace;
  /** Writes an LV output's voltage and current limit while it is off, or an HV output's compliance (voltage must read 0). */
  writeLevel(
    at: ChannelAddress,
    level: { voltage?: Volts; current: Amperes; range?: Volts },
  ): Promise<PowerReading>;
  /** On: hv only at set-point 0 with LV on. Off: hv only below 1 V measured, lv only with hv off. Read back, both ways. */
  switchOutput(at: ChannelAddress, on: boolean): Promise<PowerReading>;
  /**
   * hv alone: from what is read to `to` in equal steps, measuring at each. Up, in magnitude, it ends early at a trip;
   * down it goes on, and the trip stands in the reading. A stop ends both after the present step.
   */
  ramp(at: ChannelAddress, to: Volts, options: RampOptions): Promise<RampResult>;
  /** Opens hv and lv and, if any output is on (or cannot be read), makes everything safe from what was read (rule 9). */
  adopt(onStep?: (reading: PowerReading) => void): Promise<Adoption>;
  /**
   * HV ramped to zero and off, LV off, both verified. Ends a ramp that is under way, re-opens what it needs, tries
   * everything, never throws. LV stays on under an HV that could not be verified as off, unless something overheats.
   */
  makeSafe(
    onStep?: (reading: PowerReading) => void,
    options?: MakeSafeOptions,
  ): Promise<readonly SafeChannel[]>;
  /** Frees every port; the outputs stay as they are. */
  closeAll(): Promise<void>;
}
