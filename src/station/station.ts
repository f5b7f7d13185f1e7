import type { Place } from '../base/errors.ts';
import type { Amperes, Celsius, Seconds, Volts } from '../base/units.ts';
import type { Interlock } from './interlock.ts';

/**
 * The station as its files describe it, checked and with its defaults filled in. Both dialects of instruments.json
 * end here; nothing behind this point knows which one a site writes.
 */
export interface Station {
  /** Where the files were found. */
  directory: string;
  id: string;
  site: string;
  /** The database's code of the institution; not given: no upload. */
  institution?: string;
  dirigent: DirigentSetup;
  /** Absolute path of the folder that holds the run directories. */
  runsDirectory: string;
  limits: Record<SensorType, SensorLimits>;
  renderer: 'auto' | 'plain' | 'json';
  /** Of the screens, by its two letters. */
  language: string;
  /** What may be started without a traveller; not given: everything, by everybody. */
  operators?: OperatorRules;
  /** How much faster than the clock on the wall; other than 1 on a simulated station alone (rule 11). */
  timeScale: number;
  /** Given: station.json declares every instrument simulated. */
  simulated?: SimulatedSetup;
  instruments: ReadonlyMap<string, Instrument>;
  /** In the order of their file; none where there is no interlocks.json. */
  interlocks: readonly Interlock[];
  /** Those that channels.json wires, in its order. */
  modules: readonly Module[];
  /** The files that were read, with the text as it was: copied into the run directory, with their hashes. */
  files: readonly StationFile[];
}

export interface StationFile {
  /** instruments.json, channels.json, modules.json, station.json, interlocks.json */
  name: string;
  path: string;
  text: string;
}

export interface SimulatedSetup {
  timeScale: number;
  /** The same seed gives the same modules. */
  seed: number;
}

/** Without a traveller: who may choose values of substitutions, and which sequences all others may run as they are. */
export interface OperatorRules {
  /** Login names. */
  substitutions: readonly string[];
  /** Not given: all. */
  sequences?: readonly string[];
}

/** What a module’s sensor is made as; it decides limits and polarity. */
export type SensorType = '3D' | 'planar';

/** How far a sensor of a type may ever be biased. */
export interface SensorLimits {
  /** The most negative bias allowed, in any calibration. */
  maxVoltage: Volts;
}

/** How dirigent is called at this site. */
export interface DirigentSetup {
  /** Program and leading arguments. */
  command: readonly string[];
  /** Absolute path of dirigent.toml. */
  config?: string;
  /** Absolute path of a script that is sourced before, as the site does it by hand. */
  environment?: string;
  /** Of `-p -l -m --no-monitoring`, those that the site wants sent. */
  flags: readonly string[];
}

/** What an instrument does for a module. */
export type Role = 'hv' | 'lv' | 'ab' | 'cb' | 'hb';

/** An instrument as instruments.json has it, with its defaults filled in. */
export interface Instrument {
  name: string;
  /** icicle's class name: `Keithley2410`, `TTITSX`, … */
  class: string;
  /** VISA-like: `ASRL/dev/ttyUSB0::INSTR`, `TCPIP::host::port::SOCKET`. */
  resource: string;
  sim: boolean;
  /** hv, lv: the operating voltage. Negative for hv. */
  defaultVoltage?: Volts;
  /** hv: the compliance. lv: the current limit. */
  defaultCurrent?: Amperes;
  /** hv: the largest step of a ramp; positive. Default 5 V. */
  defaultStepSize: Volts;
  /** hv: the shortest time between two steps. Default 1 s. */
  defaultDelay: Seconds;
  /** hv: the source range to set, if it differs from what `defaultVoltage` needs. */
  defaultRange?: Volts;
  /** cb: the set temperature. */
  defaultTemperature?: Celsius;
  /** cb: how near the set temperature counts as there, in K; how long it must stay there, and how long it may take. */
  settling?: { tolerance: number; time: Seconds; timeout: Seconds };
  /** The object as the file has it, notes (keys that start with `$`) left out: this and no more goes to the calibrations. */
  entry: Readonly<Record<string, unknown>>;
  where: Place;
}

/** A module that is wired: its channels, and what modules.json and station.json say of it. */
export interface Module {
  /** The key in channels.json and in modules.json's `Hybrid`. */
  index: string;
  name: string;
  serialNumber?: string;
  /** Not given: the 3D limit holds, with a warning. */
  sensorType?: SensorType;
  /** `1x2`, `2x2`, … as modules.json says. */
  type?: string;
  /** `TBPX`, `TFPX`, … as modules.json says. */
  subdetector?: string;
  /** `RD53Bv2`, … */
  chipType?: string;
  /** False: bare chips, no sensor bonded. */
  sensor?: boolean;
  /** Chip ids as modules.json has them, in its order. */
  chips: readonly string[];
  channels: Partial<Record<Role, Channel>>;
  where: Place;
}

/** One output or input of an instrument, wired to a module. */
export interface Channel {
  instrument: string;
  /** Counted from 1. A probe card may leave it out (all its pins) or name a list of pins. */
  channel?: number | readonly number[];
  /** As channels.json has it, for handing over. */
  entry: Readonly<Record<string, unknown>>;
  where: Place;
}

/** Modules whose sensors hang on one HV channel: the lowest limit decides for all of them. */
export interface PoweringGroup {
  /** The shared HV channel; absent when the module has no hv. */
  hv?: ChannelAddress;
  /** Every LV channel of the group, each once. Empty: the module is unpowered. */
  lv: readonly ChannelAddress[];
  modules: readonly Module[];
}

/** One output of one instrument, written `hv_1:1`. */
export type ChannelAddress = `${string}:${number}`;
