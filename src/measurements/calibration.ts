import type { Pace } from '../base/time.ts';
import type { Celsius, Volts } from '../base/units.ts';
import type { ProbeCard, Supply } from '../instruments/instrument.ts';
import type { OpenOptions } from '../instruments/open.ts';
import type { Instrument, Role } from '../station/station.ts';
import type { LooseValues, OptionTable, OptionValues } from './clickOptions.ts';
import type { Handed } from './handed.ts';
import type { Log } from './log.ts';

/** One calibration behind dirigent's command line. */
export interface Calibration<T extends OptionTable = OptionTable> {
  /** As dirigent calls it: `iv_curve`. */
  name: string;
  /** The line in the list of commands. */
  summary: string;
  /** What its help says of it. */
  about: string;
  /** Roles that every module must have been handed. */
  roles: readonly Role[];
  options: T;
  /** Resolves when everything was measured and written; throws `BatonError` or `Stopped`. */
  run(context: CalibrationContext, options: OptionValues<T>): Promise<void>;
}

/** What a calibration is given by the program around it. */
export interface CalibrationContext {
  /** The folder for the artefacts. */
  directory: string;
  /** The instruments and channels that the caller hands over. */
  handed: Handed;
  log: Log;
  pace: Pace;
  /** Fires at the first SIGINT, SIGTERM or SIGHUP. */
  stop: AbortSignal;
  /** The most negative bias that a sensor may see. */
  biasLimit: Volts;
  open: InstrumentOpener;
  /** Of a module, where something beside the probe card can tell. */
  readTemperature?: (module: string) => Promise<Celsius | undefined>;
  /** The options before the calibration's name, and the keys of dirigent.toml that stand for them. */
  global: LooseValues;
}

/** How an instrument is reached; tests put their own instruments here. A pace other than real time is for simulated ones. */
export interface InstrumentOpener {
  supply(instrument: Instrument, options: OpenOptions): Promise<Supply>;
  probeCard(instrument: Instrument, options: OpenOptions): Promise<ProbeCard>;
}

/** Keeps a calibration in a list of calibrations, its option types known inside it alone. */
export function calibration<const T extends OptionTable>(definition: Calibration<T>): Calibration {
  return definition as unknown as Calibration;
}

/** The calibration was asked to end, and has left its instruments safe. */
export class Stopped extends Error {
  override readonly name = 'Stopped';
}
