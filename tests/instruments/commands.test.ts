import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { programPath } from '../../src/base/programs.ts';
import { FakeKeithley, FakeTsx } from './fakeSupplies.ts';

let folder: string;
let hv: FakeKeithley;
let lv: FakeTsx;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'baton-instruments-'));
  hv = await new FakeKeithley().start();
  lv = await new FakeTsx().start();
  writeStation();
});

afterEach(async () => {
  await hv.stop();
  await lv.stop();
  rmSync(folder, { recursive: true, force: true });
});

function writeStation(): void {
  const write = (name: string, content: object) =>
    writeFileSync(join(folder, name), JSON.stringify(content, null, 2));
  write('station.json', {
    id: 'bench',
    site: 'here',
    dirigent: { command: ['dirigent'] },
    simulated: { time_scale: 50 },
    modules: { M0: { serial_number: '20UPGR00000001', sensor_type: '3D' } },
  });
  write('instruments.json', {
    instruments: {
      hv_1: {
        class: 'Keithley2410',
        resource: hv.resource,
        sim: false,
        default_voltage: -50,
        default_current: 1e-5,
      },
      lv_1: { class: 'TTITSX', resource: lv.resource, sim: false, default_voltage: 1.8, default_current: 3 },
    },
    channels: {
      '0': { hv: { instrument: 'hv_1', channel: 1 }, lv: { instrument: 'lv_1', channel: 1 } },
    },
  });
  write('modules.json', {
    Hybrid: { '0': { RD53Bv2: { info: { module_name: 'M0', type: '1x2' }, '0': { Lane: 0 } } } },
  });
}

interface Ended {
  code: number | null;
  out: string;
  err: string;
}

function start(...args: string[]): { child: ChildProcess; ended: Promise<Ended> } {
  const child = spawn(process.execPath, [programPath('baton'), ...args, '--config', folder], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { out: '', err: '' };
  child.stdout.on('data', (bytes) => {
    said.out += bytes;
  });
  child.stderr.on('data', (bytes) => {
    said.err += bytes;
  });
  return { child, ended: once(child, 'close').then(([code]) => ({ code, ...said })) };
}

const baton = (...args: string[]) => start(...args).ended;

describe('baton instruments', () => {
  test('identify says who is at each resource and writes nothing', async () => {
    const { code, out, err } = await baton('instruments', 'identify');
    expect(err).toBe('');
    expect(out).toMatch(/hv_1 .*Keithley2410 .*MODEL 2410 +SIM0001 +simulated/);
    expect(out).toMatch(/lv_1 .*TTITSX .*TSX1820P +SIM0002/);
    expect(code).toBe(0);
    expect([...hv.told, ...lv.told]).toEqual([]);
  });

  test('identify --json is data', async () => {
    const { out } = await baton('instruments', 'identify', '--json');
    expect(JSON.parse(out)).toMatchObject([
      { name: 'hv_1', class: 'Keithley2410', identity: { model: 'MODEL 2410', simulated: true } },
      { name: 'lv_1' },
    ]);
  });

  test('identify tells of one that does not answer as its class, and of the others all the same', async () => {
    hv.garble = { question: /IDN/, reply: 'ACME,Toaster,1,1' };
    const { code, out } = await baton('instruments', 'identify');
    expect(out).toMatch(/hv_1 .*E3006 .*ACME,Toaster/);
    expect(out).toMatch(/lv_1 .*TSX1820P/);
    expect(code).toBe(3);
  });

  test('read shows every output as it is, and switches nothing', async () => {
    hv.on = true;
    hv.setpoint = -20;
    lv.on = true;
    lv.voltage = 1.8;
    const { code, out } = await baton('instruments', 'read');
    expect(out).toMatch(/hv_1:1 +hv +on +-20 V +-20 V +-2e-8 A/);
    expect(out).toMatch(/lv_1:1 +lv +on +1\.8 V +1\.8 V +1\.5 A/);
    expect(code).toBe(0);
    expect([hv.on, hv.setpoint, lv.on]).toEqual([true, -20, true]);
  });

  test('read says what could not be read, and exits with 3', async () => {
    await lv.stop();
    const { code, out } = await baton('instruments', 'read', '--json');
    const { outputs } = JSON.parse(out);
    expect(outputs).toMatchObject([
      { at: 'hv_1:1', output: false },
      { at: 'lv_1:1', problem: expect.stringContaining('E3002') },
    ]);
    expect(code).toBe(3);
  });

  test('off ramps HV of the chosen module down, then switches LV off', async () => {
    hv.on = true;
    hv.setpoint = -18;
    lv.on = true;
    const { code, out } = await baton('instruments', 'off', '--module', '20UPGR00000001');
    expect(out).toMatch(/hv_1:1 +hv +off, verified/);
    expect(out).toMatch(/lv_1:1 +lv +off, verified/);
    expect(code).toBe(0);
    expect(hv.biases).toEqual([-13.5, -9, -4.5, 0]);
    expect([hv.on, lv.on]).toEqual([false, false]);
  });

  test('an action that it does not have, or a module that is not there, is refused', async () => {
    expect((await baton('instruments', 'explode')).code).toBe(2);
    const { code, err } = await baton('instruments', 'read', '--module', 'M7');
    expect(err).toMatch(/E2201.*M7/);
    expect(code).toBe(2);
  });

  test('the simulated station of a run cannot be reached from outside, and it says how one can', async () => {
    const { code, err } = await baton('instruments', 'read', '--station', 'simulated');
    expect(err).toMatch(/E3017.*\n.*baton simulate --dir/);
    expect(code).toBe(2);
  });
});

describe('baton safe', () => {
  test('takes the station over from what is read, tells each step, and verifies', async () => {
    hv.on = true;
    hv.setpoint = -20;
    lv.on = true;
    const { code, out, err } = await baton('safe');
    expect(err).toMatch(/hv_1:1 {2}-15\.0 V set, -15\.0 V measured/);
    expect(out).toMatch(/lv_1:1 +lv +off, verified/);
    expect(code).toBe(0);
    expect([hv.on, hv.setpoint, lv.on]).toEqual([false, 0, false]);
  });

  test('of a station that is off it verifies that, and writes nothing', async () => {
    expect((await baton('safe')).code).toBe(0);
    expect([...hv.told, ...lv.told]).toEqual([]);
  });

  test('with an HV that is not reached exits with 5, leaves LV on, and says what to do by hand', async () => {
    lv.on = true;
    await hv.stop();
    const { code, out } = await baton('safe');
    expect(out).toMatch(/hv_1:1 +hv +NOT VERIFIED AS OFF/);
    expect(out).toMatch(/hv_1:1: E3002 .*By hand, at hv_1/);
    expect(out).toMatch(/A person is needed/);
    expect(code).toBe(5);
    expect(lv.on).toBe(true);
  });

  test('needs no more than instruments.json', async () => {
    hv.on = true;
    hv.setpoint = -5;
    lv.on = true;
    writeFileSync(join(folder, 'modules.json'), '{ "Hybrid": ');
    writeFileSync(join(folder, 'station.json'), '');
    const { code, out, err } = await baton('safe', '--json');
    expect(err).toMatch(/modules\.json/);
    expect(JSON.parse(out)).toEqual({
      outputs: [
        { at: 'hv_1:1', role: 'hv', off: true },
        { at: 'lv_1:1', role: 'lv', off: true },
      ],
    });
    expect(code).toBe(0);
    expect([hv.on, lv.on]).toEqual([false, false]);
  });

  test('without any station file exits with 5 and says what to do by hand', async () => {
    for (const name of ['station.json', 'instruments.json', 'modules.json']) rmSync(join(folder, name));
    const { code, err } = await baton('safe');
    expect(err).toMatch(/E3018.*\n.*by hand: HV first/);
    expect(code).toBe(5);
  });

  test('is not cut short when nobody reads what it says any more', async () => {
    hv.on = true;
    hv.setpoint = -50;
    lv.on = true;
    const { child, ended } = start('safe');
    await expect.poll(() => hv.biases.length, { timeout: 10_000, interval: 5 }).toBeGreaterThan(1);
    child.stdout!.destroy();
    child.stderr!.destroy();
    expect((await ended).code).toBe(0);
    expect([hv.on, hv.setpoint, lv.on]).toEqual([false, 0, false]);
  });

  test('is not cut short by Ctrl-C, twice, nor by a terminal that closes', async () => {
    hv.on = true;
    hv.setpoint = -50;
    lv.on = true;
    const { child, ended } = start('safe');
    await expect.poll(() => hv.biases.length, { timeout: 10_000, interval: 5 }).toBeGreaterThan(1);
    child.kill('SIGINT');
    child.kill('SIGINT');
    child.kill('SIGHUP');
    const { code, err } = await ended;
    expect(err).toMatch(/goes on until HV is at zero/);
    expect(code).toBe(0);
    expect([hv.on, hv.setpoint, lv.on]).toEqual([false, 0, false]);
    expect(hv.biases.every((bias, i) => bias - (hv.biases[i - 1] ?? -50) <= 5)).toBe(true);
  });
});
