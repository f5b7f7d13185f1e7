import { expect, test } from 'vitest';
import { hmp4040 } from '../../../src/instruments/drivers/hmp4040.ts';
import { exchange, type Step } from '../exchange.ts';

const identity: Step = ['*IDN?', 'HAMEG,HMP4040,103781,HW50020001/SW2.51'];
const on = (channel: number): Step[] => [
  [`INST:NSEL ${channel}`, null],
  ['OUTP:STAT?', '1'],
  ['OUTP:GEN?', '1'],
];

test('HMP4040: the channel is selected before every command and question', () =>
  exchange(
    hmp4040,
    [
      identity,
      ['INST:NSEL 3', null],
      ['SOUR:VOLT:LEV 1.8', null],
      ['INST:NSEL 3', null],
      ['SOUR:VOLT:LEV?', '1.800'],
      ['INST:NSEL 3', null],
      ['SOUR:CURR:LEV 3', null],
      ['INST:NSEL 3', null],
      ['SOUR:CURR:LEV?', '3.0000'],
      ['INST:NSEL 2', null],
      ['MEAS:VOLT:DC?', '1.799'],
      ['MEAS:CURR:DC?', '0.4500'],
    ],
    async (supply) => {
      await supply.channel(3).writeSetpoint(1.8);
      await supply.channel(3).writeCurrentLimit(3);
      expect(await supply.channel(2).measure()).toEqual({ voltage: 1.799, current: 0.45 });
    },
  ));

test('HMP4040: two channels that are used at once are never mixed up', () =>
  exchange(
    hmp4040,
    [
      identity,
      ['INST:NSEL 1', null],
      ['MEAS:VOLT:DC?', '1.100'],
      ['MEAS:CURR:DC?', '0.1000'],
      ['INST:NSEL 4', null],
      ['MEAS:VOLT:DC?', '4.400'],
      ['MEAS:CURR:DC?', '0.4000'],
    ],
    async (supply) => {
      const [first, fourth] = await Promise.all([supply.channel(1).measure(), supply.channel(4).measure()]);
      expect([first.voltage, fourth.voltage]).toEqual([1.1, 4.4]);
    },
  ));

test('HMP4040: a channel is on when its own switch and the general one are', () =>
  exchange(
    hmp4040,
    [
      identity,
      ...on(1),
      ['INST:NSEL 2', null],
      ['OUTP:STAT?', '1'],
      ['OUTP:GEN?', '0'],
      ['INST:NSEL 3', null],
      ['OUTP:STAT?', '0'],
    ],
    async (supply) => {
      expect(await supply.channel(1).readOutput()).toBe(true);
      expect(await supply.channel(2).readOutput()).toBe(false);
      expect(await supply.channel(3).readOutput()).toBe(false);
    },
  ));

test('HMP4040: with the general switch on, a channel goes on alone', () =>
  exchange(
    hmp4040,
    [
      identity,
      ['INST:NSEL 2', null],
      ['OUTP:GEN?', '1'],
      ['OUTP:STAT 1', null],
      ['OUTP:GEN?', '1'],
      ...on(2),
    ],
    (supply) => supply.channel(2).switchOutput(true),
  ));

test('HMP4040: the general switch goes on when no other channel would go on with it', () =>
  exchange(
    hmp4040,
    [
      identity,
      ['INST:NSEL 2', null],
      ['OUTP:GEN?', '0'],
      ['INST:NSEL 1', null],
      ['OUTP:SEL?', '0'],
      ['INST:NSEL 3', null],
      ['OUTP:SEL?', '0'],
      ['INST:NSEL 4', null],
      ['OUTP:SEL?', '0'],
      ['INST:NSEL 2', null],
      ['OUTP:STAT 1', null],
      ['OUTP:GEN?', '0'],
      ['OUTP:GEN 1', null],
      ...on(2),
    ],
    (supply) => supply.channel(2).switchOutput(true),
  ));

test('HMP4040: another channel that would go on as well is not powered behind its owner’s back', () =>
  exchange(
    hmp4040,
    [identity, ['INST:NSEL 2', null], ['OUTP:GEN?', '0'], ['INST:NSEL 1', null], ['OUTP:SEL?', '1']],
    (supply) => expect(supply.channel(2).switchOutput(true)).rejects.toThrow(/E3014.*channel 1 is selected/s),
  ));

test('HMP4040: off leaves the general switch to the other channels', () =>
  exchange(
    hmp4040,
    [identity, ['INST:NSEL 2', null], ['OUTP:STAT 0', null], ['INST:NSEL 2', null], ['OUTP:STAT?', '0']],
    (supply) => supply.channel(2).switchOutput(false),
  ));

test('HMP4040: over-voltage protection and the electronic fuse are trips', () =>
  exchange(
    hmp4040,
    [
      identity,
      ['INST:NSEL 1', null],
      ['VOLT:PROT:TRIP?', '1'],
      ['INST:NSEL 1', null],
      ['VOLT:PROT:TRIP?', '0'],
      ['FUSE:TRIP?', '1'],
      ['INST:NSEL 1', null],
      ['VOLT:PROT:TRIP?', '0'],
      ['FUSE:TRIP?', '0'],
    ],
    async (supply) => {
      const channel = supply.channel(1);
      expect(await channel.readTrip()).toBe('over-voltage');
      expect(await channel.readTrip()).toBe('over-current');
      expect(await channel.readTrip()).toBeUndefined();
    },
  ));

test.each(['HAMEG,HMP4030,103781,HW50020001/SW2.51', 'ROHDE&SCHWARZ,HMC8043,103781,1'])(
  'HMP4040: %s is another class',
  async (answer) => {
    const other: Step = ['*IDN?', answer];
    await expect(exchange(hmp4040, [other, other, other], async () => {})).rejects.toThrow(/E3006/);
  },
);
