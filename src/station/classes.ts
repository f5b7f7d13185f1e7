import type { ReadingName } from './interlock.ts';
import type { Role } from './station.ts';

/** What is known of an instrument class, under icicle's name for it. */
export interface InstrumentClass {
  what: string;
  plays: readonly Role[];
  /** Channels, or pins, counted from 1; not known: any number is let by. */
  channels?: number;
  /** What it tells besides what its roles do. */
  measures?: readonly ReadingName[];
  /** Whether Baton can talk to it. If not, it is handed to the calibrations all the same, but never trusted with power. */
  driver: boolean;
}

/** The classes of icicle 2.1.0's instrument cluster, and three newer ones that sites use. */
export const instrumentClasses: Readonly<Record<string, InstrumentClass>> = {
  Keithley2410: { what: 'Keithley 2400-series source meter', plays: ['hv'], channels: 1, driver: true },
  TTI: { what: 'TTi MX100TP supply', plays: ['lv'], channels: 3, driver: true },
  TTITSX: { what: 'TTi TSX1820P supply', plays: ['lv'], channels: 1, driver: true },
  HMP4040: { what: 'Rohde & Schwarz HMP4040 supply', plays: ['lv'], channels: 4, driver: true },
  KeysightE3633A: { what: 'Keysight E3633A supply', plays: ['lv'], channels: 1, driver: true },
  AdcBoard: {
    what: 'probe card with an ADC board',
    plays: ['ab'],
    channels: 18,
    measures: ['module.temperature'],
    driver: true,
  },
  RelayBoard: { what: 'probe card with a relay board', plays: ['ab'], channels: 10, driver: true },

  CaenDT8033N: { what: 'CAEN DT8033N supply', plays: ['hv'], channels: 8, driver: false },
  DummyInstrument: { what: "icicle's stand-in", plays: ['lv', 'ab', 'cb', 'hb'], driver: false },
  ETHProbecard: { what: 'ETH probe card', plays: ['ab'], driver: false },
  ADCBoard: { what: 'probe card with an ADC board', plays: ['ab'], driver: false },
  Keithley2000: { what: 'Keithley 2000 multimeter', plays: ['ab'], driver: false },
  HP34401A: { what: 'HP 34401A multimeter', plays: ['ab'], driver: false },
  PSIColdbox: {
    what: 'PSI coldbox, eight coolers',
    plays: ['cb', 'ab'],
    channels: 8,
    measures: ['climate.temperature', 'climate.humidity', 'climate.dewPointMargin'],
    driver: true,
  },
  Binder: { what: 'Binder climate chamber', plays: ['cb'], driver: false },
  PSIHVBox: { what: 'PSI box of HV switches', plays: ['hb'], driver: false },
};

export const classNames: readonly string[] = Object.keys(instrumentClasses);

export function instrumentClass(name: string): InstrumentClass | undefined {
  return Object.hasOwn(instrumentClasses, name) ? instrumentClasses[name] : undefined;
}
