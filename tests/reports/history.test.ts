import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
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

  test('what a step measured that was not completed is no change', async () => {
    const path = sixRuns(1, (i) => (i === 5 ? 4e-7 : 2e-7));
    const run = await readRunData({ id: path.split('/').at(-1)!, path });
    Object.assign(run.record.steps.find(({ calibration }) => calibration === 'iv_curve')!, {
      state: 'failed',
    });
    expect((await readHistory(run)).get('0')!.changes).toEqual([]);
  });

  test('the report shows the flag and the curves of all six runs', async () => {
    const html = await buildRunReport(sixRuns(1, (i) => 2e-7 * 1.07 ** i));
    expect(html).toContain('has been growing over 6 runs');
    expect(html.match(/Against its past/g)).toHaveLength(1);
    expect(html.match(/<g class="curve[^"]*" data-test="module0-past-\d-2"/g)).toHaveLength(6);
  });

  test('earlier runs that the database alone knows count as well, each once, at the stage that it knows', async () => {
    const root = scratch();
    const [gone, here, now] = [1, 1.07 ** 4, 1.07 ** 5].map((growth, i) =>
      simulatedRunDirectory(root, {
        seed: i,
        started: new Date(Date.UTC(2026, 0, 5 + i)),
        leakage: 2e-7 * growth,
      }),
    );
    rmSync(gone!.path, { recursive: true });
    const earlier = (run: string, day: number, growth: number) => ({
      run,
      date: new Date(Date.UTC(2025, 11, day)).toISOString(),
      stage: 'MODULE/INITIAL_WARM',
      verdict: 'PASS',
      // As it is uploaded: at the temperature that it had, about twice as much 8 °C above.
      values: {
        'iv_curve.leakage_at_operating_voltage': { value: 2 * 2e-7 * growth, unit: 'A' },
        'iv_curve.temperature': { value: 28.1, unit: 'C' },
      },
      iv: { voltage: [-1, -60], current: [-1e-7, -2e-7] },
    });
    const past = {
      asked: Date.UTC(2026, 0, 8),
      database: 'itkpd',
      modules: {
        0: [
          ...[0, 1, 2, 3].map((i) => earlier(`in the database ${i}`, 1 + i, 1.07 ** i)),
          earlier(here!.record.run, 20, 9),
          earlier(now!.record.run, 21, 9),
        ],
      },
    };
    writeFileSync(join(now!.path, 'past.json'), JSON.stringify(past));
    const run = await readRunData({ id: now!.record.run, path: now!.path });
    const history = (await readHistory(run)).get('0')!;
    expect(history.past.map(({ run: id, from }) => [id, from])).toEqual([
      ...[0, 1, 2, 3].map((i) => [`in the database ${i}`, 'database']),
      [here!.record.run, 'local'],
    ]);
    expect(new Set([...history.past, history.now].map(({ stage }) => stage))).toEqual(
      new Set(['MODULE/INITIAL_WARM']),
    );
    expect(history.changes.map(({ flag }) => flag.code)).toEqual(['growing leakage']);
    expect(await buildRunReport(now!.path)).toContain(
      'The database itkpd was asked 2026-01-08 00:00:00 UTC.',
    );
  });

  test('an earlier run that cannot be read is passed over', async () => {
    const path = sixRuns(2, () => 2e-7);
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
