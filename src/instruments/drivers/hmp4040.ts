import { outOfOrder } from '../faults.ts';
import type { Wire } from '../transports/link.ts';
import type { SupplyDriver } from './driver.ts';
import { forgeField } from './forgeText.ts';
import { LowVoltageChannel, type LowVoltageCommands, type LowVoltageReader } from './lowVoltage.ts';
import { writeNumber } from './reading.ts';
import { ScpiSupply, scpiGreeting } from './scpi.ts';

const channels = 4;

/**
 * Rohde & Schwarz (Hameg) HMP4040, four outputs: LV. Commands go to the selected channel, so the selection goes with
 * each of them in one exchange. [R&S HMP Series SCPI Programmers Manual]
 */
export const hmp4040: SupplyDriver = {
  kind: 'supply',
  class: 'HMP4040',
  powers: 'lv',
  forge: { voltage: forgeField(/^MEAS:VOLT:DC\?$/), current: forgeField(/^MEAS:CURR:DC\?$/) },
  channels,
  serial: { baudRate: 9_600 },
  greeting: scpiGreeting(
    /^(HAMEG|ROHDE\s*&\s*SCHWARZ)\b.*,\s*HMP4040\b/i,
    'an HMP4040 (HAMEG,HMP4040,… or ROHDE&SCHWARZ,HMP4040,…)',
  ),
  connect: (link, name) =>
    new ScpiSupply(
      name,
      hmp4040.class,
      link,
      Array.from({ length: channels }, (_, i) => new LowVoltageChannel(link, name, i + 1, commands(i + 1))),
    ),
};

const select = (channel: number) => `INST:NSEL ${channel}`;

function commands(n: number): LowVoltageCommands {
  return {
    select: select(n),
    output: { write: (on) => `OUTP:STAT ${on ? 1 : 0}`, ask: 'OUTP:STAT?' },
    voltage: { write: (volts) => `SOUR:VOLT:LEV ${writeNumber(volts)}`, ask: 'SOUR:VOLT:LEV?' },
    current: { write: (amperes) => `SOUR:CURR:LEV ${writeNumber(amperes)}`, ask: 'SOUR:CURR:LEV?' },
    measureVoltage: 'MEAS:VOLT:DC?',
    measureCurrent: 'MEAS:CURR:DC?',
    resolution: { voltage: 0.01, current: 0.01 },
    maximum: { voltage: 32.05, current: 10 },
    async readTrip(wire, reader) {
      if (await reader.switch(wire, 'VOLT:PROT:TRIP?')) return 'over-voltage';
      // The electronic fuse switches the channel off at its current limit.
      if (await reader.switch(wire, 'FUSE:TRIP?')) return 'over-current';
      return undefined;
    },
    // The fuse acts at the current limit; the voltage protection cannot be switched off.
    async readProtections(wire, reader) {
      const voltage = await reader.number(wire, 'VOLT:PROT:LEV?');
      const fuse = await reader.switch(wire, 'FUSE:STAT?');
      const current = fuse ? { at: await reader.number(wire, 'SOUR:CURR:LEV?') } : {};
      return [
        { kind: 'over-voltage', at: voltage },
        { kind: 'over-current', ...current },
      ];
    },
    // A channel gives voltage only when it is switched on and the general switch is, too.
    isOn: async (wire, reader) =>
      (await reader.switch(wire, 'OUTP:STAT?')) && (await reader.switch(wire, 'OUTP:GEN?')),
    beforeOn: (wire, reader) => othersStayOff(wire, reader, n),
    afterOn: generalOn,
  };
}

/**
 * The general switch takes every selected channel with it, and switching one channel on may switch it, too: a channel
 * that is not ours must not go on behind somebody's back.
 */
async function othersStayOff(wire: Wire, reader: LowVoltageReader, own: number): Promise<void> {
  if (await reader.switch(wire, 'OUTP:GEN?')) return;
  for (let other = 1; other <= channels; other += 1) {
    if (other === own) continue;
    await wire.write(select(other));
    if (!(await reader.switch(wire, 'OUTP:SEL?'))) continue;
    throw outOfOrder(
      `${reader.label}: the general output switch is off and channel ${other} is selected, so switching channel ${own} on would power channel ${other} as well`,
      `Deselect channel ${other} at the instrument (its key goes dark), then try again.`,
    );
  }
  await wire.write(select(own));
}

async function generalOn(wire: Wire, reader: LowVoltageReader): Promise<void> {
  if (!(await reader.switch(wire, 'OUTP:GEN?'))) await wire.write('OUTP:GEN 1');
}
