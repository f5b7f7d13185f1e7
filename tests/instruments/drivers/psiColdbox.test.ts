import { once } from 'node:events';
import { createServer } from 'node:net';
import { Aedes } from 'aedes';
import { afterEach, describe, expect, test } from 'vitest';
import { openClimate } from '../../../src/instruments/open.ts';
import type { Instrument } from '../../../src/station/station.ts';

/** What is heard on ctrlTessie, and what comes back on it; a list of replies is a reply each. */
type Exchange = [heard: string, replies: string | readonly string[] | null];

const greeting: Exchange = ['help', ['> =====', '> hostname: coldbox01', '> thread:  ctrlTessie']];
const ended: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ended.splice(0)) await end();
});

/** A real broker whose other end says these things in this order, and nothing else. */
async function scripted(exchanges: readonly Exchange[]) {
  const left = [greeting, ...exchanges];
  const unexpected: string[] = [];
  const broker = new Aedes();
  await broker.listen();
  const say = (payload: string) =>
    broker.publish(
      { cmd: 'publish', qos: 0, topic: 'ctrlTessie', payload, dup: false, retain: false },
      () => undefined,
    );
  const own = new Set<string>();
  await new Promise<void>((resolve) =>
    broker.subscribe(
      'ctrlTessie',
      (packet, done) => {
        const heard = packet.payload.toString();
        done();
        if (own.has(heard)) return;
        const [expected, replies] = left.shift() ?? ['nothing', null];
        if (heard !== expected) unexpected.push(`${heard}, expected ${expected}`);
        for (const reply of [replies ?? []].flat()) {
          own.add(reply);
          say(reply);
        }
      },
      resolve,
    ),
  );
  const server = createServer(broker.handle);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ended.push(async () => {
    await new Promise<void>((resolve) => broker.close(() => resolve()));
    await new Promise<void>((resolve) => server.close(() => resolve()));
    expect(unexpected).toEqual([]);
    expect(left).toEqual([]);
  });
  const { port } = server.address() as { port: number };
  const instrument = {
    name: 'cb',
    class: 'PSIColdbox',
    resource: `TCPIP::127.0.0.1::${port}::SOCKET`,
  } as Instrument;
  const box = await openClimate(instrument);
  ended.unshift(() => box.close());
  return { box, say };
}

const eight = (name: string, ...values: (number | string)[]) =>
  `${name} = ${Array.from({ length: 8 }, (_, k) => values[k] ?? 0).join(',')}`;

test('a coldbox is who its help says it is, and is simulated only if it says so', async () => {
  const { box } = await scripted([greeting]);
  expect(await box.identify()).toMatchObject({ serial: 'coldbox01', simulated: false });
});

test('a measurement takes the plate of its own cooler, and the air of the box', async () => {
  const { box } = await scripted([
    ['get Temp_M', eight('Temp_M', 20.1, -19.97)],
    ['get Temp', 'Temp = 4.5'],
    ['get RH', 'RH = 3.1'],
    ['get DP', 'DP = -38.2'],
  ]);
  expect(await box.place(2).measure()).toEqual({
    temperature: -19.97,
    air: 4.5,
    humidity: 3.1,
    dewPoint: -38.2,
  });
});

test('the answer to a single controller, which somebody else asked for, is not taken for all of them', async () => {
  const { box } = await scripted([
    ['get Temp_Set', ['Temp_Set = 17', 'tec 3 get Temp_Set', eight('Temp_Set', -20)]],
  ]);
  expect(await box.place(1).readSetTemperature()).toBe(-20);
});

test('a set temperature is read back, and what the box does not take is refused before it is sent', async () => {
  const { box } = await scripted([
    ['set Temp_Set -20 tec 1', null],
    ['get Temp_Set', eight('Temp_Set', 15)],
    ['get Temp_Set', eight('Temp_Set', -20)],
  ]);
  await box.place(1).writeSetTemperature(-20);
  await expect(box.place(1).writeSetTemperature(-60)).rejects.toThrow(/E3011.*-40 to 40/s);
});

test('a cooler that is on may answer with an integer that was taken for a float', async () => {
  const { box } = await scripted([
    ['set Mode 0 tec 1', null],
    ['cmd Power_On tec 1', 'Power_On = '],
    ['get PowerState', eight('PowerState', '1.4013e-45')],
  ]);
  await box.place(1).switch(true);
});

describe('what is no number is never taken for one:', () => {
  test.each([
    ['a sensor that is broken', 'nan', /E3007/],
    ['a controller that is switched out', '-99', /E3007.*switched out/],
    ['nothing', '', /E3007/],
  ])('%s', async (_what, value, error) => {
    const { box } = await scripted([['get Temp_M', eight('Temp_M', value)]]);
    await expect(box.place(1).measure()).rejects.toThrow(error);
  });
});

test('a broker that goes away while a question is open ends the question at once', async () => {
  const broker = new Aedes();
  await broker.listen();
  const sockets: { destroy(): void }[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    broker.handle(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const heard = new Promise<void>((resolve) =>
    broker.subscribe(
      'ctrlTessie',
      (packet, done) => {
        done();
        if (packet.payload.toString() === 'help') resolve();
      },
      () => undefined,
    ),
  );
  const opening = openClimate({
    name: 'cb',
    class: 'PSIColdbox',
    resource: `TCPIP::127.0.0.1::${port}::SOCKET`,
  } as Instrument);
  void heard.then(() => sockets.forEach((socket) => void socket.destroy()));
  await expect(opening).rejects.toThrow(/E3004/);
  await new Promise<void>((resolve) => broker.close(() => resolve()));
  server.close();
});

test('no broker at the address is told with what to look at', async () => {
  const opening = openClimate({
    name: 'cb',
    class: 'PSIColdbox',
    resource: 'TCPIP::127.0.0.1::1::SOCKET',
  } as Instrument);
  await expect(opening).rejects.toThrow(/E3002.*no MQTT broker/s);
});
