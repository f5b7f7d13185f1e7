import { expect, test } from 'vitest';
import { ttitsx } from '../../../src/instruments/drivers/ttitsx.ts';
import { exchange, type Step } from '../exchange.ts';

const identity: Step = ['*IDN?', 'THURLBY THANDAR, TSX1820P, 0, 1.21\r'];

test('TTITSX: levels carry no channel number, switches do', () =>
  exchange(
    ttitsx,
    [
      identity,
      ['V 4', null],
      ['V?', 'V 4.00\r'],
      ['I 3.7', null],
      ['I?', 'I 3.70\r'],
      ['OP1 1', null],
      ['OP1?', '1\r'],
      ['VO?', '4.00V\r'],
      ['IO?', '3.12A\r'],
      ['OP1 0', null],
      ['OP1?', '0\r'],
    ],
    async (supply) => {
      const channel = supply.channel(1);
      await channel.writeSetpoint(4);
      await channel.writeCurrentLimit(3.7);
      await channel.switchOutput(true);
      expect(await channel.measure()).toEqual({ voltage: 4, current: 3.12 });
      await channel.switchOutput(false);
    },
  ));

test('TTITSX: on is sent again when it was missed', () =>
  exchange(ttitsx, [identity, ['OP1 1', null], ['OP1?', '0'], ['OP1 1', null], ['OP1?', '1']], (supply) =>
    supply.channel(1).switchOutput(true),
  ));

test('TTITSX: on that is missed three times is an error', () =>
  exchange(
    ttitsx,
    [
      identity,
      ...Array.from({ length: 3 }, (): Step[] => [
        ['OP1 1', null],
        ['OP1?', '0'],
      ]).flat(),
    ],
    (supply) => expect(supply.channel(1).switchOutput(true)).rejects.toThrow(/E3009/),
  ));

test('TTITSX: a voltage that was not taken over is an error', () =>
  exchange(ttitsx, [identity, ['V 25', null], ['V?', 'V 4.00']], (supply) =>
    expect(supply.channel(1).writeSetpoint(25)).rejects.toThrow(/E3009.*25 V.*it reads 4/s),
  ));

test('TTITSX: trips come from the limit event register', () =>
  exchange(ttitsx, [identity, ['LSR1?', '12'], ['OP1?', '0']], async (supply) => {
    expect(await supply.channel(1).readTrip()).toBe('over-voltage');
  }));

test('TTITSX: an MX is another class', async () => {
  const other: Step = ['*IDN?', 'THURLBY THANDAR, MX100TP, 439211, 1.03'];
  await expect(exchange(ttitsx, [other, other, other], async () => {})).rejects.toThrow(/E3006.*MX100TP/s);
});
