import { expect, test } from 'vitest';
import { readWitness } from '../witness.ts';
import { alone, type Client, oneModule, opened, talkTo } from './stationUnderTest.ts';

/**
 * A Keithley 2400-series client as any lab has one, written from the commands of the 2400 Series User's Manual and
 * nothing else.
 */
class LabKeithley {
  readonly #wire: Client;
  constructor(wire: Client) {
    this.#wire = wire;
  }
  async setUp(compliance: number): Promise<void> {
    this.#wire.tell('*RST;*CLS');
    this.#wire.tell(':SOURce:FUNCtion VOLTage');
    this.#wire.tell(':SOUR:VOLT:MODE FIXED');
    this.#wire.tell(':SOUR:VOLT:RANG:AUTO ON');
    this.#wire.tell(':SENS:FUNC:CONC ON');
    this.#wire.tell(':SENSe:FUNCtion "VOLTage:DC","CURRent:DC"');
    this.#wire.tell(`:SENS:CURR:PROT ${compliance}`);
    this.#wire.tell(`:SENS:CURR:RANG ${compliance}`);
    this.#wire.tell(':FORM:ELEM VOLT,CURR');
    this.#wire.tell(':SOUR:DEL 1');
    await this.noErrors();
  }
  async noErrors(): Promise<void> {
    expect(await this.#wire.ask(':SYSTem:ERRor?')).toBe('0,"No error"');
  }
  output(on: boolean): void {
    this.#wire.tell(`OUTPUT ${on ? 'ON' : 'OFF'}`);
  }
  async measureAt(volts: number): Promise<{ voltage: number; current: number }> {
    this.#wire.tell(`:SOUR:VOLT:LEV:IMM:AMPL ${volts}`);
    const [voltage, current] = (await this.#wire.ask(':READ?')).split(',').map(Number);
    return { voltage: voltage!, current: current! };
  }
}

test('a client written from the 2400 manual measures a whole IV curve', async () => {
  const station = await opened(oneModule());
  const keithley = new LabKeithley(await talkTo(station, 'hv_1'));
  await keithley.setUp(10e-6);
  keithley.output(true);
  const curve = [];
  for (let volts = 0; volts >= -80; volts -= 2) curve.push(await keithley.measureAt(volts));
  for (let volts = -80; volts <= 0; volts += 4) await keithley.measureAt(volts);
  keithley.output(false);
  await keithley.noErrors();
  for (const [k, { voltage, current }] of curve.entries()) {
    expect(voltage).toBeCloseTo(-2 * k, 1);
    if (k > 5) expect(current).toBeLessThan(-1e-8);
  }
  // Depleted, and far below breakdown: it rises slowly.
  expect(curve[40]!.current / curve[10]!.current).toBeGreaterThan(1);
  expect(curve[40]!.current / curve[10]!.current).toBeLessThan(1.5);
});

test('a measurement with the output off is refused with 803, and nothing is answered', async () => {
  const wire = await alone('Keithley2410', 'hv_1');
  wire.tell(':READ?');
  expect(await wire.ask(':SYST:ERR?')).toBe('803,"Not permitted with OUTPUT off"');
  wire.tell(':MEAS:CURR?');
  expect(await wire.ask(':SYST:ERR?')).toBe('803,"Not permitted with OUTPUT off"');
  expect(wire.unread()).toBe('');
});

test('with auto clear the output is on for the time of a reading alone, and falls from where it was', async () => {
  const wire = await alone('Keithley2410', 'hv_1');
  wire.tell(':SOUR:CLE:AUTO ON;:SOUR:VOLT -5;:OUTP 1');
  await wire.ask(':READ?');
  expect(await wire.ask(':OUTP?')).toBe('0');
  await wire.ask(':READ?');
  expect(await wire.ask(':SYST:ERR?')).toBe('0,"No error"');
});

test('measured at once, the current still charges the cable; after the source delay it is the leakage', async () => {
  const station = await opened(oneModule({ timeScale: 1 }));
  const wire = await talkTo(station, 'hv_1');
  wire.tell(':SENS:FUNC "CURR";:FORM:ELEM CURR;:SENS:CURR:PROT 1e-5;:SOUR:VOLT:RANG 100;:OUTP 1');
  wire.tell(':SENS:CURR:NPLC 0.01;:SOUR:VOLT -5');
  const atOnce = Number(await wire.ask(':READ?'));
  wire.tell(':SOUR:DEL 0.6');
  const settled = Number(await wire.ask(':READ?'));
  expect(settled).toBeLessThan(-1e-8);
  expect(atOnce - settled).toBeLessThan(-3e-7);
});

test('short and long forms, any case, and chains mean the same', async () => {
  const wire = await alone('Keithley2410', 'hv_1');
  for (const write of [
    ':SOUR:VOLT:LEV -5',
    ':source1:voltage:level:immediate:amplitude -5.0E0',
    ':SOURce:VOLTage -5;',
    ':sour:volt:rang 100;lev -5',
    ':SOUR:VOLT:RANG:AUTO 1; :SOUR:VOLT -5',
  ]) {
    wire.tell('*RST');
    wire.tell(write);
    expect(await wire.ask(':SOUR:VOLT:LEV?'), write).toBe('-5.000000E+00');
  }
  expect(await wire.ask(':SOUR:VOLT?;:OUTP?;*OPC?')).toBe('-5.000000E+00;0;1');
  expect(await wire.ask(':SYST:ERR?')).toBe('0,"No error"');
});

test('what is wrong goes into the error queue with the numbers of the standard, and ten fill it', async () => {
  const wire = await alone('Keithley2410', 'hv_1');
  wire.tell('*CLS');
  wire.tell(':SOUR:VOLD 5');
  wire.tell(':SOUR:VOLT 2000');
  wire.tell(':SOUR:VOLT abc');
  wire.tell(':SOUR:VOLT');
  wire.tell(':OUTP:SMOD SIDEWAYS');
  expect(await wire.ask(':SYST:ERR:COUN?')).toBe('5');
  const errors = [];
  for (let k = 0; k < 6; k += 1) errors.push((await wire.ask(':SYST:ERR?')).split(',')[0]);
  expect(errors).toEqual(['-113', '-222', '-104', '-109', '-224', '0']);
  // Command error and execution error.
  expect(Number(await wire.ask('*ESR?')) & 0x30).toBe(0x30);
  for (let k = 0; k < 12; k += 1) wire.tell(':NO:SUCH');
  const full = await wire.ask(':SYST:ERR:ALL?');
  expect(full.split('","').length).toBe(1);
  expect(full.match(/-113/g)).toHaveLength(9);
  expect(full).toMatch(/-350,"Queue overflow"$/);
});

test('a fixed range refuses a level beyond it, and a current range beyond the compliance is refused with 824', async () => {
  const wire = await alone('Keithley2410', 'hv_1');
  wire.tell(':SOUR:VOLT:RANG 20;:SOUR:VOLT -30');
  expect(await wire.ask(':SYST:ERR?')).toBe('-222,"Parameter data out of range"');
  wire.tell(':SOUR:VOLT:RANG -80;:SOUR:VOLT -30');
  expect(await wire.ask(':SOUR:VOLT:RANG?;:SOUR:VOLT?')).toBe('+1.000000E+03;-3.000000E+01');
  wire.tell(':SENS:CURR:PROT 1e-6;:SENS:CURR:RANG 1e-3');
  expect(await wire.ask(':SYST:ERR?')).toBe('824,"Cannot exceed compliance range"');
  wire.tell(':SENS:CURR:PROT 1e-3;:SENS:CURR:RANG 1e-3');
  expect(await wire.ask(':SYST:ERR?')).toBe('0,"No error"');
});

test('in compliance the measured voltage stays behind the set one, and every flag says so', async () => {
  const station = await opened(oneModule({ faults: ['early-breakdown:V=-40'] }));
  const wire = await talkTo(station, 'hv_1');
  wire.tell(':SENS:FUNC "VOLT:DC";:SENS:FUNC "CURR:DC";:SENS:CURR:PROT 1e-5;:SOUR:VOLT:RANG 100;:OUTP ON');
  wire.tell(':SOUR:VOLT -38');
  expect(await wire.ask(':SENS:CURR:PROT:TRIP?')).toBe('0');
  wire.tell(':SOUR:VOLT -60');
  const [volts, amperes, ohms, , status] = (await wire.ask(':READ?')).split(',').map(Number);
  expect(volts).toBeGreaterThan(-50);
  expect(volts).toBeLessThan(-40);
  expect(amperes).toBeCloseTo(-1e-5, 7);
  expect(ohms).toBe(9.91e37);
  expect(status! & 8).toBe(8);
  expect(await wire.ask(':SENS:CURR:PROT:TRIP?;:SOUR:VOLT?')).toBe('1;-6.000000E+01');
  expect(Number(await wire.ask(':STAT:MEAS:EVEN?')) & 0x4000).toBe(0x4000);
  // It does not latch.
  wire.tell(':SOUR:VOLT -20');
  expect(await wire.ask(':SENS:CURR:PROT:TRIP?')).toBe('0');
  const trips = readWitness(station.addresses.witness).filter(({ kind }) => kind === 'trip');
  expect(trips.map(({ value }) => value)).toEqual(['compliance']);
});

test('by default a reading has five elements, and those that were not measured are told as such', async () => {
  const wire = await alone('Keithley2410', 'hv_1');
  wire.tell('*RST;:OUTP ON');
  const reading = await wire.ask(':READ?');
  expect(reading).toMatch(/^([+-]\d\.\d{6}E[+-]\d\d,){4}[+-]\d\.\d{6}E[+-]\d\d$/);
  const [volts, , ohms] = reading.split(',').map(Number);
  // Not measured, so it is the programmed source value; resistance is neither.
  expect(volts).toBe(0);
  expect(ohms).toBe(9.91e37);
  wire.tell(':TRIG:COUN 3;:FORM:ELEM CURR');
  expect((await wire.ask(':READ?')).split(',')).toHaveLength(3);
  expect(await wire.ask(':FETC?')).toMatch(/E-/);
});

test('a staircase sweep moves the source from trigger to trigger, and stays at its end', async () => {
  const station = await opened(oneModule());
  const wire = await talkTo(station, 'hv_1');
  wire.tell(':SENS:FUNC "VOLT";:FORM:ELEM VOLT;:SOUR:DEL 1;:OUTP ON');
  wire.tell(':SOUR:VOLT:STAR 0;:SOUR:VOLT:STOP -20;:SOUR:VOLT:STEP -5;:SOUR:VOLT:MODE SWE');
  expect(await wire.ask(':SOUR:SWE:POIN?')).toBe('5');
  wire.tell(':TRIG:COUN 5');
  const volts = (await wire.ask(':READ?')).split(',').map((text) => Math.round(Number(text)));
  expect(volts).toEqual([-0, -5, -10, -15, -20]);
  expect(await wire.ask(':SOUR:VOLT?')).toBe('-2.000000E+01');
  wire.tell(':SOUR:LIST:VOLT -15,-10,-5,0;:SOUR:VOLT:MODE LIST;:TRIG:COUN 4');
  await wire.ask(':READ?');
  expect(biasOf(station.addresses.witness)).toEqual([-5, -10, -15, -20, -15, -10, -5, 0]);
  expect(await wire.ask(':SYST:ERR?')).toBe('0,"No error"');
});

test('the trace buffer fills, says so in the status byte, and is read out', async () => {
  const wire = await alone('Keithley2410', 'hv_1');
  wire.tell(':STAT:PRES;*CLS;*SRE 1;:STAT:MEAS:ENAB 512');
  wire.tell(
    ':TRAC:CLE;:TRAC:POIN 3;:TRIG:COUN 3;:TRAC:FEED SENS;:TRAC:FEED:CONT NEXT;:FORM:ELEM CURR;:OUTP ON',
  );
  expect(await wire.ask('*STB?')).toBe('0');
  wire.tell(':INIT');
  // Measurement summary, and the request for service that it was enabled for.
  expect(await wire.ask('*STB?')).toBe('65');
  expect(await wire.ask(':TRAC:POIN:ACT?')).toBe('3');
  expect((await wire.ask(':TRAC:DATA?')).split(',')).toHaveLength(3);
  const [mean, spread] = [
    await wire.ask(':CALC3:FORM MEAN;:CALC3:DATA?'),
    await wire.ask(':CALC3:FORM PKPK;DATA?'),
  ];
  expect(mean.split(',')).toHaveLength(3);
  expect(Number(spread.split(',')[1])).toBeGreaterThanOrEqual(0);
  wire.tell(':TRAC:CLE');
  expect(await wire.ask(':CALC3:DATA?;:SYST:ERR?')).toMatch(/-222/);
  expect(await wire.ask(':TRAC:POIN:ACT?;:SYST:ERR?')).toBe('0;0,"No error"');
});

test.for(['NORM', 'ZERO', 'GUAR'])('output-off mode %s drops to 0 V in one step', async (mode) => {
  const station = await opened(oneModule());
  const wire = await talkTo(station, 'hv_1');
  wire.tell(`:OUTP:SMOD ${mode};:OUTP ON;:SOUR:VOLT -4;:OUTP OFF`);
  expect(await wire.ask(':OUTP?;:OUTP:SMOD?')).toBe(`0;${mode}`);
  expect(biasOf(station.addresses.witness)).toEqual([-4, 0]);
});

test('in the high-impedance off mode the sensor keeps its charge for a while', async () => {
  const station = await opened(oneModule({ timeScale: 20 }));
  const wire = await talkTo(station, 'hv_1');
  wire.tell(':OUTP:SMOD HIMP;:OUTP ON;:SOUR:VOLT:RANG 100;:SOUR:VOLT -80');
  // The cable follows within a second of station time; nobody hurries it.
  while (Math.abs(station.bias('0')) < 79) await wire.ask('*OPC?');
  wire.tell(':OUTP OFF');
  await wire.ask(':OUTP?');
  expect(station.bias('0')).toBeLessThan(-10);
  while (station.bias('0') < -0.4) await wire.ask('*OPC?');
  const bias = biasOf(station.addresses.witness);
  expect(bias.length).toBeGreaterThan(5);
  for (let k = 2; k < bias.length; k += 1) expect(Math.abs(bias[k]!)).toBeLessThan(Math.abs(bias[k - 1]!));
});

function biasOf(witness: string): number[] {
  return readWitness(witness)
    .filter(({ kind }) => kind === 'bias')
    .map(({ value }) => Number(value));
}
