import { describe, expect, test } from 'vitest';
import { keithley2410 } from '../../../src/instruments/drivers/keithley2410.ts';
import type { Supply } from '../../../src/instruments/instrument.ts';
import type { OpenOptions } from '../../../src/instruments/open.ts';
import { exchange, type Step } from '../exchange.ts';

const identity: Step = [
  '*IDN?',
  'KEITHLEY INSTRUMENTS INC.,MODEL 2410,1234567,C33 Mar 31 2015 09:32:39/A02  /J/H',
];
const reading = '-5.000123E+00,-1.234500E-07,+9.910000E+37,+1.234500E+02,+3.788000E+04';

const keithley = (steps: Step[], use: (supply: Supply) => Promise<void>, options?: OpenOptions) =>
  exchange(keithley2410, [identity, ...steps], use, options);

describe('Keithley2410', () => {
  test('opening asks who it is and writes nothing', () => keithley([], async () => {}));

  test('says model and serial number, and is not simulated without the mark', () =>
    keithley([identity], async (supply) => {
      expect(await supply.identify()).toMatchObject({
        model: 'MODEL 2410',
        serial: '1234567',
        simulated: false,
      });
    }));

  test('is simulated with the mark in its serial number, on loopback', () => {
    const simulated: Step = ['*IDN?', 'KEITHLEY INSTRUMENTS INC.,MODEL 2410,SIM0001,C33'];
    return exchange(keithley2410, [simulated, simulated], async (supply) => {
      expect((await supply.identify()).simulated).toBe(true);
    });
  });

  test('a set-point is written and read back', () =>
    keithley(
      [
        [':SOUR:VOLT:LEV -5', null],
        [':SOUR:VOLT:LEV?', '-5.000000E+00'],
      ],
      (supply) => supply.channel(1).writeSetpoint(-5),
    ));

  test('a set-point that was not taken over is an error with what the instrument says', () =>
    keithley(
      [
        [':SOUR:VOLT:LEV -50', null],
        [':SOUR:VOLT:LEV?', '+0.000000E+00'],
        [':SYST:ERR?', '-222,"Parameter data out of range"'],
        [':SYST:ERR?', '0,"No error"'],
      ],
      (supply) =>
        expect(supply.channel(1).writeSetpoint(-50)).rejects.toThrow(
          /E3009.*-50 V.*Parameter data out of range/s,
        ),
    ));

  test('a positive set-point is refused and nothing is written', () =>
    keithley([[':SOUR:VOLT:LEV?', '+0.000000E+00']], (supply) =>
      expect(supply.channel(1).writeSetpoint(0.1)).rejects.toThrow(/E3010/),
    ));

  test('a positive set-point passes with the allowance of an IV curve, up to it', () =>
    keithley(
      [
        [':SOUR:VOLT:LEV 0.4', null],
        [':SOUR:VOLT:LEV?', '+4.000000E-01'],
        [':SOUR:VOLT:LEV?', '+4.000000E-01'],
      ],
      async (supply) => {
        await supply.channel(1).writeSetpoint(0.4);
        await expect(supply.channel(1).writeSetpoint(0.5)).rejects.toThrow(/E3010/);
      },
      { limits: { limit: -80, positiveUpTo: 0.4 } },
    ));

  test('an allowance above 0.4 V is refused before anything is opened', async () => {
    await expect(
      exchange(keithley2410, [], async () => {}, { limits: { limit: -80, positiveUpTo: 0.5 } }),
    ).rejects.toThrow(/E3010/);
  });

  test('a bias beyond the sensor limit is refused; one found there may come nearer to zero', () =>
    keithley(
      [
        [':SOUR:VOLT:LEV?', '-1.000000E+02'],
        [':SOUR:VOLT:LEV?', '-1.000000E+02'],
        [':SOUR:VOLT:LEV -95', null],
        [':SOUR:VOLT:LEV?', '-9.500000E+01'],
      ],
      async (supply) => {
        await expect(supply.channel(1).writeSetpoint(-105)).rejects.toThrow(/E3010.*-80 V/s);
        await supply.channel(1).writeSetpoint(-95);
      },
    ));

  test('the output is switched and its state read back', () =>
    keithley(
      [
        [':OUTP 1', null],
        [':OUTP?', '1'],
        [':OUTP 0', null],
        [':OUTP?', '0'],
      ],
      async (supply) => {
        await supply.channel(1).switchOutput(true);
        await supply.channel(1).switchOutput(false);
      },
    ));

  test('an output that stays on is an error', () =>
    keithley(
      [
        [':OUTP 0', null],
        [':OUTP?', '1'],
        [':SYST:ERR?', '0,"No error"'],
      ],
      (supply) => expect(supply.channel(1).switchOutput(false)).rejects.toThrow(/E3009/),
    ));

  test('the first measurement makes sure that the voltage is measured and not repeated from the set-point', () =>
    keithley(
      [
        [':OUTP?', '1'],
        [':SENS:FUNC?', '"CURR:DC"'],
        [':FORM:ELEM VOLT,CURR,RES,TIME,STAT', null],
        [':SOUR:CLE:AUTO OFF', null],
        [':SOUR:DEL:AUTO ON', null],
        [':ARM:COUN 1', null],
        [':TRIG:COUN 1', null],
        [':TRIG:DEL 0', null],
        [':SENS:FUNC:CONC ON', null],
        [':SENS:FUNC "VOLT:DC"', null],
        [':SENS:FUNC "CURR:DC"', null],
        [':SENS:FUNC?', '"VOLT:DC","CURR:DC"'],
        [':READ?', reading],
        [':OUTP?', '1'],
        [':READ?', reading],
      ],
      async (supply) => {
        const channel = supply.channel(1);
        expect(await channel.measure()).toEqual({ voltage: -5.000123, current: -1.2345e-7 });
        await channel.measure();
      },
    ));

  test('an instrument that will not measure the voltage gives no measurement', () =>
    keithley(
      [
        [':OUTP?', '1'],
        [':SENS:FUNC?', '"CURR:DC"'],
        [':FORM:ELEM VOLT,CURR,RES,TIME,STAT', null],
        [':SOUR:CLE:AUTO OFF', null],
        [':SOUR:DEL:AUTO ON', null],
        [':ARM:COUN 1', null],
        [':TRIG:COUN 1', null],
        [':TRIG:DEL 0', null],
        [':SENS:FUNC:CONC ON', null],
        [':SENS:FUNC "VOLT:DC"', null],
        [':SENS:FUNC "CURR:DC"', null],
        [':SENS:FUNC?', '"CURR:DC"'],
      ],
      (supply) => expect(supply.channel(1).measure()).rejects.toThrow(/E3009/),
    ));

  test('nothing is measured while the output is off', () =>
    keithley([[':OUTP?', '0']], (supply) => expect(supply.channel(1).measure()).rejects.toThrow(/E3014/)));

  const measuring: Step[] = [
    [':OUTP?', '1'],
    [':SENS:FUNC?', '"VOLT:DC","CURR:DC"'],
    [':FORM:ELEM VOLT,CURR,RES,TIME,STAT', null],
    [':SOUR:CLE:AUTO OFF', null],
    [':SOUR:DEL:AUTO ON', null],
    [':ARM:COUN 1', null],
    [':TRIG:COUN 1', null],
    [':TRIG:DEL 0', null],
  ];

  test.each([
    ['an overflow is no current', '-5.0E+00,+9.900000E+37,+9.91E+37,+1.0E+00,+3.7E+04', /E3008/],
    ['two values of five are no reading', '-5.0E+00,-1.0E-07', /E3007/],
    ['an empty field is no reading', '-5.0E+00,,+9.91E+37,+1.0E+00,+3.7E+04', /E3007/],
    ['noise is no reading', '-5.0Ex00,-1.0E-07,+9.91E+37,+1.0E+00,+3.7E+04', /E3007/],
  ])('%s', (_, reply, error) =>
    keithley([...measuring, [':READ?', reply]], (supply) =>
      expect(supply.channel(1).measure()).rejects.toThrow(error),
    ),
  );

  test('after a garbled reply the instrument has to say who it is before it is believed again', () =>
    keithley([[':OUTP?', 'ON0'], identity, [':OUTP?', '0']], async (supply) => {
      await expect(supply.channel(1).readOutput()).rejects.toThrow(/E3007/);
      expect(await supply.channel(1).readOutput()).toBe(false);
    }));

  test('compliance is written between two writes of the measurement range, and read back', () =>
    keithley(
      [
        [':SENS:CURR:RANG 0.00001', null],
        [':SENS:CURR:PROT 0.00001', null],
        [':SENS:CURR:RANG 0.00001', null],
        [':SENS:CURR:PROT?', '1.000000E-05'],
        [':SENS:CURR:PROT?', '1.000000E-05'],
      ],
      async (supply) => {
        await supply.channel(1).writeCurrentLimit(1e-5);
        expect(await supply.channel(1).readCurrentLimit()).toBe(1e-5);
      },
    ));

  test.each([0, -1e-6, 2, Number.NaN])('a compliance of %s A is refused and nothing is written', (current) =>
    keithley([], (supply) => expect(supply.channel(1).writeCurrentLimit(current)).rejects.toThrow(/E3011/)),
  );

  test('compliance that is reached is a trip', () =>
    keithley(
      [
        [':SENS:CURR:PROT:TRIP?', '1'],
        [':SENS:CURR:PROT:TRIP?', '0'],
      ],
      async (supply) => {
        expect(await supply.channel(1).readTrip()).toBe('compliance');
        expect(await supply.channel(1).readTrip()).toBeUndefined();
      },
    ));

  test('the source range is a fixed one that covers the voltage', () =>
    keithley(
      [
        [':OUTP?', '0'],
        [':SOUR:FUNC?', 'CURR'],
        [':SOUR:VOLT:RANG?', '2.100000E+01'],
        [':SOUR:FUNC VOLT', null],
        [':SOUR:VOLT:MODE FIX', null],
        [':SOUR:VOLT:RANG 80', null],
        [':SOUR:VOLT:RANG?', '1.100000E+03'],
      ],
      (supply) => supply.channel(1).writeRange!(-80),
    ));

  test('the source range is not changed under voltage', () =>
    keithley(
      [
        [':OUTP?', '1'],
        [':SOUR:FUNC?', 'VOLT'],
        [':SOUR:VOLT:RANG?', '2.100000E+01'],
      ],
      (supply) => expect(supply.channel(1).writeRange!(-80)).rejects.toThrow(/E3014/),
    ));

  test('it has one channel', () =>
    keithley([], async (supply) => {
      expect(() => supply.channel(2)).toThrow(/E3013.*channel 1 only/s);
    }));

  test('another instrument is refused with what answered', async () => {
    const other: Step = ['*IDN?', 'THURLBY THANDAR, TSX1820P, 0, 1.21'];
    await expect(exchange(keithley2410, [other, other, other], async () => {})).rejects.toThrow(
      /E3006.*TSX1820P.*2400 series/s,
    );
  });
});
