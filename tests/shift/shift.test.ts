import { expect, test } from 'vitest';
import { shift } from './shift.ts';

test('a short shift: nothing lost, nothing twice, the station report right', {
  timeout: 120_000,
}, async () => {
  const { runs, violations, testRuns, waited } = await shift({ modules: 4, seed: 1061, timeScale: 500 });
  expect(violations).toEqual([]);
  expect(runs.map(({ module }) => module.expected)).toEqual(expect.arrayContaining(['PASS', 'FAIL', 'trip']));
  expect(testRuns).toBe(3);
  expect(waited, 'while the network was away').toBeGreaterThan(0);
});
