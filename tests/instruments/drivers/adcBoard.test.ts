import { describe, expect, test } from 'vitest';
import { adcBoard } from '../../../src/instruments/drivers/adcBoard.ts';
import type { ProbeCard } from '../../../src/instruments/instrument.ts';
import { exchange, type Step } from '../exchange.ts';

const bytes = (hex: string) => Buffer.from(hex.replaceAll(' ', ''), 'hex');
/** Start, board, request number, status, command, and the channels of the two converters. */
const head = bytes('5a5a 01 00 55 37 09 09');
const status = (body: Buffer) => Buffer.concat([bytes('5a5a 01 01 55 33 09 09'), body]);

const greeting = (body = bytes('4142 0017 02 01 0103')): Step[] => [
  [bytes('5a5a 0000 3737 5858'), head],
  [bytes('5a5a 0101 3333 0000'), status(body)],
];

/** Pins 1 to 18, little-endian, and 18 status bytes. */
function values(of: (pin: number) => number): Buffer {
  const body = Buffer.alloc(90);
  for (let pin = 1; pin <= 18; pin += 1) body.writeFloatLE(of(pin), 4 * (pin - 1));
  return Buffer.concat([bytes('5a5a 01 02 55 11 09 09'), body]);
}

const board = (steps: Step[], use: (card: ProbeCard) => Promise<void>, hello = greeting()) =>
  exchange(adcBoard, [...hello, ...steps], use);

describe('AdcBoard', () => {
  test('says its production letters and serial number', () =>
    board(greeting(), async (card) => {
      expect(await card.identify()).toMatchObject({ model: 'AB', serial: '0017', simulated: false });
    }));

  test('is simulated when its status says so, however long that is', () => {
    const simulated = greeting(Buffer.concat([bytes('4142 0017 02 01 0103'), Buffer.from(' SIM')]));
    return board(
      simulated,
      async (card) => {
        expect((await card.identify()).simulated).toBe(true);
      },
      simulated,
    );
  });

  test('reads the nets of a quad module from its pins', () =>
    board([[bytes('5a5a 0202 1111 0000'), values((pin) => pin / 10)]], async (card) => {
      const voltages = await card.readVoltages();
      expect(Object.keys(voltages).sort()).toEqual(
        ['VDDA0', 'VDDA1', 'VDDA2', 'VDDA3', 'VDDD0', 'VDDD1', 'VDDD2', 'VDDD3', 'VIN', 'VOFS'].sort(),
      );
      expect(voltages.VIN).toBeCloseTo(1.0);
      expect(voltages.VOFS).toBeCloseTo(1.5);
      expect(voltages.VDDA0).toBeCloseTo(1.2);
      expect(voltages.VDDD0).toBeCloseTo(1.4);
      expect(voltages.VDDA2).toBeCloseTo(0.1);
      expect(voltages.VDDD3).toBeCloseTo(0.7);
    }));

  test('reads only what is asked for, and both temperatures', () =>
    board(
      [
        [bytes('5a5a 0202 1111 0000'), values((pin) => pin)],
        [bytes('5a5a 0303 1111 0000'), values((pin) => pin)],
      ],
      async (card) => {
        expect(await card.readVoltages(['VIN'])).toEqual({ VIN: 10 });
        expect(await card.readTemperatures!()).toEqual([9, 18]);
      },
    ));

  test('a pin that it does not have is refused, and nothing is asked', () =>
    board([], (card) => expect(card.readVoltages(['VDDX'])).rejects.toThrow(/E3013.*VDDX.*VIN/s)));

  test('a head with an error ends the wait at once', () =>
    board([[bytes('5a5a 0202 1111 0000'), bytes('5a5a 01 02 88 00 00 00')]], (card) =>
      expect(card.readVoltages()).rejects.toThrow(/E3007.*command error/s),
    ));

  test('a frame that does not begin as one is no reading', () =>
    board([[bytes('5a5a 0202 1111 0000'), bytes('ffff 01 02 55 11 09 09')]], (card) =>
      expect(card.readVoltages()).rejects.toThrow(/E3007.*no start/s),
    ));

  test('a value that is no number is no reading', () =>
    board([[bytes('5a5a 0202 1111 0000'), values((pin) => (pin === 10 ? Number.NaN : 1))]], (card) =>
      expect(card.readVoltages(['VIN'])).rejects.toThrow(/E3007/),
    ));

  test('something else that answers in text is refused', async () => {
    const text: Step = [bytes('5a5a 0000 3737 5858'), Buffer.from('KEITHLEY')];
    await expect(exchange(adcBoard, [text, text, text], async () => {})).rejects.toThrow(/E300[56]/);
  });
});
