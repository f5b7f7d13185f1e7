import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startTwin } from '../../src/cli/running/simulatedTwin.ts';
import { lockKeys, ownersOf } from '../../src/guardian/stationLock.ts';
import type { SimulatedStation } from '../../src/simulator/startSimulatedStation.ts';
import { loadStation } from '../../src/station/load.ts';
import type { Station } from '../../src/station/station.ts';
import { scratch } from '../e2e/baton.ts';
import { eventually } from '../runUnderTest.ts';
import { expectSafe, judge, readWitness } from '../witness.ts';

vi.setConfig({ testTimeout: 60_000 });

const directory = join(scratch(), 'sim');
const witness = join(directory, 'witness.jsonl');
let simulated: SimulatedStation;
let station: Station;

beforeAll(async () => {
  const { station: original } = await loadStation('config');
  const options = { directory, transport: 'tcp', timeScale: 50, seed: 1, faults: [] } as const;
  ({ simulated } = await startTwin(original, options));
  ({ station } = await loadStation(directory));
});
afterAll(() => simulated.end());

async function biased(then: 'hold' | 'fail'): Promise<{ child: ChildProcess; nextLine(): Promise<string> }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'holdsBias.mjs'), directory, then], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]();
  const nextLine = async () => String((await lines.next()).value);
  expect(await nextLine()).toBe('biased');
  expect(judge(readWitness(witness), { maxStep: 5 }).deepestBias).toBeLessThan(-19);
  return { child, nextLine };
}

test('a program that fails under bias leaves the module unpowered, and the error is its own', async () => {
  const { child, nextLine } = await biased('fail');
  expect(await nextLine()).toBe('the measurement failed');
  expect(await once(child, 'exit')).toEqual([3, null]);
  expectSafe(witness, { maxStep: 5 });
});

test('a program that is killed under bias is followed by its guardian; meanwhile nobody else gets the station', async () => {
  const { child } = await biased('hold');
  const second = spawn(process.execPath, [join(import.meta.dirname, 'holdsBias.mjs'), directory, 'hold'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [said] = (await once(createInterface({ input: second.stdout! }), 'line')) as [string];
  expect(said).toMatch(/^E6503 .*a program of /);

  child.kill('SIGKILL');
  await once(child, 'exit');
  const keys = lockKeys(station);
  let free = false;
  const look = async () => {
    const { run, guardian } = await ownersOf(keys);
    free = !run && !guardian;
  };
  await eventually(
    () => {
      void look();
      return free;
    },
    () => 'the guardian to be done',
  );
  const { endsSafe, violations } = judge(readWitness(witness), { maxStep: 5 });
  expect([endsSafe, violations]).toEqual([true, []]);
});
