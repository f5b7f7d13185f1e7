import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';
import { programPath } from '../../src/base/programs.ts';
import { loadStation } from '../../src/station/load.ts';
import { talkTo, temporaryDirectory } from './stationUnderTest.ts';

interface Started {
  pid: number;
  resources: Record<string, string>;
  chips: string;
  witness: string;
}

function simulate(...args: string[]): ChildProcess {
  const child = spawn(process.execPath, [programPath('baton'), 'simulate', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(async () => {
    if (child.exitCode !== null) return;
    child.kill('SIGINT');
    await once(child, 'exit');
  });
  return child;
}

async function ready(child: ChildProcess): Promise<Started> {
  const [line] = (await once(createInterface({ input: child.stdout! }), 'line')) as [string];
  return JSON.parse(line) as Started;
}

async function refused(...args: string[]): Promise<{ code: number; text: string }> {
  const child = simulate(...args);
  let text = '';
  child.stderr!.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  const [code] = (await once(child, 'close')) as [number];
  return { code, text };
}

test('it writes a station that can be loaded, with instruments that answer, and Ctrl-C ends it', async () => {
  const dir = join(temporaryDirectory(), 'sim');
  const child = simulate('--dir', dir, '--json', '--modules', '2', '--time-scale', '100', '--seed', '5');
  const started = await ready(child);
  const { station } = await loadStation(dir);
  expect(station.simulated).toEqual({ timeScale: 100, seed: 5 });
  expect(station.modules).toHaveLength(2);
  expect([...station.instruments.values()].map(({ name, resource }) => [name, resource])).toEqual(
    expect.arrayContaining(Object.entries(started.resources)),
  );
  expect(readFileSync(join(dir, 'dirigent.toml'), 'utf8')).toContain(started.chips);
  const hv = await talkTo({ addresses: started }, 'hv_1');
  expect(await hv.ask('*IDN?')).toMatch(/,SIM\d{7},/);
  child.kill('SIGINT');
  expect(await once(child, 'exit')).toEqual([0, null]);
  expect(() => process.kill(started.pid, 0)).toThrow();
  // A second one takes the folder over and keeps the log of the first.
  const second = await ready(simulate('--dir', dir, '--json'));
  expect(second.pid).not.toBe(started.pid);
});

test('with --config it is the twin of that station: same names, classes, channels and defaults', async () => {
  const dir = join(temporaryDirectory(), 'twin');
  const { station: original } = await loadStation('config');
  await ready(simulate('--dir', dir, '--config', 'config', '--json'));
  const { station: twin } = await loadStation(dir);
  const shown = (of: typeof twin) =>
    [...of.instruments.values()].map(({ name, class: type, defaultVoltage, defaultCurrent }) => ({
      name,
      type,
      defaultVoltage,
      defaultCurrent,
    }));
  expect(shown(twin)).toEqual(shown(original));
  expect(twin.modules.map(({ name, channels }) => [name, Object.keys(channels)])).toEqual(
    original.modules.map(({ name, channels }) => [name, Object.keys(channels)]),
  );
});

test('bad faults are refused before anything runs, all at once', async () => {
  const dir = join(temporaryDirectory(), 'sim');
  const { code, text } = await refused(
    '--dir',
    dir,
    '--fault',
    'nonsense',
    '--fault',
    'silent:instrument=hv_9',
  );
  expect(code).toBe(2);
  expect(text).toContain('E9501');
  expect(text).toContain('E9502');
  expect(existsSync(join(dir, 'witness.jsonl'))).toBe(false);
});

test('it does not overwrite the files of a real station', async () => {
  const dir = temporaryDirectory();
  for (const name of ['station.json', 'instruments.json'])
    copyFileSync(join('config', name), join(dir, name));
  const { code, text } = await refused('--dir', dir);
  expect(code).toBe(2);
  expect(text).toContain('E9510');
  expect(readFileSync(join(dir, 'instruments.json'))).toEqual(readFileSync('config/instruments.json'));
});
