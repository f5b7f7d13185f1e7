import { garbled } from '../faults.ts';
import type { Protection } from '../instrument.ts';
import type { Wire } from '../transports/link.ts';
import type { LowVoltageCommands, LowVoltageReader } from './lowVoltage.ts';
import { readNumber } from './reading.ts';

/** The trips of output n of a TTi supply: `VP1 12.000`, or `VP1 OFF`. [TTi MX100T/TP manual, OVP<n>? and OCP<n>?] */
export function ttiProtections(n: number): LowVoltageCommands['readProtections'] {
  return async (wire, reader) => [
    await read(wire, reader, 'over-voltage', `OVP${n}?`),
    await read(wire, reader, 'over-current', `OCP${n}?`),
  ];
}

async function read(
  wire: Wire,
  { label }: LowVoltageReader,
  kind: Protection['kind'],
  question: string,
): Promise<Protection> {
  const reply = await wire.query(question);
  const [, level] = /^(?:[VC]P\d?\s+)?(\S+?)[VA]?$/.exec(reply) ?? [];
  if (level === undefined) throw garbled(label, question, reply);
  return level === 'OFF' ? { kind } : { kind, at: readNumber(label, question, level) };
}
