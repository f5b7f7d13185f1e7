import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mqtt, { type MqttClient } from 'mqtt';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openStation, type RunningStation } from '../../src/simulator/station.ts';
import { eventually } from '../runUnderTest.ts';
import { readWitness } from '../witness.ts';

let directory: string;
let station: RunningStation;
let client: MqttClient;
const heard: string[] = [];

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'baton-coldbox-'));
  station = await openStation({
    directory,
    transport: 'tcp',
    timeScale: 200,
    seed: 1,
    instruments: [
      { name: 'cb', class: 'PSIColdbox' },
      { name: 'lv_1', class: 'TTITSX' },
    ],
    modules: [
      {
        index: '0',
        name: 'M0',
        sensorType: '3D',
        chips: ['0'],
        lv: { instrument: 'lv_1', channel: 1 },
        cb: { instrument: 'cb', channel: 3 },
      },
    ],
    faults: [],
  });
  const port = Number(/::(\d+)::SOCKET$/.exec(station.addresses.resources.cb!)![1]);
  client = await mqtt.connectAsync({ host: '127.0.0.1', port, reconnectPeriod: 0 });
  heard.length = 0;
  client.on('message', (topic, payload) => heard.push(`${topic} ${payload.toString()}`));
  await client.subscribeAsync(['ctrlTessie', 'monTessie']);
});
afterEach(async () => {
  await client.endAsync(true);
  await station.close();
  rmSync(directory, { recursive: true, force: true });
});

/** The next answer to a question, as it stands behind the equals sign. */
async function ask(question: string): Promise<string> {
  const from = heard.length;
  const name = question.replace(/^(get|cmd) /, '').split(' ')[0]!;
  await client.publishAsync('ctrlTessie', question);
  const answer = await eventually(
    () => heard.slice(from).find((line) => line.startsWith(`ctrlTessie ${name} = `)),
    () => `an answer to ${question}`,
  );
  return answer.slice(`ctrlTessie ${name} = `.length);
}
const plates = async (name: string) => (await ask(`get ${name}`)).split(',').map(Number);

test('it answers for all eight coolers, or for the one that is asked for, before or behind the question', async () => {
  expect(await plates('Temp_M')).toHaveLength(8);
  expect((await ask('get Temp_Set tec 3')).split(',')).toHaveLength(1);
  await client.publishAsync('ctrlTessie', 'tec 3 set Temp_Set -12.5');
  expect(await plates('Temp_Set')).toEqual([15, 15, -12.5, 15, 15, 15, 15, 15]);
});

test('a cooler that is on brings its plate to the set temperature, and the module on it follows; the others stay', async () => {
  await client.publishAsync('ctrlTessie', 'set Temp_Set -20 tec 3');
  await ask('cmd Power_On tec 3');
  let now = await plates('Temp_M');
  const began = now[2]!;
  const deadline = performance.now() + 10_000;
  while (now[2]! > -19.5 && performance.now() < deadline) now = await plates('Temp_M');
  expect(began).toBeGreaterThan(-10);
  expect(now[2]).toBeCloseTo(-20, 0);
  expect(now[3]).toBeCloseTo(20, 0);
  await ask('cmd Power_Off tec 3');
  while (now[2]! < 0 && performance.now() < deadline) now = await plates('Temp_M');
  expect(now[2]).toBeGreaterThan(0);
  const seen = readWitness(station.addresses.witness).filter(
    ({ kind }) => kind === 'temperature' || kind === 'cooling',
  );
  expect(seen.map(({ channel, kind, value }) => [channel, kind, value])).toEqual([
    [3, 'temperature', -20],
    [3, 'cooling', true],
    [3, 'cooling', false],
  ]);
});

test('humidity and dew point of the air belong together', async () => {
  const [air, humidity, dewPoint] = [await ask('get Temp'), await ask('get RH'), await ask('get DP')].map(
    Number,
  );
  expect(air).toBeCloseTo(20, 0);
  expect(dewPoint).toBeCloseTo(-45, 0);
  expect(humidity).toBeLessThan(2);
  station.setFault('humid-air:dewpoint=20');
  expect(Number(await ask('get RH'))).toBeGreaterThan(95);
});

test('it tells its values by itself, its help names it as simulated, and it does not answer its own answers', async () => {
  await eventually(
    () =>
      heard.some((line) => /^monTessie Env = ([-\d.e]+, ){8}/.test(line)) &&
      heard.some((line) => line.startsWith('monTessie VAR = G1,')),
    () => `what it tells; ${heard.slice(-3).join('; ')}`,
  );
  await client.publishAsync('ctrlTessie', 'help');
  await eventually(
    () => heard.find((line) => /^ctrlTessie > hostname: SIM\d+/.test(line)),
    () => 'its help',
  );
  await ask('get Mode');
  const commands = readWitness(station.addresses.witness).filter(({ kind }) => kind === 'command');
  expect(commands.map(({ value }) => value)).toEqual(['help', 'get Mode']);
});

test('it can be silent, stale, hot, and away', async () => {
  const before = await ask('get Temp_M');
  station.setFault('stale-sensor:instrument=cb');
  expect(await ask('get Temp_M')).toBe(await ask('get Temp_M'));
  station.endFault('stale-sensor');
  expect(await ask('get Temp_M')).not.toBe(before);
  station.setFault('over-temperature:T=70');
  expect((await plates('Temp_M'))[2]).toBeCloseTo(70, 0);
  station.setFault('silent:instrument=cb,count=1');
  await client.publishAsync('ctrlTessie', 'get Temp');
  // Behind a question that it does not hear it answers the next one.
  await ask('get DP');
  expect(heard.some((line) => line.startsWith('ctrlTessie Temp = '))).toBe(false);
  station.setFault('port-vanished:instrument=cb');
  await eventually(
    () => !client.connected,
    () => 'the end of the connection',
  );
});
