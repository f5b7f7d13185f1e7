import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';
import { programPath } from '../../src/base/programs.ts';
import { type SimulatedStation, startSimulatedStation } from '../../src/simulator/startSimulatedStation.ts';
import { judge, readWitness } from '../witness.ts';
import { oneModule, soon, talkTo, temporaryDirectory } from './stationUnderTest.ts';

async function started(description = oneModule()): Promise<SimulatedStation> {
  const station = await startSimulatedStation(description);
  onTestFinished(() => station.end());
  return station;
}

const client = (station: SimulatedStation, name: string) => talkTo({ addresses: station }, name);

const alive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

test('the station is a process and session of its own, and its files belong to the user alone', async () => {
  const description = oneModule();
  const station = await started(description);
  expect(station.pid).not.toBe(process.pid);
  for (const path of [station.witness, station.control, join(description.directory, 'simulator.log')])
    expect(statSync(path).mode & 0o077, path).toBe(0);
  const wire = await client(station, 'hv_1');
  expect(await wire.ask('*IDN?')).toMatch(/MODEL 2410,SIM/);
  await station.end();
  expect(alive(station.pid)).toBe(false);
});

test('a client that is killed leaves the station powered, and it tells so', async () => {
  const station = await started();
  const [, , port] = /TCPIP::(.+)::(\d+)::/.exec(station.resources.lv_1!)!;
  // A client in a process of its own: it switches on and waits to be killed.
  const script = `const s=require('net').connect(${port},'127.0.0.1');s.write('V 1.8;I 3.7;OP1 1;OP1?\\n');s.on('data',d=>console.log(d.toString()))`;
  const killed = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(killed.stdout!, 'data');
  killed.kill('SIGKILL');
  await once(killed, 'exit');
  const next = await soon(async () => {
    const wire = await client(station, 'lv_1');
    expect(await wire.ask('OP1?')).toBe('1');
    return wire;
  });
  expect(await station.state()).toMatchObject({ live: true });
  next.tell('OP1 0');
  expect(await next.ask('OP1?')).toBe('0');
  const { outputs, endsSafe } = judge(readWitness(station.witness), { maxStep: 5 });
  expect(outputs).toEqual(['lv_1:1 on', 'lv_1:1 off']);
  expect(endsSafe).toBe(true);
});

test('faults are set, listed and ended while it runs, over the pipe and over the control socket', async () => {
  const station = await started();
  const id = await station.setFault('silent:instrument=hv_1');
  expect((await station.state()).faults).toEqual([{ id, fault: 'silent:instrument=hv_1', active: true }]);
  const socket = connect(station.control);
  onTestFinished(() => {
    socket.destroy();
  });
  const lines = createInterface({ input: socket })[Symbol.asyncIterator]();
  const ask = async (request: object) => {
    socket.write(`${JSON.stringify(request)}\n`);
    return JSON.parse((await lines.next()).value as string) as unknown;
  };
  expect(await ask({ id: 7, do: 'end-fault', which: 'silent' })).toEqual({ id: 7, result: { ended: 1 } });
  expect(await ask({ id: 8, do: 'fault', fault: 'nonsense' })).toMatchObject({
    id: 8,
    problems: [{ code: 'E9501' }],
  });
  expect(await ask({ id: 9, do: 'dance' })).toMatchObject({ id: 9, problems: [{ code: 'E9508' }] });
  await expect(station.setFault('slow:delay=never')).rejects.toThrow(/E9502/);
  expect((await station.state()).faults).toEqual([]);
});

/** An owner in a process of its own, so that it can be killed: it starts the station as a run does. */
async function ownerOf(description: object): Promise<{ owner: ChildProcess; station: SimulatedStation }> {
  const program = JSON.stringify(programPath('simulatedStation'));
  const script = `
    const { spawn } = require('node:child_process');
    const child = spawn(process.execPath, [${program}], { detached: true, stdio: ['pipe', 'inherit', 'inherit'] });
    child.stdin.write(${JSON.stringify(JSON.stringify(description))} + '\\n');
    setInterval(() => {}, 1000);`;
  const owner = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(createInterface({ input: owner.stdout! }), 'line')) as [string];
  const station = JSON.parse(line) as SimulatedStation;
  onTestFinished(() => {
    owner.kill('SIGKILL');
    if (alive(station.pid)) process.kill(station.pid, 'SIGKILL');
  });
  return { owner, station };
}

test('without its owner it stays while an output is on, and ends by itself when all is off and nobody is connected', async () => {
  const { owner, station } = await ownerOf(oneModule());
  const lv = await client(station, 'lv_1');
  lv.tell('OP1 1');
  expect(await lv.ask('OP1?')).toBe('1');
  await lv.hangUp();
  owner.kill('SIGKILL');
  await once(owner, 'exit');
  const again = await client(station, 'lv_1');
  expect(await again.ask('OP1?')).toBe('1');
  again.tell('OP1 0');
  expect(await again.ask('OP1?')).toBe('0');
  await again.hangUp();
  await soon(() => expect(alive(station.pid)).toBe(false));
});

test('a killed station leaves a log that is whole up to its last event', async () => {
  const { station } = await ownerOf(oneModule());
  const hv = await client(station, 'hv_1');
  hv.tell(':OUTP 1');
  for (let volts = 0; volts >= -4; volts -= 1) hv.tell(`:SOUR:VOLT ${volts}`);
  await hv.ask('*OPC?');
  process.kill(station.pid, 'SIGKILL');
  await soon(() => expect(alive(station.pid)).toBe(false));
  const { setpoints, endsSafe } = judge(readWitness(station.witness), { maxStep: 5 });
  expect(setpoints).toEqual(['hv_1:1 0', 'hv_1:1 -1', 'hv_1:1 -2', 'hv_1:1 -3', 'hv_1:1 -4']);
  expect(endsSafe).toBe(false);
});

test('a description that cannot be built is refused with every problem, and nothing runs', async () => {
  const description = oneModule();
  description.instruments.push({ name: 'cb', class: 'Binder' }, { name: 'lv_1', class: 'TTI' });
  description.modules[0]!.hv = { instrument: 'hv_1', channel: 3 };
  description.modules[0]!.ab = { instrument: 'nowhere' };
  await expect(startSimulatedStation(description)).rejects.toThrow(
    /Binder[\s\S]*Two instruments are called lv_1[\s\S]*no channel 3[\s\S]*no instrument nowhere/,
  );
});

test('two stations do not share a folder', async () => {
  const description = oneModule();
  await started(description);
  await expect(startSimulatedStation(description)).rejects.toThrow(/E9509/);
});

test('a folder with a very long name has its control socket elsewhere, and it works', async () => {
  const directory = join(temporaryDirectory(), 'x'.repeat(120));
  const station = await started(oneModule({ directory }));
  expect(station.control.length).toBeLessThan(108);
  const socket = connect(station.control);
  onTestFinished(() => {
    socket.destroy();
  });
  await once(socket, 'connect');
});
