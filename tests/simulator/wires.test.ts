import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { SerialPort } from 'serialport';
import { expect, onTestFinished, test } from 'vitest';
import type { RunningStation } from '../../src/simulator/station.ts';
import { readWitness } from '../witness.ts';
import { type Client, clientOn, oneModule, opened, soon, talkTo } from './stationUnderTest.ts';

test('a second client is let in, gets no reply, and is served when the first has gone', async () => {
  const station = await opened(oneModule());
  const first = await talkTo(station, 'hv_1');
  expect(await first.ask('*OPC?')).toBe('1');
  const second = await talkTo(station, 'hv_1');
  second.tell('*IDN?');
  for (let k = 0; k < 20; k += 1) await first.ask('*OPC?');
  expect(second.unread()).toBe('');
  await first.hangUp();
  expect(await second.line()).toMatch(/^KEITHLEY/);
  const clients = readWitness(station.addresses.witness).filter(({ kind }) => kind === 'client');
  expect(clients.map(({ value }) => value)).toEqual(['connected', 'gone', 'connected']);
});

test('the witness log has what happened in order: the command, and then what it did', async () => {
  const station = await opened(oneModule());
  const wire = await talkTo(station, 'hv_1');
  wire.tell(':SOUR:VOLT -4;:OUTP ON');
  await wire.ask(':OUTP?');
  const [connected, command, setpoint, output, bias, query] = readWitness(station.addresses.witness);
  expect(connected).toMatchObject({ instrument: 'hv_1', kind: 'client', value: 'connected' });
  expect(command).toMatchObject({ instrument: 'hv_1', kind: 'command', value: ':SOUR:VOLT -4;:OUTP ON' });
  expect(setpoint).toMatchObject({ instrument: 'hv_1', channel: 1, kind: 'setpoint', value: -4 });
  expect(output).toMatchObject({ instrument: 'hv_1', channel: 1, kind: 'output', value: true });
  expect(bias).toMatchObject({ instrument: 'hv_1', channel: 1, kind: 'bias', value: -4 });
  expect(query).toMatchObject({ kind: 'command', value: ':OUTP?' });
  expect(Math.abs(query!.t - Date.now())).toBeLessThan(60_000);
});

test('a silent instrument neither acts nor answers, from the command on that the fault names', async () => {
  const station = await opened(oneModule({ faults: ['silent:instrument=lv_1,after=3'] }));
  const wire = await talkTo(station, 'lv_1');
  expect(await wire.ask('V?')).toBe('V 0.000');
  wire.tell('V 1');
  wire.tell('V 2');
  wire.tell('V?');
  const other = await talkTo(station, 'hv_1');
  expect(await other.ask('*OPC?')).toBe('1');
  expect(wire.unread()).toBe('');
  expect(station.endFault('silent')).toBe(1);
  expect(await wire.ask('V?')).toBe('V 1.000');
});

test('with acts=yes the instrument does what it is told and does not say so', async () => {
  const station = await opened(oneModule({ faults: ['silent:instrument=lv_1,acts=yes,count=2'] }));
  const wire = await talkTo(station, 'lv_1');
  wire.tell('V 2');
  wire.tell('V?');
  expect(await wire.ask('V?')).toBe('V 2.000');
});

test('garbled and half replies are not what was said, and last for as many commands as asked', async () => {
  const station = await opened(oneModule({ faults: ['garbled:instrument=hv_1,count=1'] }));
  const wire = await talkTo(station, 'hv_1');
  const garbled = await wire.ask('*IDN?');
  const whole = await wire.ask('*IDN?');
  expect(whole).toMatch(/^KEITHLEY INSTRUMENTS/);
  expect(garbled).not.toBe(whole);
  expect(garbled).toHaveLength(whole.length);
  station.setFault('half-reply:instrument=hv_1,count=1');
  wire.tell('*IDN?');
  const half = (await wire.bytes(10)).toString('latin1');
  await soon(() => expect(station.faults).toEqual([{ id: 2, fault: expect.any(String), active: true }]));
  expect(whole.startsWith(half)).toBe(true);
  expect(wire.unread()).not.toContain('\n');
});

test('a slow instrument answers late by the station seconds asked for', async () => {
  const station = await opened(oneModule({ timeScale: 10, faults: ['slow:instrument=hv_1,delay=2'] }));
  const wire = await talkTo(station, 'hv_1');
  const start = performance.now();
  await wire.ask('*OPC?');
  expect(performance.now() - start).toBeGreaterThanOrEqual(195);
});

test('a vanished port throws its client out, refuses others, and comes back at the same address', async () => {
  const station = await opened(oneModule());
  const wire = await talkTo(station, 'hv_1');
  await wire.ask('*OPC?');
  station.setFault('port-vanished:instrument=hv_1');
  await expect(talkTo(station, 'hv_1')).rejects.toThrow(/ECONNREFUSED/);
  station.endFault('port-vanished');
  const again = await soon(() => talkTo(station, 'hv_1'));
  expect(await again.ask('*OPC?')).toBe('1');
});

test('an instrument of another class answers, and what it is told reaches no module', async () => {
  const station = await opened(oneModule({ faults: ['other-class:instrument=hv_1,class=HMP4040'] }));
  const wire = await talkTo(station, 'hv_1');
  expect(await wire.ask('*IDN?')).toMatch(/HMP4040,SIM/);
  wire.tell('VOLT 5;:OUTP ON');
  expect(await wire.ask('OUTP?')).toBe('1');
  expect(station.live).toBe(false);
  expect(readWitness(station.addresses.witness).some(({ kind }) => kind === 'output')).toBe(false);
});

test('a client that dies in the middle of a frame leaves nobody out of step', async () => {
  const station = await opened(oneModule());
  const first = await talkTo(station, 'ab_1');
  first.write(Buffer.from([0x5a, 0x5a, 1]));
  await first.hangUp();
  const second = await talkTo(station, 'ab_1');
  second.write(Buffer.from([0x5a, 0x5a, 1, 1, 0x33, 0x33, 0, 0]));
  expect((await second.bytes(16)).toString('latin1')).toContain('SIM');
});

async function serialTo(station: RunningStation, name: string): Promise<Client & { port: SerialPort }> {
  const [, path = ''] = /^ASRL(.+)::INSTR$/.exec(station.addresses.resources[name] ?? '') ?? [];
  const port = new SerialPort({ path, baudRate: 9600, autoOpen: false, hupcl: false });
  await new Promise<void>((resolve, reject) => port.open((error) => (error ? reject(error) : resolve())));
  onTestFinished(() => {
    if (port.isOpen) port.close();
  });
  return { ...clientOn(port as never), port };
}

const closed = (port: SerialPort) => new Promise<void>((resolve) => port.close(() => resolve()));

test('over a pseudo-terminal the serial binding talks to the same instruments, and the log sees clients come and go', async () => {
  const station = await opened(oneModule({ transport: 'pty' }));
  for (let k = 0; k < 4; k += 1) {
    const hv = await soon(() => serialTo(station, 'hv_1'));
    expect(await hv.ask('*IDN?')).toMatch(/MODEL 2410,SIM/);
    await closed(hv.port);
    await soon(() =>
      expect(clients(station)).toEqual(
        Array(k + 1)
          .fill(['connected', 'gone'])
          .flat(),
      ),
    );
  }
  const board = await serialTo(station, 'ab_1');
  board.write(Buffer.from([0x5a, 0x5a, 1, 1, 0x11, 0x11, 0, 0]));
  expect((await board.bytes(98)).subarray(0, 2)).toEqual(Buffer.from([0x5a, 0x5a]));
});

test('a pseudo-terminal vanishes and comes back', async () => {
  const station = await opened(oneModule({ transport: 'pty' }));
  const path = station.addresses.resources.hv_1!.slice(4, -7);
  const hv = await serialTo(station, 'hv_1');
  expect(await hv.ask('*OPC?')).toBe('1');
  station.setFault('port-vanished:instrument=hv_1');
  await soon(() => expect(existsSync(path)).toBe(false));
  expect(clients(station)).toEqual(['connected', 'gone']);
  station.endFault('port-vanished');
  const again = await soon(() => serialTo(station, 'hv_1'));
  expect(await again.ask('*OPC?')).toBe('1');
});

test('on a serial line a late reply reaches whoever is there by then', async () => {
  const station = await opened(
    oneModule({ transport: 'pty', timeScale: 4, faults: ['slow:instrument=hv_1,delay=3,count=1'] }),
  );
  const first = await serialTo(station, 'hv_1');
  first.tell('*IDN?');
  await soon(() => expect(commands(station)).toEqual(['*IDN?']));
  await closed(first.port);
  await soon(() => expect(clients(station)).toEqual(['connected', 'gone']));
  const second = await soon(() => serialTo(station, 'hv_1'));
  expect(await second.line()).toMatch(/^KEITHLEY/);
});

test('ports, logs and sockets belong to the user alone, and listen on this machine alone', async () => {
  const station = await opened(oneModule());
  const [, host, port] = /::(.+)::(\d+)::/.exec(station.addresses.resources.hv_1!)!;
  expect(host).toBe('127.0.0.1');
  const outside = connect(Number(port), '127.0.0.2');
  outside.on('error', () => {});
  await expect(once(outside, 'connect')).rejects.toThrow(/ECONNREFUSED/);
});

function clients(station: RunningStation) {
  return readWitness(station.addresses.witness)
    .filter(({ kind }) => kind === 'client')
    .map(({ value }) => value);
}

function commands(station: RunningStation) {
  return readWitness(station.addresses.witness)
    .filter(({ kind }) => kind === 'command')
    .map(({ value }) => value);
}
