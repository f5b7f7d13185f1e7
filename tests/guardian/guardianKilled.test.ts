import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { lastOwner, lockKeys } from '../../src/guardian/stationLock.ts';
import { loadStation } from '../../src/station/load.ts';
import { type Bench, eventually, isAlive, openBench, type RunUnderTest } from '../runUnderTest.ts';
import { judge } from '../witness.ts';
import { biasSeen, expectTakenOver, guardianDone, hangs, held, powered } from './takenOver.ts';

// Many processes on few processors: what takes long here is the machine.
vi.setConfig({ testTimeout: 60_000 });

let bench: Bench;
beforeAll(() => {
  bench = openBench();
  process.env.XDG_STATE_HOME = bench.env.XDG_STATE_HOME;
});
afterAll(() => bench.close());

const holding = {
  env: { BATON_SIMULATED_FAULT: 'crosstalk_method:hang;voltage_trimming:hang' },
  earlierIv: true,
};
const replaced = (run: RunUnderTest, pid: number) =>
  run.sees((line) => line.event === 'guardian.started' && line.pid !== pid);

test.concurrent('a guardian that is killed is replaced, and the new one knows of the calibration that runs', async () => {
  // One that minds no SIGINT: the kernel's, when the runner dies, would end it before the guardian came to it.
  const run = await bench.run(bench.sequence('crosstalk_method'), {
    ...holding,
    env: { BATON_SIMULATED_FAULT: 'crosstalk_method:ignore-sigint;crosstalk_method:hang' },
  });
  await held(run);
  await hangs(run);
  const first = run.guardian();
  process.kill(first, 'SIGKILL');
  await replaced(run, first);
  expect(run.journal().filter(({ event }) => event === 'guardian.lost')).toMatchObject([
    { pid: first, how: 'SIGKILL' },
  ]);
  process.kill(run.pid, 'SIGKILL');
  await guardianDone(run);
  expectTakenOver(run);
  expect(run.guardianLog()).toContain('the calibration of step 1 ended (SIGTERM)');
});

test.concurrent('a guardian minds none of the signals that mean stop, and the run goes on', async () => {
  const run = await bench.run(bench.sequence('voltage_trimming'), holding);
  await powered(run);
  const guardian = run.guardian();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1'] as const)
    process.kill(guardian, signal);
  process.kill(run.pid, 'SIGUSR1');
  process.kill(run.pid, 'SIGTERM');
  expect(await run.process.ended).toBe(130);
  expect(run.guardianLog() + run.process.stderr(), "Node's debugger lets nobody in").not.toContain(
    'Debugger',
  );
  expect(isAlive(guardian), 'it ended with the goodbye, before the runner').toBe(false);
  expect(run.journal().map(({ event }) => event)).not.toContain('guardian.lost');
});

test.concurrent('a run whose guardian cannot be replaced makes safe and stops', async () => {
  const run = await bench.run(bench.sequence('voltage_trimming'), holding);
  await powered(run);
  for (let kills = 0; kills < 6; kills += 1) {
    const guardian = run.guardian();
    process.kill(guardian, 'SIGKILL');
    if (kills < 5)
      await replaced(run, guardian).then(() =>
        eventually(
          () => run.guardian() !== guardian,
          () => 'the next',
        ),
      );
  }
  expect(await run.process.ended).toBe(3);
  const { violations, endsSafe } = judge(run.witness(), { maxStep: 5 });
  expect(violations).toEqual([]);
  expect(endsSafe).toBe(true);
  expect(run.record()).toMatchObject({ exitCode: 3, verdict: 'ERROR', safe: { verified: true } });
  expect(run.record().problems.map(({ code }) => code)).toContain('E6506');
});

describe('runner and guardian killed at once', () => {
  const killBoth = (run: RunUnderTest) => {
    const guardian = run.guardian();
    process.kill(guardian, 'SIGKILL');
    process.kill(run.pid, 'SIGKILL');
  };

  test.concurrent('a calibration that owned the supplies ramps down by itself', async () => {
    const run = await bench.run(bench.sequence('iv_curve'), {
      env: { BATON_SIMULATED_FAULT: 'iv_curve:hang@40' },
    });
    await biasSeen(run, -20);
    killBoth(run);
    await eventually(
      () => judge(run.witness(), { maxStep: 5 }).endsSafe,
      () => 'the outputs to be off',
    );
    expect(judge(run.witness(), { maxStep: 5 }).violations).toEqual([]);
  });

  test.concurrent('the next baton says that the station is powered, and baton safe brings it down and ends the run', async () => {
    const run = await bench.run(bench.sequence('crosstalk_method'), holding);
    await held(run);
    killBoth(run);
    const station = ['--station', `${run.path}/station`];
    const read = bench.baton(['instruments', 'read', ...station]);
    expect(await read.ended).toBe(0);
    expect(read.stderr()).toMatch(/E6505 .*ended without releasing the station/);
    expect(read.stderr()).toMatch(/E6507 .*found powered.*hv_1:1 at -\d+/);
    expect(judge(run.witness(), { maxStep: 5 }).endsSafe, 'it only looked').toBe(false);

    // What the next baton tells by; a simulated station may have ended before it could be asked once more.
    const keys = lockKeys((await loadStation(`${run.path}/station`)).station);
    const left = () => lastOwner('run', keys);
    expect(left()).toMatchObject({ pid: run.pid });

    const safe = bench.baton(['safe', ...station]);
    expect(await safe.ended, `${safe.stdout()}${safe.stderr()}`).toBe(0);
    expect(safe.stdout()).toMatch(/hv_1:1 +hv +off, verified/);
    expectTakenOver(run, 'baton');
    expect(left(), 'nothing is left to be told').toBeUndefined();
  });
});
