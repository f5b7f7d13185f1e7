import { expect, test } from 'vitest';
import { keysightE3633A } from '../../../src/instruments/drivers/keysightE3633A.ts';
import { exchange, type Step } from '../exchange.ts';

const greeting: Step[] = [
  ['SYST:REM', null],
  ['*IDN?', 'HEWLETT-PACKARD,E3633A,0,1.4-5.0-1.0'],
];

test('KeysightE3633A: remote mode comes before the first question, and nothing else is written', () =>
  exchange(keysightE3633A, greeting, async () => {}));

test('KeysightE3633A: levels, output and measurement', () =>
  exchange(
    keysightE3633A,
    [
      ...greeting,
      ['SOUR:VOLT:LEV 1.8', null],
      ['SOUR:VOLT:LEV?', '+1.80000000E+00'],
      ['SOUR:CURR:LEV 3', null],
      ['SOUR:CURR:LEV?', '+3.00000000E+00'],
      ['OUTP:STAT 1', null],
      ['OUTP:STAT?', '1'],
      ['MEAS:VOLT:DC?', '+1.79934000E+00'],
      ['MEAS:CURR:DC?', '+4.51230000E-01'],
      ['OUTP:STAT 0', null],
      ['OUTP:STAT?', '0'],
    ],
    async (supply) => {
      const channel = supply.channel(1);
      await channel.writeSetpoint(1.8);
      await channel.writeCurrentLimit(3);
      await channel.switchOutput(true);
      expect(await channel.measure()).toEqual({ voltage: 1.79934, current: 0.45123 });
      await channel.switchOutput(false);
    },
  ));

test('KeysightE3633A: over-voltage and over-current protection are trips', () =>
  exchange(
    keysightE3633A,
    [
      ...greeting,
      ['SOUR:VOLT:PROT:TRIP?', '1'],
      ['SOUR:VOLT:PROT:TRIP?', '0'],
      ['SOUR:CURR:PROT:TRIP?', '1'],
      ['SOUR:VOLT:PROT:TRIP?', '0'],
      ['SOUR:CURR:PROT:TRIP?', '0'],
    ],
    async (supply) => {
      const channel = supply.channel(1);
      expect(await channel.readTrip()).toBe('over-voltage');
      expect(await channel.readTrip()).toBe('over-current');
      expect(await channel.readTrip()).toBeUndefined();
    },
  ));

test('KeysightE3633A: an overflow is no voltage', () =>
  exchange(keysightE3633A, [...greeting, ['MEAS:VOLT:DC?', '+9.91000000E+37']], (supply) =>
    expect(supply.channel(1).measure()).rejects.toThrow(/E3008/),
  ));

test('KeysightE3633A: a multimeter of the same maker is another class', async () => {
  const other: Step[] = [
    ['SYST:REM', null],
    ['*IDN?', 'HEWLETT-PACKARD,34401A,0,11-5-2'],
  ];
  await expect(exchange(keysightE3633A, [...other, ...other, ...other], async () => {})).rejects.toThrow(
    /E3006.*34401A/s,
  );
});
