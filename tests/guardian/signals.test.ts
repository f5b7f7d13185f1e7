import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { JournalLine } from '../../src/journal/event.ts';
import { type Bench, openBench, type RunUnderTest } from '../runUnderTest.ts';
import { judge } from '../witness.ts';
import { biasSeen, held } from './takenOver.ts';

// Many processes on few processors: what takes long here is the machine.
vi.setConfig({ testTimeout: 60_000 });

let bench: Bench;
beforeAll(() => {
  bench = openBench();
});
afterAll(() => bench.close());

const ramping = (line: JournalLine) =>
  line.event === 'power' && line.role === 'hv' && (line.setpoint ?? 0) <= -15;

/** Each signal in another phase; the fault campaign has all of them in all phases. */
const cases: {
  signal: NodeJS.Signals;
  when: string;
  calibration: string;
  fault?: string;
  /** So slow that the signal comes while it lasts. */
  timeScale?: number;
  reached(run: RunUnderTest): Promise<unknown>;
}[] = [
  {
    signal: 'SIGINT',
    when: 'while it ramps up',
    calibration: 'crosstalk_method',
    timeScale: 10,
    reached: (run) => run.sees(ramping),
  },
  {
    signal: 'SIGTERM',
    when: 'while a calibration owns the supplies',
    calibration: 'iv_curve',
    fault: 'iv_curve:hang@40',
    reached: (run) => biasSeen(run, -20),
  },
  {
    signal: 'SIGHUP',
    when: 'while the module is held at its bias',
    calibration: 'crosstalk_method',
    fault: 'crosstalk_method:hang',
    reached: held,
  },
  {
    signal: 'SIGQUIT',
    when: 'while it ramps down',
    calibration: 'crosstalk_method',
    fault: 'crosstalk_method:crash@start',
    timeScale: 10,
    reached: (run) => run.sees((line) => line.event === 'safe.started'),
  },
];

test.concurrent.each(cases)('$signal $when stops safely, and repeats cut no ramp short', async (one) => {
  const { timeScale = 100, fault } = one;
  const run = await bench.run(bench.sequence(one.calibration), {
    earlierIv: true,
    timeScale,
    ...(fault ? { env: { BATON_SIMULATED_FAULT: fault } } : {}),
  });
  await one.reached(run);
  // At once, and again whenever something was written down.
  for (let repeats = 0; repeats < 5; repeats += 1) {
    process.kill(run.pid, one.signal);
    const { length } = run.journal();
    await run.sees((line) => line.n >= length || line.event === 'run.ended');
    if (run.journal().at(-1)?.event === 'run.ended') break;
  }
  const rampingDown = one.when === 'while it ramps down';
  expect(await run.process.ended).toBe(rampingDown ? 3 : 130);
  const { violations, endsSafe } = judge(run.witness(), { maxStep: 5 });
  expect(violations, 'rules broken at the module').toEqual([]);
  expect(endsSafe, 'every output off').toBe(true);
  expect(run.record()).toMatchObject({ state: 'ended', verdict: 'ERROR', safe: { verified: true } });
  if (!rampingDown) expect(run.record().stops).toMatchObject([{ by: one.signal }]);
});

test.concurrent('a run cannot be suspended from the keyboard, for the guardian would end it', async () => {
  const run = await bench.run(bench.sequence('voltage_trimming'));
  process.kill(run.pid, 'SIGTSTP');
  await run.process.ended;
  expect(run.process.stderr()).toContain('A run is not suspended');
  expect(run.record()).toMatchObject({ state: 'ended', verdict: 'PASS' });
});
