import { expect, test } from 'vitest';
import { tti } from '../../../src/instruments/drivers/tti.ts';
import { exchange, type Step } from '../exchange.ts';

const identity: Step = ['*IDN?', 'THURLBY THANDAR, MX100TP, 439211, 1.03 - 1.02\r'];

test('TTI: opening asks who it is and writes nothing', () =>
  exchange(tti, [identity, identity], async (supply) => {
    expect(await supply.identify()).toMatchObject({ model: 'MX100TP', serial: '439211', simulated: false });
  }));

test('TTI: voltage and current limit are written and read back on the channel asked for', () =>
  exchange(
    tti,
    [
      identity,
      ['V2 1.8', null],
      ['V2?', 'V2 1.800\r'],
      ['I2 3.7', null],
      ['I2?', 'I2 3.700\r'],
      ['V2?', 'V2 1.800\r'],
      ['I2?', 'I2 3.700\r'],
    ],
    async (supply) => {
      const channel = supply.channel(2);
      await channel.writeSetpoint(1.8);
      await channel.writeCurrentLimit(3.7);
      expect(await channel.readSetpoint()).toBe(1.8);
      expect(await channel.readCurrentLimit()).toBe(3.7);
    },
  ));

test('TTI: the output is switched and read back, and off is sent again when it did not happen', () =>
  exchange(
    tti,
    [
      identity,
      ['OP1 1', null],
      ['OP1?', '1'],
      ['OP1 0', null],
      ['OP1?', '1'],
      ['OP1 0', null],
      ['OP1?', '0'],
    ],
    async (supply) => {
      await supply.channel(1).switchOutput(true);
      await supply.channel(1).switchOutput(false);
    },
  ));

test('TTI: an output that does not go on is not sent again, for a protection may have acted', () =>
  exchange(tti, [identity, ['OP1 1', null], ['OP1?', '0']], (supply) =>
    expect(supply.channel(1).switchOutput(true)).rejects.toThrow(/E3009.*output on on channel 1/s),
  ));

test('TTI: measured values come with their unit', () =>
  exchange(tti, [identity, ['V3O?', '1.802V\r'], ['I3O?', '0.513A\r']], async (supply) => {
    expect(await supply.channel(3).measure()).toEqual({ voltage: 1.802, current: 0.513 });
  }));

test.each(['V1 1.800', 'I3 1.800', '1.8A', 'V3', '', 'V3 1.8 V3 1.9'])(
  'TTI: %j is no voltage of channel 3',
  (reply) =>
    exchange(tti, [identity, ['V3?', reply]], (supply) =>
      expect(supply.channel(3).readSetpoint()).rejects.toThrow(/E3007/),
    ),
);

test('TTI: a trip is remembered although reading clears the register, until the output is on again', () =>
  exchange(
    tti,
    [
      identity,
      ['LSR1?', '4'],
      ['OP1?', '0'],
      ['LSR1?', '0'],
      ['OP1?', '0'],
      ['LSR1?', '0'],
      ['OP1?', '1'],
      ['LSR1?', '0'],
      ['LSR1?', '8'],
      ['OP1?', '0'],
    ],
    async (supply) => {
      const channel = supply.channel(1);
      expect(await channel.readTrip()).toBe('over-voltage');
      expect(await channel.readTrip()).toBe('over-voltage');
      expect(await channel.readTrip()).toBeUndefined();
      expect(await channel.readTrip()).toBeUndefined();
      expect(await channel.readTrip()).toBe('over-current');
    },
  ));

test('TTI: entering voltage or current limit is no trip', () =>
  exchange(tti, [identity, ['LSR2?', '3']], async (supply) => {
    expect(await supply.channel(2).readTrip()).toBeUndefined();
  }));

test.each([-0.1, 121, Number.NaN])('TTI: %s V is refused and nothing is written', (voltage) =>
  exchange(tti, [identity], (supply) =>
    expect(supply.channel(1).writeSetpoint(voltage)).rejects.toThrow(/E3011/),
  ),
);

test('TTI: it has three channels', () =>
  exchange(tti, [identity], async (supply) => {
    expect(() => supply.channel(4)).toThrow(/E3013.*channels 1 to 3/s);
    expect(() => supply.channel(0)).toThrow(/E3013/);
  }));

test('TTI: a TSX is another class', async () => {
  const other: Step = ['*IDN?', 'THURLBY THANDAR, TSX1820P, 0, 1.21'];
  await expect(exchange(tti, [other, other, other], async () => {})).rejects.toThrow(/E3006.*TSX1820P/s);
});
