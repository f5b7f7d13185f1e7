import { describe, expect, test } from 'vitest';
import { controlLimits } from '../../src/reports/station/controlChart.ts';
import { suspicions } from '../../src/reports/station/diagnosis.ts';
import { chartsOf, findings } from '../../src/reports/station/findings.ts';
import { readStationRuns } from '../../src/reports/station/readStationRuns.ts';
import { stationReport } from '../../src/reports/station/stationReport.ts';
import { hvTimeByModule } from '../../src/reports/station/tally.ts';
import { scratch } from '../e2e/baton.ts';
import { normal, seeded } from './seeded.ts';
import { type SimulatedRunOptions, simulatedRunDirectory } from './simulatedRuns.ts';

/** So many modules one after the other, an hour apart; `change` makes some of them differ. */
async function stationWith(
  modules: number,
  seed: number,
  change: (i: number) => Partial<SimulatedRunOptions>,
) {
  const root = scratch();
  const random = seeded(seed);
  for (let i = 0; i < modules; i += 1)
    simulatedRunDirectory(root, {
      seed: seed * 1000 + i,
      started: new Date(Date.UTC(2026, 0, 5, 8 + i)),
      module: `M-${i}`,
      serialNumber: `20UPGM2211${String(i).padStart(4, '0')}`,
      leakage: 2e-7 * Math.exp(normal(random, 0, 0.3)),
      contact: normal(random, 0.02, 0.002),
      ...change(i),
    });
  const runs = await readStationRuns(root, 'bench', 50);
  expect(runs).toHaveLength(modules);
  return { runs, flags: findings(runs, chartsOf(runs)) };
}

describe('a station is told from the modules on it', () => {
  test.each([1, 2, 3])('a quiet station has no findings (seed %i)', async (seed) => {
    const { flags } = await stationWith(18, seed, () => ({}));
    expect(flags.filter(({ code }) => code.startsWith('station'))).toEqual([]);
  });

  test.each([1, 2, 3])(
    'five modules in a row with a bad contact are one bad cable (seed %i)',
    async (seed) => {
      const { flags } = await stationWith(18, seed, (i) => (i >= 13 ? { contact: 0.09 } : {}));
      const station = flags.filter(({ code }) => code === 'station contact');
      expect(station).toHaveLength(1);
      expect(station[0]!.what).toMatch(/^The station, not the modules: .* in 5 runs/);
      expect(station[0]!.severity).toBe('bad');
      expect(flags.filter(({ code }) => code === 'module contact')).toEqual([]);
    },
  );

  test.each([1, 2, 3])('one module with high leakage is a bad module (seed %i)', async (seed) => {
    const { flags } = await stationWith(18, seed, (i) => (i === 15 ? { leakage: 2e-5 } : {}));
    const named = flags.filter(
      ({ code, what }) => code === 'module leakage' && what.includes('20UPGM22110015'),
    );
    expect(named).toHaveLength(1);
    expect(flags.filter(({ code }) => code.startsWith('station'))).toEqual([]);
  });

  test('the same failure of three different modules in a row is the station’s', async () => {
    const { flags } = await stationWith(14, 7, (i) => (i >= 11 ? { leakage: 2e-5 } : {}));
    const codes = flags.map(({ code }) => code);
    expect(codes).toContain('station leakage_at_operating_voltage_20C');
  });

  test('a bad cable that was mended is said to be over', () => {
    const outcomes = [0, 0, 1, 1, 1, 0].map((side, i) => ({
      run: `r${i}`,
      modules: [`m${i}`],
      side: side as 0 | 1,
    }));
    expect(suspicions(outcomes)).toEqual([{ who: 'station', runs: ['r2', 'r3', 'r4'], side: 1, now: false }]);
  });

  test('the newest run alone is not judged yet: it may be either', () => {
    const outcomes = [0, 0, 0, 1].map((side, i) => ({
      run: `r${i}`,
      modules: [`m${i}`],
      side: side as 0 | 1,
    }));
    expect(suspicions(outcomes)).toEqual([]);
  });
});

test('control limits stay where they are when a third of the runs are bad, and there are none from seven runs', () => {
  const random = seeded(3);
  const good = Array.from({ length: 20 }, () => normal(random, 20, 1));
  const spoiled = controlLimits([...good, ...Array.from({ length: 9 }, () => 90)], { noise: 0.1 })!;
  // Mean and standard deviation would put them at 42 ± 97.
  expect(spoiled.high).toBeLessThan(30);
  expect(good.filter((value) => value > spoiled.high || value < spoiled.low)).toEqual([]);
  expect(controlLimits(good.slice(0, 7), { noise: 0.1 })).toBeUndefined();
});

test('time under HV counts what a calibration had in hand, and goes to the module', async () => {
  const { runs } = await stationWith(1, 1, () => ({}));
  const [only] = hvTimeByModule(runs);
  // From the hand-over to the taking back, and from the bias to the reading that says off.
  expect(only!.hvOn).toBeGreaterThan(140);
  expect(only!.hvOn).toBeLessThan(160);
});

test('the hand-over page holds the shift’s runs and what is open, and still charts the others', async () => {
  const { runs } = await stationWith(12, 9, (i) => (i === 11 ? { leakage: 2e-5 } : {}));
  const html = stationReport({
    station: 'bench',
    runs,
    made: Date.UTC(2026, 0, 6),
    since: Date.UTC(2026, 0, 5, 18),
  });
  expect(html).toContain('Shift hand-over');
  expect(html).toMatch(/<dt>Runs<\/dt><dd>2, 2026-01-05 since 2026-01-05 18:00:00 UTC/);
  expect(html).toContain('Modules whose last run did not pass');
  expect(html).toContain('Clean the sensor edge');
  expect(html).toContain('id="chart-leakage"');
});
