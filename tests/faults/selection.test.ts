import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Bench, openBench } from '../runUnderTest.ts';
import { untilHit } from './campaign.ts';
import { faults } from './catalogue.ts';
import { phases } from './phase.ts';
import { blow } from './schedule.ts';
import { strike } from './strike.ts';

/**
 * A short selection of the fault campaign, and the same every time: `npm run faults` has every fault in every phase.
 * BATON_FAULTS=all makes this do each fault once, under its name.
 */
vi.setConfig({ testTimeout: 180_000 });

const seed = 1;
const chosen: readonly [fault: string, phase: (typeof phases)[number]][] =
  process.env.BATON_FAULTS === 'all'
    ? faults.map(({ name }, at) => [name, phases[at % phases.length]!])
    : [
        ['SIGKILL of the calibration', 'ramp up'],
        ['disk full', 'hold'],
        ['Ctrl-C in the terminal, twice', 'owned'],
        ['early breakdown', 'hold'],
      ];

/** One of them is enough to see that the campaign resumes; tests/resume has the rest. */
const options = (fault: string) => ({ timeScale: 100, keepIn, resumes: fault === 'disk full' });

let bench: Bench;
let keepIn: string;
beforeAll(() => {
  bench = openBench();
  keepIn = mkdtempSync(join(tmpdir(), 'baton-faults-'));
});
afterAll(async () => {
  await bench.close();
  rmSync(keepIn, { recursive: true, force: true, maxRetries: 3 });
});

describe('whatever goes wrong, the module ends unpowered and the journal tells the truth:', () => {
  test.concurrent.for(chosen)('%s, %s', async ([fault, phase]) => {
    const outcome = await untilHit(() => strike(bench, blow(seed, 1, { fault, phase }), options(fault)));
    expect(outcome.violations).toEqual([]);
    expect(outcome.hitIn).toBe(phase);
  });
});

test('a seed repeats every run', () => {
  const all = (from: number) =>
    Array.from({ length: 300 }, (_, n) => blow(from, n + 1)).map(
      ({ fault, aim, supply }) => `${fault.name} ${aim.phase} ${aim.depth} ${supply}`,
    );
  expect(all(7)).toEqual(all(7));
  expect(all(7)).not.toEqual(all(8));
  const once = new Set(
    all(7)
      .slice(0, faults.length * phases.length)
      .map((one) => one.replace(/ [\d.e-]+ \w+$/, '')),
  );
  expect(once.size, 'every fault in every phase').toBe(faults.length * phases.length);
});
