import { expect, test } from 'vitest';
import { relayBoard } from '../../../src/instruments/drivers/relayBoard.ts';
import { openProbeCard } from '../../../src/instruments/open.ts';
import { anInstrument, exchange, type Step } from '../exchange.ts';

const says = (sent: string, reply: string | null): Step => [
  Buffer.from(sent),
  reply === null ? null : Buffer.from(reply),
];

test('RelayBoard: is asked with one letter, without a terminator', () =>
  exchange(relayBoard, [says('?', 'x\r\n'), says('?', 'x')], async (board) => {
    expect(await board.identify()).toMatchObject({ model: 'RelayBoard', simulated: false });
  }));

test('RelayBoard: is simulated when it says so behind its letter', () =>
  exchange(relayBoard, [says('?', 'x SIM0003\n'), says('?', 'c SIM0003\n')], async (board) => {
    expect(await board.identify()).toMatchObject({ serial: 'SIM0003', simulated: true });
  }));

test('RelayBoard: a pin is connected, and the board asked which it is', () =>
  exchange(relayBoard, [says('?', 'x'), says('e', 'e'), says('?', 'e'), says('?', 'j')], async (board) => {
    await board.select('VDDD0');
    expect(await board.readSelected()).toBe('VIN');
  }));

test('RelayBoard: a pin that was not connected is an error', () =>
  exchange(relayBoard, [says('?', 'x'), says('j', 'x'), says('?', 'x')], (board) =>
    expect(board.select('VIN')).rejects.toThrow(/E3009.*VIN.*it reads OFF/s),
  ));

test('RelayBoard: a pin that it does not have is refused', () =>
  exchange(relayBoard, [says('?', 'x')], (board) =>
    expect(board.select('VOFS')).rejects.toThrow(/E3013.*VOFS/s),
  ));

test('RelayBoard: something else is refused', async () => {
  const other = says('?', 'UNKNOWN COMMAND');
  await expect(exchange(relayBoard, [other, other, other], async () => {})).rejects.toThrow(/E3006/);
});

test('RelayBoard: it measures nothing, so it is no probe card', async () => {
  const instrument = anInstrument('RelayBoard', 'TCPIP::127.0.0.1::1::SOCKET');
  await expect(openProbeCard(instrument)).rejects.toThrow(/E3012.*RelayBoard.*probe card.*AdcBoard/s);
});
