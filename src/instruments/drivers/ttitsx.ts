import type { SupplyDriver } from './driver.ts';
import { forgeField } from './forgeText.ts';
import { limitEvents } from './limitEvents.ts';
import { LowVoltageChannel } from './lowVoltage.ts';
import { writeNumber } from './reading.ts';
import { ScpiSupply, scpiGreeting } from './scpi.ts';
import { ttiProtections } from './ttiProtections.ts';

/** TTi TSX1820P and the like, one output: LV. [TTi TSX-P Series Instruction Manual, "Remote Commands"] */
export const ttitsx: SupplyDriver = {
  kind: 'supply',
  class: 'TTITSX',
  powers: 'lv',
  forge: { voltage: forgeField(/^VO\?$/), current: forgeField(/^IO\?$/) },
  channels: 1,
  serial: { baudRate: 9_600 },
  greeting: scpiGreeting(
    /^(THURLBY THANDAR|AIM-TTI)\b.*,\s*TSX\d{4}P/i,
    'a TTi of the TSX series (THURLBY THANDAR, TSX1820P, …)',
  ),
  connect: (link, name) =>
    new ScpiSupply(name, ttitsx.class, link, [
      new LowVoltageChannel(link, name, 1, {
        output: { write: (on) => `OP1 ${on ? 1 : 0}`, ask: 'OP1?' },
        voltage: { write: (volts) => `V ${writeNumber(volts)}`, ask: 'V?' },
        current: { write: (amperes) => `I ${writeNumber(amperes)}`, ask: 'I?' },
        measureVoltage: 'VO?',
        measureCurrent: 'IO?',
        // A set value comes back with its name (`V 4.00`), a measured one with its unit (`4.00V`).
        voltageReply: /^(?:V1?\s+)?(\S+?)V?$/,
        currentReply: /^(?:I1?\s+)?(\S+?)A?$/,
        resolution: { voltage: 0.01, current: 0.01 },
        maximum: { voltage: 120, current: 20 },
        missesOn: true,
        readTrip: limitEvents('LSR1?'),
        readProtections: ttiProtections(1),
      }),
    ]),
};
