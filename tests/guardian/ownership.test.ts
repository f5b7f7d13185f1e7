import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { isHeld, lockKeys, ownersOf, StationLock } from '../../src/guardian/stationLock.ts';
import type { Station } from '../../src/station/station.ts';
import {
  type BatonUnderTest,
  type Bench,
  eventually,
  isAlive,
  makeFolder,
  openBench,
  tellStation,
} from '../runUnderTest.ts';
import { judge } from '../witness.ts';
import { expectTakenOver, guardianDone, powered } from './takenOver.ts';

// Many processes on few processors: what takes long here is the machine.
vi.setConfig({ testTimeout: 60_000 });

let bench: Bench;
beforeAll(() => {
  bench = openBench();
});
afterAll(() => bench.close());

const holding = { env: { BATON_SIMULATED_FAULT: 'voltage_trimming:hang' } };

const told = ({ stdout, stderr }: BatonUnderTest) => `${stdout()}${stderr()}`;

describe('one station has one owner', () => {
  test.concurrent('a second run is refused, names who runs there, and touches nothing', async () => {
    const run = await bench.run(bench.sequence('voltage_trimming'), holding);
    await powered(run);
    const runs = makeFolder(join(bench.directory, 'second'));
    const station = ['--station', join(run.path, 'station')];
    const second = bench.baton(['run', bench.sequence('iv_curve'), ...station, '--directory', runs, '--yes']);
    expect(await second.ended).toBe(2);
    expect(second.stderr()).toMatch(new RegExp(`E6503 .*a run of Kill test.*process ${run.pid}`));
    expect(readdirSync(runs)).toEqual([]);
    const read = bench.baton(['instruments', 'read', ...station]);
    expect(await read.ended).toBe(2);
    expect(read.stderr()).toContain('E6503');

    const safe = bench.baton(['safe', ...station]);
    expect(await safe.ended, `it asks it to stop, and verifies: ${told(safe)}`).toBe(0);
    expect(await run.process.ended).toBe(130);
    expect(run.record().stops).toMatchObject([{ by: 'baton safe' }]);
    expect(judge(run.witness(), { maxStep: 5 }).violations).toEqual([]);
  });

  test.concurrent('a run is refused while a guardian still works, and baton safe waits for that', async () => {
    const run = await bench.run(bench.sequence('voltage_trimming'), holding);
    await powered(run);
    const guardian = run.guardian();
    process.kill(guardian, 'SIGSTOP');
    process.kill(run.pid, 'SIGKILL');
    await run.process.ended;
    const station = ['--station', join(run.path, 'station')];
    const second = bench.baton(['run', bench.sequence('iv_curve'), ...station, '--yes']);
    expect(await second.ended).toBe(2);
    expect(second.stderr()).toMatch(/E6504 .*is being brought to safety by the guardian/);
    const safe = bench.baton(['safe', ...station]);
    expect(await safe.ended, told(safe)).toBe(0);
    await guardianDone(run);
    expectTakenOver(run);
  });

  test.concurrent('baton safe ends a runner that hangs without a guardian', async () => {
    const run = await bench.run(bench.sequence('voltage_trimming'), holding);
    await powered(run);
    process.kill(run.pid, 'SIGSTOP');
    process.kill(run.guardian(), 'SIGKILL');
    const safe = bench.baton(['safe', '--station', join(run.path, 'station')]);
    expect(await safe.ended, told(safe)).toBe(0);
    expect(isAlive(run.pid)).toBe(false);
    expectTakenOver(run, 'baton');
    expect(run.journal().find((line) => line.event === 'guardian.tookOver')).toMatchObject({ killed: true });
  });
});

describe('an output that cannot be switched off', () => {
  const stuck = { args: ['--fault', 'output-stuck:instrument=hv_1'] };

  test.concurrent('ends the run with 5, its guardian goes on, and it is off when it can be', async () => {
    const run = await bench.run(bench.sequence('iv_curve'), stuck);
    expect(await run.process.ended).toBe(5);
    const guardian = run.guardian();
    await eventually(
      () => run.guardianLog().includes('trying again'),
      () => run.guardianLog(),
    );
    await tellStation(join(run.path, 'station'), { do: 'end-fault', which: 'output-stuck' });
    await eventually(
      () => !isAlive(guardian),
      () => run.guardianLog(),
    );
    expect(run.guardianLog()).toContain('verified: every output is off');
    expect(run.record()).toMatchObject({ exitCode: 5, end: 'unsafe', safe: { verified: true } });
    expect(judge(run.witness(), { maxStep: 5 }).endsSafe).toBe(true);
  });

  test.concurrent('is tried for a while only, and both guardian and baton safe say what to do by hand', async () => {
    const run = await bench.run(bench.sequence('iv_curve'), { ...stuck, timeScale: 400 });
    expect(await run.process.ended).toBe(5);
    const guardian = run.guardian();
    await eventually(
      () => !isAlive(guardian),
      () => run.guardianLog(),
    );
    expect(run.guardianLog()).toMatch(/By hand, at hv_1[\s\S]*gave up; a person is needed/);
    const safe = bench.baton(['safe', '--station', join(run.path, 'station')]);
    expect(await safe.ended).toBe(5);
    expect(safe.stdout()).toMatch(/NOT VERIFIED AS OFF[\s\S]*By hand, at hv_1[\s\S]*A person is needed/);
  });
});

describe('the station lock', () => {
  const station = (id: string, directory: string, resource: string, simulated = false) =>
    ({
      id,
      directory,
      ...(simulated ? { simulated: { timeScale: 100, seed: 1 } } : {}),
      instruments: new Map([['hv_1', { name: 'hv_1', resource }]]),
    }) as unknown as Station;
  const port = (number: number) => `TCPIP::127.0.0.1::${number}::SOCKET`;
  const acquire = (of: Station) =>
    StationLock.acquire('run', lockKeys(of), { what: 'a test', station: of.id });

  test('keeps two stations off one port, whatever they are called', async () => {
    const first = await acquire(station('a', '/a', port(1)));
    if (isHeld(first)) throw new Error('the first was refused');
    const second = await acquire(station('b', '/b', port(1)));
    expect(second).toMatchObject({ kind: 'run', owner: { pid: process.pid, what: 'a test', station: 'a' } });
    first.release();
    const third = await acquire(station('b', '/b', port(1)));
    if (isHeld(third)) throw new Error('the third was refused');
    third.release();
    expect(await ownersOf(lockKeys(station('b', '/b', port(1))))).toEqual({});
  });

  test('lets any number of twins of one station run at once', () => {
    const [one, other] = [station('a', '/run1', port(1), true), station('a', '/run2', port(2), true)];
    expect(lockKeys(one).filter((key) => lockKeys(other).includes(key))).toEqual([]);
    const [real, same] = [station('a', '/x', port(1)), station('a', '/y', port(2))];
    expect(lockKeys(real).filter((key) => lockKeys(same).includes(key))).toEqual(['station a']);
  });
});
