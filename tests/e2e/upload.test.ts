import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { baton, scratch, simulatedRun } from './baton.ts';

test('a run ends with its results in the local database under the sequence title, and get shows them', {
  timeout: 90_000,
}, async () => {
  const runs = scratch();
  const run = await simulatedRun({ runs, upload: true, args: ['--title', 'Shift 7'] });
  expect(run.exitCode).toBe(0);
  const uploaded = JSON.parse(readFileSync(join(run.directory!, 'upload.json'), 'utf8')) as {
    testRuns: { state: string }[];
  };
  expect(uploaded.testRuns.map(({ state }) => state)).toEqual([
    'confirmed',
    'confirmed',
    'confirmed',
    'confirmed',
  ]);
  const past = JSON.parse(readFileSync(join(run.directory!, 'past.json'), 'utf8'));
  expect(past, 'the database was asked for the module’s other runs, too').toMatchObject({
    database: 'local',
    modules: { 0: [{ run: run.record.run, title: 'Shift 7', verdict: 'PASS' }] },
  });

  const shown = await baton(['itkdb', 'get', '20UPGM22110039', '--local', '--directory', runs]);
  expect(shown.stdout).toMatch(/IV_MEASURE +passed .*Shift 7 3\/5/);
  expect(shown.stdout).toMatch(/TUNING +passed .*Shift 7 4\/5/);
  expect(shown.exitCode).toBe(0);

  const again = await baton(['upload', '--directory', runs, '--json']);
  expect(again.exitCode, 'the same run twice adds nothing').toBe(0);
  const after = await baton(['itkdb', 'get', '20UPGM22110039', '--local', '--directory', runs]);
  expect(after.stdout).toBe(shown.stdout);
});
