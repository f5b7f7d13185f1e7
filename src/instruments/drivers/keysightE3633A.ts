import type { SupplyDriver } from './driver.ts';
import { forgeField } from './forgeText.ts';
import { LowVoltageChannel } from './lowVoltage.ts';
import { writeNumber } from './reading.ts';
import { ScpiSupply, scpiGreeting } from './scpi.ts';

/** Keysight (Agilent, Hewlett-Packard) E3633A and E3634A, one output: LV. [E3633A/E3634A User's and Service Guide, ch. 4] */
export const keysightE3633A: SupplyDriver = {
  kind: 'supply',
  class: 'KeysightE3633A',
  powers: 'lv',
  forge: { voltage: forgeField(/^MEAS:VOLT:DC\?$/), current: forgeField(/^MEAS:CURR:DC\?$/) },
  channels: 1,
  serial: { baudRate: 9_600, stopBits: 2 },
  // Over RS-232 nothing else may be sent before remote mode; it changes no output. [ibid., "RS-232 interface commands"]
  greeting: scpiGreeting(
    /^(HEWLETT-PACKARD|AGILENT TECHNOLOGIES|KEYSIGHT TECHNOLOGIES)\s*,\s*E363[34]A\b/i,
    'a Keysight E3633A (HEWLETT-PACKARD,E3633A,…)',
    'SYST:REM',
  ),
  connect: (link, name) =>
    new ScpiSupply(name, keysightE3633A.class, link, [
      new LowVoltageChannel(link, name, 1, {
        output: { write: (on) => `OUTP:STAT ${on ? 1 : 0}`, ask: 'OUTP:STAT?' },
        voltage: { write: (volts) => `SOUR:VOLT:LEV ${writeNumber(volts)}`, ask: 'SOUR:VOLT:LEV?' },
        current: { write: (amperes) => `SOUR:CURR:LEV ${writeNumber(amperes)}`, ask: 'SOUR:CURR:LEV?' },
        measureVoltage: 'MEAS:VOLT:DC?',
        measureCurrent: 'MEAS:CURR:DC?',
        resolution: { voltage: 0.005, current: 0.005 },
        maximum: { voltage: 20.6, current: 20.6 },
        missesOn: true,
        async readTrip(wire, reader) {
          if (await reader.switch(wire, 'SOUR:VOLT:PROT:TRIP?')) return 'over-voltage';
          if (await reader.switch(wire, 'SOUR:CURR:PROT:TRIP?')) return 'over-current';
          return undefined;
        },
        async readProtections(wire, reader) {
          const read = async (name: 'VOLT' | 'CURR') =>
            (await reader.switch(wire, `SOUR:${name}:PROT:STAT?`))
              ? { at: await reader.number(wire, `SOUR:${name}:PROT:LEV?`) }
              : {};
          return [
            { kind: 'over-voltage', ...(await read('VOLT')) },
            { kind: 'over-current', ...(await read('CURR')) },
          ];
        },
      }),
    ]),
};
