import { calibrationFaults } from './calibrationFaults.ts';
import type { Fault } from './fault.ts';
import { runnerFaults } from './runnerFaults.ts';
import { stationFaults } from './stationFaults.ts';

/** Everything that the campaign does, in the order of its table. */
export const faults: readonly Fault[] = [...runnerFaults, ...calibrationFaults, ...stationFaults];
