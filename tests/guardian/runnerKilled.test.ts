import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { JournalLine } from '../../src/journal/event.ts';
import { type Bench, type Calibration, openBench, type RunUnderTest } from '../runUnderTest.ts';
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
  calibration: Calibration;
  fault?: string;
  /** Default: SIGKILL. */
  signal?: NodeJS.Signals;
  /** Resolves when the run is there. */
  reached(run: RunUnderTest): Promise<unknown>;
  /** The last thing that the journal then says before the guardian's own lines. */
  during: string;
}

/** So slow that a busy machine kills it in its phase, and not after it. */
const timeScale = 10;
const ramping = (line: JournalLine) =>
  line.event === 'power' && line.role === 'hv' && (line.setpoint ?? 0) <= -15;
const shortIv = { id: 'iv_curve', options: ['-t', '-f', -40, '-s', 5] };
const phases: Phase[] = [
  {
    name: 'while it ramps up',
    calibration: 'crosstalk_method',
    reached: (run) => run.sees(ramping),
    during: 'ramp',
  },
  {
    name: 'while the module is held at its bias for a calibration',
    calibration: 'crosstalk_method',
    fault: 'crosstalk_method:hang@start',
    reached: held,
    during: 'calibrate',
  },
  {
    name: 'while a calibration owns the supplies',
    calibration: shortIv,
    fault: 'iv_curve:hang@12',
    reached: (run) => biasSeen(run, -20),
    during: 'calibrate',
  },
  {
    name: 'while it takes the supplies back',
    calibration: shortIv,
    fault: 'iv_curve:leave-hv-on=-40',
    reached: (run) => run.sees((line) => line.event === 'action.started' && line.do === 'takeBack'),
    during: 'takeBack',
  },
  {
    name: 'by a segmentation fault, while it ramps down',
    signal: 'SIGSEGV',
    calibration: 'crosstalk_method',
    fault: 'crosstalk_method:crash@start',
    reached: (run) => run.sees((line) => line.event === 'safe.started'),
    during: 'safe.started',
  },
];

/** Of each kill, how long its guardian took to see it, ms. */
const noticedAfter: number[] = [];

describe('a runner that is killed', () => {
  test.concurrent.each(phases)(
    '$name leaves the module unpowered, and a journal that tells it',
    async ({ calibration, fault, signal = 'SIGKILL', reached, during }) => {
      const run = await bench.run(bench.sequence(calibration), {
        earlierIv: true,
        timeScale,
        ...(fault ? { env: { BATON_SIMULATED_FAULT: fault } } : {}),
      });
      await reached(run);
      process.kill(run.pid, signal);
      const killed = Date.now();
      await guardianDone(run);
      noticedAfter.push(tookOverAt(run) - killed);
      expectTakenOver(run);
      expect(lastBeforeTakeOver(run)).toBe(during);
      expect(setpointsSince(run, killed), 'HV only comes down').toEqual(
        setpointsSince(run, killed).sort((a, b) => a - b),
      );
      const { zeroSince } = judge(run.witness(), { maxStep: 5 });
      // 350 V at 5 V/s, and ten seconds to unwind: station seconds.
      expect((((zeroSince ?? killed) - killed) / 1000) * timeScale).toBeLessThan(350 / 5 + 10);
    },
  );

  // Any process may wait for a busy machine, but not each time: that the guardian itself waits for nothing is seen in the
  // quickest.
  test('is noticed by its guardian within 50 ms', () => {
    expect(Math.min(...noticedAfter)).toBeLessThanOrEqual(50);
  });

  test('one that is stopped is ended before anything is read, and writes nothing when it is continued', async () => {
    const run = await bench.run(bench.sequence('crosstalk_method'), {
      earlierIv: true,
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
});

function tookOverAt(run: RunUnderTest): number {
  return Date.parse(/^(\S+) taking over/m.exec(run.guardianLog())![1]!);
}

/** Of HV, V. */
function setpointsSince(run: RunUnderTest, moment: number): number[] {
  return run
    .witness()
    .filter(({ t, instrument, kind }) => t > moment && instrument === 'hv_1' && kind === 'setpoint')
    .map(({ value }) => Number(value));
}
