import { expect, test } from 'vitest';
import { readWitness } from '../witness.ts';
import { alone, type Client, oneModule, opened, talkTo } from './stationUnderTest.ts';

/** A quad on one low-voltage supply of that class. */
async function powered(className: string): Promise<{ wire: Client; probe: Client; witness: string }> {
  const description = oneModule();
  description.instruments[1] = { name: 'lv_1', class: className };
  const station = await opened(description);
  return {
    wire: await talkTo(station, 'lv_1'),
    probe: await talkTo(station, 'ab_1'),
    witness: station.addresses.witness,
  };
}

const number = (text: string) => Number(/[+-]?\d+\.?\d*(?:E[+-]\d+)?/i.exec(text)?.[0]);

test('the MX100TP answers as its manual prints it, and ends with CR LF', async () => {
  const { wire } = await powered('TTI');
  expect(await wire.ask('*IDN?')).toMatch(/^THURLBY THANDAR, MX100TP, SIM\d{7}, /);
  wire.tell('V1 4;I1 3.7');
  expect(await wire.ask('V1?')).toBe('V1 4.000');
  expect(await wire.ask('I1?')).toBe('I1 3.700');
  expect(await wire.ask('OP1?')).toBe('0');
  expect(await wire.ask('V1O?')).toBe('0.000V');
  wire.tell('OP1 1');
  expect(await wire.ask('OP1?')).toBe('1');
  // The chips shunt what they are given: the current is the limit, and the voltage is theirs.
  expect(number(await wire.ask('I1O?'))).toBeCloseTo(3.7, 2);
  expect(number(await wire.ask('V1O?'))).toBeGreaterThan(1.45);
  expect(number(await wire.ask('V1O?'))).toBeLessThan(1.6);
  // Constant current, so bit 1.
  expect(await wire.ask('LSR1?')).toBe('2');
  wire.tell('OPALL 0');
  expect(await wire.ask('OP1?')).toBe('0');
  wire.tell('OP1?');
  expect((await wire.bytes(3)).toString('latin1')).toBe('0\r\n');
});

test('the MX100TP tells errors in its registers, not in replies', async () => {
  const wire = await alone('TTI', 'lv_1');
  await wire.ask('*ESR?');
  wire.tell('V1 500');
  expect(Number(await wire.ask('*ESR?')) & 0x10).toBe(0x10);
  expect(await wire.ask('EER?')).toBe('100');
  expect(await wire.ask('EER?')).toBe('0');
  wire.tell('NONSENSE 3');
  wire.tell('V4 1');
  expect(Number(await wire.ask('*ESR?')) & 0x20).toBe(0x20);
  expect(await wire.ask('V1?')).toBe('V1 0.000');
  expect(wire.unread()).toBe('');
});

test('an over-current protection of the MX100TP switches off, is told once by LSR, and is in the witness log', async () => {
  const { wire, witness } = await powered('TTI');
  wire.tell('V1 4;I1 3.7;OCP1 2.5;OP1 1');
  expect(await wire.ask('OCP1?')).toBe('CP1 2.500');
  expect(await wire.ask('OP1?')).toBe('0');
  expect(Number(await wire.ask('LSR1?')) & 8).toBe(8);
  expect(Number(await wire.ask('LSR1?')) & 8).toBe(0);
  wire.tell('OCP1 OFF;OP1 1');
  expect(await wire.ask('OCP1?')).toBe('CP1 OFF');
  expect(await wire.ask('OP1?')).toBe('1');
  const seen = readWitness(witness).filter(({ kind }) => kind === 'trip' || kind === 'output');
  expect(seen.map(({ value }) => value)).toEqual([true, 'over-current', false, true]);
});

test('the TSX1820P takes its commands with and without the number of its one output', async () => {
  const { wire } = await powered('TTITSX');
  wire.tell('V 1.8;I 3.7');
  expect(await wire.ask('V?')).toBe('V 1.800');
  wire.tell('V1 1.9');
  expect(await wire.ask('V?')).toBe('V 1.900');
  wire.tell('OP1 1');
  expect(await wire.ask('OP1?')).toBe('1');
  expect(await wire.ask('VO?')).toMatch(/^\d\.\d{3}V$/);
  expect(await wire.ask('IO?')).toMatch(/^\d\.\d{3}A$/);
  wire.tell('OVP1 2.5');
  expect(await wire.ask('OVP1?')).toBe('VP1 2.500');
});

test('the HMP4040 acts on the selected channel, and an output needs its channel and the master switch', async () => {
  const { wire, witness } = await powered('HMP4040');
  expect(await wire.ask('*IDN?')).toMatch(/^ROHDE&SCHWARZ,HMP4040,SIM\d{7},/);
  wire.tell('INST:NSEL 1');
  wire.tell('SOUR:VOLT:LEV 1.80');
  wire.tell('SOUR:CURR:LEV 3.70');
  wire.tell('INST OUT2;VOLT 5');
  expect(await wire.ask('INST:NSEL?')).toBe('2');
  expect(await wire.ask('INST:NSEL 1;:SOUR:VOLT:LEV?')).toBe('1.800');
  wire.tell('OUTP:SEL 1');
  expect(await wire.ask('OUTP:STAT?')).toBe('0');
  wire.tell('OUTP:GEN 1');
  expect(await wire.ask('OUTP:STAT?')).toBe('1');
  expect(number(await wire.ask('MEAS:CURR:DC?'))).toBeCloseTo(3.7, 2);
  expect(number(await wire.ask('MEAS:VOLT:DC?'))).toBeCloseTo(1.51, 1);
  wire.tell('OUTP:STAT 0');
  expect(await wire.ask('OUTP:STAT?;:SYST:ERR?')).toBe('0;0,"No error"');
  const outputs = readWitness(witness).filter(({ kind }) => kind === 'output');
  expect(outputs.map(({ channel, value }) => [channel, value])).toEqual([
    [1, true],
    [1, false],
  ]);
});

test('the over-voltage protection of the HMP4040 trips and is cleared', async () => {
  const wire = await alone('HMP4040', 'lv_1');
  wire.tell('INST:NSEL 3;:VOLT 5;:VOLT:PROT:LEV 4;:OUTP:STAT 1');
  expect(await wire.ask('VOLT:PROT:TRIP?;:OUTP:STAT?')).toBe('1;0');
  wire.tell('VOLT:PROT:CLE;:VOLT 3;:OUTP:STAT 1');
  expect(await wire.ask('VOLT:PROT:TRIP?;:OUTP:STAT?')).toBe('0;1');
});

test('the E3633A has two ranges and its own protections', async () => {
  const { wire } = await powered('KeysightE3633A');
  expect(await wire.ask('*IDN?')).toMatch(/^HEWLETT-PACKARD,E3633A,SIM\d{7},/);
  wire.tell('SYST:REM');
  wire.tell('SOUR:VOLT:LEV 12');
  expect(await wire.ask('SYST:ERR?')).toBe('-222,"Parameter data out of range"');
  wire.tell('SOUR:VOLT:RANG HIGH;:SOUR:VOLT:LEV 1.8;:SOUR:CURR:LEV 3.7');
  expect(await wire.ask('SOUR:VOLT:RANG?;:SOUR:VOLT:LEV?')).toBe('P20V;+1.80000000E+00');
  wire.tell('OUTP:STAT ON');
  expect(number(await wire.ask('MEAS:CURR:DC?'))).toBeCloseTo(3.7, 2);
  wire.tell('SOUR:CURR:PROT:LEV 3');
  expect(await wire.ask('SOUR:CURR:PROT:TRIP?;:OUTP:STAT?')).toBe('1;0');
  wire.tell('SOUR:CURR:PROT:LEV 8;:SOUR:CURR:PROT:CLE');
  expect(await wire.ask('SOUR:CURR:PROT:TRIP?;:OUTP:STAT?;:SYST:ERR?')).toBe('0;1;+0,"No error"');
});

test('the needle card sends 18 floats behind an 8-byte head, and shows the regulators of a powered module', async () => {
  const { wire, probe } = await powered('TTITSX');
  const volts = async (request: number) => {
    probe.write(Buffer.from([0x5a, 0x5a, request, request, 0x11, 0x11, 0, 0]));
    const frame = await probe.bytes(8 + 90);
    expect([...frame.subarray(0, 8)]).toEqual([0x5a, 0x5a, 2, request, 0x55, 0x11, 9, 9]);
    return (channel: number) => frame.readFloatLE(8 + 4 * (channel - 1));
  };
  const dark = await volts(1);
  expect(Math.abs(dark(10))).toBeLessThan(0.01);
  wire.tell('V 1.8;I 3.7;OP1 1');
  await wire.ask('OP1?');
  const lit = await volts(2);
  expect(lit(10), 'VIN').toBeCloseTo(1.51, 1);
  expect(lit(15), 'VOFS').toBeCloseTo(0.5, 2);
  for (const channel of [12, 14, 16, 17, 1, 3, 5, 7]) expect(lit(channel)).toBeCloseTo(1.2, 1);
  expect(lit(9), 'temperature').toBeGreaterThan(15);
});

test('the needle card names itself and refuses frames that are wrong', async () => {
  const { probe } = await powered('TTITSX');
  const answer = async (...frame: number[]) => {
    probe.write(Buffer.from(frame));
    return [...(await probe.bytes(8))];
  };
  expect((await answer(0x5a, 0x5a, 0, 0, 0x37, 0x37, 0x58, 0x58))[4]).toBe(0x55);
  probe.write(Buffer.from([0x5a, 0x5a, 1, 1, 0x33, 0x33, 0, 0]));
  expect((await probe.bytes(16)).toString('latin1')).toContain('SIM');
  expect((await answer(0x00, 0x5a, 2, 2, 0x11, 0x11, 0, 0)).slice(4)).toEqual([0x66, 0, 0, 0]);
  expect((await answer(0x5a, 0x5a, 2, 3, 0x11, 0x11, 0, 0))[4]).toBe(0x77);
  expect((await answer(0x5a, 0x5a, 2, 2, 0x12, 0x12, 0, 0))[4]).toBe(0x88);
  expect((await answer(0x5a, 0x5a, 2, 2, 0x37, 0x37, 0, 0))[4]).toBe(0xaa);
});

test('the relay board takes one letter a command and names itself', async () => {
  const wire = await alone('RelayBoard', 'ab_1');
  wire.write(Buffer.from('?'));
  expect(await wire.line()).toMatch(/^x .*SIM/);
  wire.write(Buffer.from('fj'));
  expect([await wire.line(), await wire.line()]).toEqual(['f', 'j']);
  wire.write(Buffer.from('?'));
  expect(await wire.line()).toMatch(/^j .*SIM/);
});
