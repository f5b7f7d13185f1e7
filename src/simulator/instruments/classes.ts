import type { KnownClass } from '../description.ts';
import { plates } from '../physics/coldPlate.ts';
import type { Topics } from '../wires/broker.ts';
import { adcBoard } from './adcBoard.ts';
import { hmp4040 } from './hmp4040.ts';
import { keithley2410 } from './keithley2410/keithley2410.ts';
import { keysightE3633A } from './keysightE3633A.ts';
import { psiColdbox } from './psiColdbox.ts';
import { relayBoard } from './relayBoard.ts';
import type { SimulatedInstrument, Surroundings } from './simulatedInstrument.ts';
import { tti, ttiTsx } from './tti.ts';

interface InstrumentClass extends KnownClass {
  /** It is reached through a broker, not by a port of its own. */
  topics?: Topics;
  create(around: Surroundings): SimulatedInstrument;
}

/** Every class that can be simulated, by icicle's name for it. */
export const instrumentClasses: Readonly<Record<string, InstrumentClass>> = {
  Keithley2410: { role: 'hv', channels: 1, create: keithley2410 },
  TTI: { role: 'lv', channels: 3, create: tti },
  TTITSX: { role: 'lv', channels: 1, create: ttiTsx },
  HMP4040: { role: 'lv', channels: 4, create: hmp4040 },
  KeysightE3633A: { role: 'lv', channels: 1, create: keysightE3633A },
  AdcBoard: { role: 'ab', channels: 18, create: adcBoard },
  RelayBoard: { role: 'ab', channels: 10, create: relayBoard },
  PSIColdbox: {
    role: 'cb',
    channels: plates,
    topics: { commands: 'ctrlTessie', monitor: 'monTessie' },
    create: psiColdbox,
  },
};
