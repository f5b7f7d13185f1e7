import type { SupplyDriver } from './driver.ts';
import { forgeField } from './forgeText.ts';
import { limitEvents } from './limitEvents.ts';
import { LowVoltageChannel, type LowVoltageCommands } from './lowVoltage.ts';
import { writeNumber } from './reading.ts';
import { ScpiSupply, scpiGreeting } from './scpi.ts';
import { ttiProtections } from './ttiProtections.ts';

const channels = 3;

/** TTi MX100TP and MX180TP, three outputs: LV. [TTi MX100T & MX100TP Instruction Manual, "Remote Commands"] */
export const tti: SupplyDriver = {
  kind: 'supply',
  class: 'TTI',
  powers: 'lv',
  forge: { voltage: forgeField(/^V\dO\?$/), current: forgeField(/^I\dO\?$/) },
  channels,
  serial: { baudRate: 9_600 },
  greeting: scpiGreeting(
    /^(THURLBY THANDAR|AIM-TTI)\b.*,\s*MX1\d\dT/i,
    'a TTi of the MX series (THURLBY THANDAR, MX100TP, …)',
  ),
  connect: (link, name) =>
    new ScpiSupply(
      name,
      tti.class,
      link,
      Array.from({ length: channels }, (_, i) => new LowVoltageChannel(link, name, i + 1, commands(i + 1))),
    ),
};

function commands(n: number): LowVoltageCommands {
  return {
    output: { write: (on) => `OP${n} ${on ? 1 : 0}`, ask: `OP${n}?` },
    voltage: { write: (volts) => `V${n} ${writeNumber(volts)}`, ask: `V${n}?` },
    current: { write: (amperes) => `I${n} ${writeNumber(amperes)}`, ask: `I${n}?` },
    measureVoltage: `V${n}O?`,
    measureCurrent: `I${n}O?`,
    // A set value comes back with its name (`V1 4.000`), a measured one with its unit (`4.002V`).
    voltageReply: new RegExp(`^(?:V${n}\\s+)?(\\S+?)V?$`),
    currentReply: new RegExp(`^(?:I${n}\\s+)?(\\S+?)A?$`),
    resolution: { voltage: 0.01, current: 0.01 },
    maximum: { voltage: [120, 60, 12][n - 1]!, current: [20, 10, 3][n - 1]! },
    readTrip: limitEvents(`LSR${n}?`),
    readProtections: ttiProtections(n),
  };
}
