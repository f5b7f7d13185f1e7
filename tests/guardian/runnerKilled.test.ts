import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { JournalLine } from '../../src/journal/event.ts';
import { type Bench, openBench, type RunUnderTest } from '../runUnderTest.ts';
import { judge } from '../witness.ts';
import { biasSeen, expectTakenOver, guardianDone, held, lastBeforeTakeOver } from './takenOver.ts';

// Many processes on few processors: what takes long here is the machine.
vi.setConfig({ testTimeout: 60_000 });

let bench: Bench;
beforeAll(() => {
  bench = openBench();
});
afterAll(() => bench.close());

/** Where the runner is killed, and how it is brought there. */
interface Phase {
  name: string;
  calibrations: string[];
  fault?: string;
  /** Default: SIGKILL. */
  signal?: NodeJS.Signals;
  /** Resolves when the run is there. */
  reached(run: RunUnderTest): Promise<unknown>;
  /** The last thing that the journal then says before the guardian's own lines. */
  during: string;
}

const ramping = (line: JournalLine) =>
  line.event === 'power' && line.role === 'hv' && (line.setpoint ?? 0) <= -15;
const phases: Phase[] = [
  {
    name: 'while it ramps up',
    calibrations: ['iv_curve', 'crosstalk_method'],
    reached: (run) => run.sees(ramping),
    during: 'ramp',
  },
  {
    name: 'while the module is held at its bias for a calibration',
    calibrations: ['iv_curve', 'crosstalk_method'],
    fault: 'crosstalk_method:hang',
    reached: held,
    during: 'calibrate',
  },
  {
    name: 'while a calibration owns the supplies',
    calibrations: ['iv_curve'],
    fault: 'iv_curve:hang@40',
    reached: (run) => biasSeen(run, -20),
    during: 'calibrate',
  },
  {
    name: 'while it takes the supplies back',
    calibrations: ['iv_curve'],
    fault: 'iv_curve:leave-hv-on=-40',
    reached: (run) => run.sees((line) => line.event === 'action.started' && line.do === 'takeBack'),
    during: 'takeBack',
  },
  {
    name: 'by a segmentation fault, while it ramps down',
    signal: 'SIGSEGV',
    calibrations: ['iv_curve', 'crosstalk_method'],
    fault: 'crosstalk_method:exit-code=1',
    reached: (run) => run.sees((line) => line.event === 'safe.started'),
    during: 'safe.started',
  },
];

describe('a runner that is killed', () => {
  test.concurrent.each(phases)(
    '$name leaves the module unpowered, and a journal that tells it',
    async (phase) => {
      const run = await bench.run(bench.sequence(...phase.calibrations), {
        ...(phase.fault ? { env: { BATON_SIMULATED_FAULT: phase.fault } } : {}),
      });
      await phase.reached(run);
      process.kill(run.pid, 'SIGKILL');
      const killed = Date.now();
      await guardianDone(run);
      expectTakenOver(run);
      expect(lastBeforeTakeOver(run)).toBe(phase.during);
      const { zeroSince } = judge(run.witness(), { maxStep: 5 });
      // 350 V at 5 V/s, and ten seconds to unwind: at this time scale 0.8 s, and what a busy machine adds.
      expect((zeroSince ?? killed) - killed).toBeLessThan(5000);
    },
  );

  test('one that is stopped is ended before anything is read, and writes nothing when it is continued', async () => {
    const run = await bench.run(bench.sequence('iv_curve', 'crosstalk_method'), {
      env: { BATON_SIMULATED_FAULT: 'crosstalk_method:hang' },
    });
    await held(run);
    process.kill(run.pid, 'SIGSTOP');
    const stopped = Date.now();
    const took = await run.sees((line) => line.event === 'guardian.tookOver');
    expect(took).toMatchObject({ killed: true });
    expect(took.t - stopped).toBeGreaterThan(1500);
    expect(took.t - stopped).toBeLessThan(5000);
    // Too late for it, which is what is wanted.
    spawnSync('kill', ['-CONT', String(run.pid)]);
    expect(await run.process.ended).toBe('SIGKILL');
    await guardianDone(run);
    expectTakenOver(run);
    const last = run.witness().findLast(({ kind }) => kind === 'command')!;
    const ended = run.journal().at(-1)!;
    expect(last.t, 'no command came after the guardian had finished').toBeLessThanOrEqual(ended.t);
  });

  // Any process may wait for a busy machine; what is promised is that the guardian itself waits for nothing.
  test('is noticed by its guardian within 50 ms', { retry: 3 }, async () => {
    const run = await bench.run(bench.sequence('iv_curve'), {
      env: { BATON_SIMULATED_FAULT: 'iv_curve:hang@20' },
    });
    await biasSeen(run, -10);
    process.kill(run.pid, 'SIGKILL');
    const killed = Date.now();
    await guardianDone(run);
    const noticed = /^(\S+) taking over/m.exec(run.guardianLog())![1]!;
    expect(Date.parse(noticed) - killed).toBeLessThanOrEqual(50);
  });
});
