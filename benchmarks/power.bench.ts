// What the module sees when it matters: how true a ramp is, how soon HV comes down when the runner is killed, and how soon
// when an interlock's condition holds. Judged from the witness log of the simulated station, at a time scale of 10.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench, RunUnderTest } from '../tests/runUnderTest.ts';
import { openBench, tellStation } from '../tests/runUnderTest.ts';
import type { WitnessLine } from '../tests/witness.ts';
import { median } from './measure.ts';
import type { Row } from './row.ts';

const rounds = 5;
const timeScale = 10;
/** The ramp of the example station: 5 V every second, from 0 to −60 V. */
const planned = { steps: 12, volts: 5, seconds: 12 };

export default async function power(): Promise<Row[]> {
  const bench = openBench();
  try {
    const ramps = [];
    const killed = [];
    const tripped = [];
    const ends = [];
    for (let round = 0; round < rounds; round++) {
      const first = await biased(bench);
      ramps.push(ramp(first.witness()));
      killed.push(await firstStepAfter(first, () => process.kill(first.pid, 'SIGKILL')));
      const second = await biased(bench);
      tripped.push(
        await firstStepAfter(second, () =>
          tellStation(join(second.path, 'station'), { do: 'fault', fault: 'high-leakage:factor=1e6' }),
        ),
      );
      ends.push(await endOfPipe());
    }
    const took = median(ramps.map(({ seconds }) => seconds));
    const largest = Math.max(...ramps.map(({ largest }) => largest));
    const trip = (median(tripped) / 1000) * timeScale;
    return [
      {
        name: 'a ramp from 0 to −60 V, duration against the plan',
        ratio: took / planned.seconds,
        absolute: `${took.toFixed(2)} s, no step larger than ${largest.toFixed(2)} V`,
        against: `${planned.seconds} s in ${planned.steps} steps of ${planned.volts} V`,
        most: 1.25,
      },
      {
        name: 'from SIGKILL of the runner to the first step down',
        ratio: median(killed) / median(ends),
        absolute: `${median(killed).toFixed(0)} ms, ${Math.max(...killed)} ms at worst`,
        against: `a bare process sees the end of its pipe after ${median(ends).toFixed(1)} ms`,
      },
      {
        name: 'from a current at the compliance to the first step down',
        ratio: trip,
        absolute: `${trip.toFixed(2)} station seconds (${median(tripped).toFixed(0)} ms at this time scale)`,
        against: 'HV is read every station second',
        most: 3,
      },
    ];
  } finally {
    await bench.close();
  }
}

/** A run that holds its bias while a calibration without HV of its own goes on. */
async function biased(bench: Bench) {
  const run = await bench.run(bench.sequence('iv_curve', 'crosstalk_method'), {
    timeScale,
    env: { BATON_SIMULATED_FAULT: 'crosstalk_method:hang' },
  });
  await run.sees((line) => line.event === 'step.started' && line.calibration === 'crosstalk_method');
  await sleep(500);
  return run;
}

/** Set-points of HV. */
function setpoints(lines: WitnessLine[]) {
  return lines.flatMap(({ t, instrument, kind, value }) =>
    instrument === 'hv_1' && kind === 'setpoint' ? [{ t, volts: Number(value) }] : [],
  );
}

/** The last way up. */
function ramp(lines: WitnessLine[]) {
  const points = setpoints(lines);
  const top = points.at(-1);
  const from = points.findLastIndex(({ volts }) => volts === 0);
  const way = points.slice(from);
  const jumps = way.slice(1).map(({ volts }, i) => Math.abs(volts - (way[i]?.volts ?? 0)));
  // From the first step to the last there is one delay fewer than steps.
  const seconds =
    (((top?.t ?? 0) - (way[1]?.t ?? 0)) / 1000) * timeScale * (planned.steps / (planned.steps - 1));
  return { seconds, largest: Math.max(...jumps) };
}

/** ms on the wall. */
async function firstStepAfter(run: RunUnderTest, strike: () => unknown) {
  const before = setpoints(run.witness()).length;
  const struck = Date.now();
  await strike();
  for (;;) {
    const next = setpoints(run.witness())[before];
    if (next) {
      await run.sees((line) => line.event === 'run.ended');
      return next.t - struck;
    }
    await sleep(5);
  }
}

/** ms until a process whose only task it is sees that the other end of its pipe was killed. */
async function endOfPipe() {
  const waits = `process.stdin.on('end', () => process.stdout.write(String(Date.now()), () => process.exit())).resume()`;
  const watcher = spawn(process.execPath, ['-e', waits], { stdio: ['pipe', 'pipe', 'inherit'] });
  const owner = spawn('sleep', ['60'], { stdio: ['ignore', 'ignore', 'ignore', watcher.stdin] });
  watcher.stdin.destroy();
  await sleep(200);
  const killed = Date.now();
  owner.kill('SIGKILL');
  const [seen] = await once(watcher.stdout, 'data');
  return Number(seen) - killed;
}
