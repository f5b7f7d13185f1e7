import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  CalibrationSequence,
  isBatonError,
  loadStation,
  poweringGroup,
  startRun,
} from '../../src/api/index.ts';
import { scratch } from '../e2e/baton.ts';
import { config } from '../e2e/config.ts';
import { expectSafe } from '../witness.ts';

test('a program runs its sequence on the twin of its station, with what is to go wrong there', async () => {
  const directory = config();
  const { station } = await loadStation(directory);
  const sequence = new CalibrationSequence(
    { station, group: poweringGroup(station) },
    ['sldo_vi_curves'],
    'SLDO',
  );
  const simulated = { timeScale: 1000, faults: ['bad-regulator'] };

  const elsewhere = startRun(sequence, { config: 'config', simulated });
  await expect(elsewhere).rejects.toSatisfy((error) => isBatonError(error, 'E4005'));

  const seen: string[] = [];
  const run = await startRun(sequence, {
    simulated,
    runsDirectory: join(scratch(), 'runs'),
    upload: false,
    onEvent: ({ event }) => void seen.push(event),
  });
  const record = await run.ended;
  expect(record).toMatchObject({
    station: { simulated: true, timeScale: 1000 },
    end: 'completed',
    exitCode: 1,
  });
  expect(record.modules).toMatchObject([{ verdict: 'FAIL' }]);
  expect(seen).toContain('run.ended');
  expectSafe(join(run.path, 'witness.jsonl'), { maxStep: 5 });
});
