import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readHistory } from '../../src/reports/history/readHistory.ts';
import { risingTrend } from '../../src/reports/history/trend.ts';
import { readRunData } from '../../src/reports/run/readRunData.ts';
import { buildRunReport } from '../../src/reports/writeRunReport.ts';
import { scratch } from '../e2e/baton.ts';
import { normal, seeded } from './seeded.ts';
import { simulatedRunDirectory } from './simulatedRuns.ts';

/** Six runs of one module, a day apart, at temperatures that differ: the last one's directory. */
function sixRuns(seed: number, leakage: (i: number) => number): string {
  const root = scratch();
  const random = seeded(seed);
  let path = '';
  for (let i = 0; i < 6; i += 1)
    path = simulatedRunDirectory(root, {
      seed: seed * 10 + i,
      started: new Date(Date.UTC(2026, 0, 5 + i)),
      leakage: leakage(i) * normal(random, 1, 0.01),
      temperature: normal(random, 21, 3),
    }).path;
  return path;
}

async function changesOfLast(path: string) {
  const run = await readRunData({ id: path.split('/').at(-1)!, path });
  const history = (await readHistory(run)).get('0')!;
  expect(history.past).toHaveLength(5);
  return history.changes;
}

describe('a module beside its earlier runs', () => {
  test.each([1, 2, 3])(
    'leakage that grows by a fourteenth from run to run is flagged (seed %i)',
    async (seed) => {
      const changes = await changesOfLast(sixRuns(seed, (i) => 2e-7 * 1.07 ** i));
      expect(changes.map(({ flag }) => flag.code)).toEqual(['growing leakage']);
      expect(changes[0]!.flag.what).toContain('over 6 runs');
    },
  );

  test.each([1, 2, 3])('leakage that stays is not, whatever the temperature was (seed %i)', async (seed) => {
    expect(await changesOfLast(sixRuns(seed, () => 2e-7))).toEqual([]);
  });

  test('leakage that doubled since the last run is flagged as a change', async () => {
    const changes = await changesOfLast(sixRuns(1, (i) => (i === 5 ? 4e-7 : 2e-7)));
    expect(changes.map(({ flag }) => flag.code)).toEqual(['changed']);
  });

  test('the report shows the flag and the curves of all six runs', async () => {
    const html = await buildRunReport(sixRuns(1, (i) => 2e-7 * 1.07 ** i));
    expect(html).toContain('has been growing over 6 runs');
    expect(html.match(/Against its past/g)).toHaveLength(1);
    expect(html.match(/<g class="curve[^"]*" data-test="module0-past-\d-2"/g)).toHaveLength(6);
  });

  test('an earlier run that cannot be read is passed over', async () => {
    const path = sixRuns(2, () => 2e-7);
    const { mkdirSync, writeFileSync } = await import('node:fs');
    const broken = join(path, '..', '20251231T000000Z_bench_QC_broken');
    mkdirSync(broken);
    writeFileSync(join(broken, 'record.json'), '{ "schema": 1, "mod');
    expect(await changesOfLast(path)).toEqual([]);
  });
});

test('a trend is found in a series that rises, and not in its reverse', () => {
  expect(risingTrend([1, 2, 3, 4, 5, 6]).z).toBeCloseTo(14 / Math.sqrt(28.333), 3);
  expect(risingTrend([6, 5, 4, 3, 2, 1]).z).toBeLessThan(0);
  expect(risingTrend([1, 1, 1]).z).toBe(0);
  expect(risingTrend([1, 1.1, 1.21]).growth).toBeCloseTo(1.21, 6);
});
