import { openProbeCard, openSupply } from '../instruments/open.ts';
import type { InstrumentOpener } from './calibration.ts';

/** The instruments themselves. */
export const realInstruments: InstrumentOpener = { supply: openSupply, probeCard: openProbeCard };
