import type { Trip } from '../instrument.ts';
import type { Wire } from '../transports/link.ts';
import type { LowVoltageCommands, LowVoltageReader } from './lowVoltage.ts';

// [TTi MX100T/TP and TSX-P manuals, "Limit Event Status Registers"]
const overVoltageTrip = 1 << 2;
const overCurrentTrip = 1 << 3;

/**
 * Trips of the TTi supplies, from a register that is cleared when it is read: a trip is remembered until the output is
 * seen on again (a trip always switches it off), and one that is older than the output's present on-time is history.
 */
export function limitEvents(register: string): LowVoltageCommands['readTrip'] {
  let trip: Trip | undefined;
  return async (wire: Wire, reader: LowVoltageReader) => {
    const bits = await reader.number(wire, register);
    if (bits & overVoltageTrip) trip = 'over-voltage';
    else if (bits & overCurrentTrip) trip = 'over-current';
    if (trip && (await reader.isOn(wire))) trip = undefined;
    return trip;
  };
}
