import type { CalibrationContext } from '../../measurements/calibration.ts';
import { wait } from '../../measurements/waiting.ts';
import { type ChipMap, histogram, type Spread, spreadOf } from './maps.ts';
import type { ModuleUnderTest } from './moduleUnderTest.ts';
import { artefactName, writeCsv, writeMaps } from './results.ts';
import { type ChipFindings, pixelState, pixelStates, type ScanNumbers, scanTable } from './scans.ts';
import type { Test } from './tests.ts';

/** Of one chip: what each test found, in their order, and what is known at the end. */
interface ChipRecord {
  findings: ChipFindings;
  tests: { test: string; scan: string; numbers: ScanNumbers }[];
}

const startTarget = 2000;

/** Runs the tests one after the other, each on all chips, which a real board reads at the same time. */
export async function runTests(
  context: CalibrationContext,
  modules: readonly ModuleUnderTest[],
  tests: readonly Test[],
): Promise<Map<string, ChipRecord>> {
  const records = new Map<string, ChipRecord>();
  for (const [k, { name, scan, settings }] of tests.entries()) {
    context.log.progress(k + 1, tests.length, name);
    const { takes, run } = scanTable[scan];
    await wait(context, takes);
    for (const { index, chips } of modules)
      for (const chip of chips.filter(({ answers }) => answers)) {
        const key = recordKey(index, chip.id);
        const record = records.get(key) ?? { findings: { target: startTarget, sCurves: [] }, tests: [] };
        records.set(key, record);
        const numbers = await run(chip, record.findings, settings);
        record.tests.push({ test: name, scan, numbers });
        context.log.info(`Module ${index} chip ${chip.id}: ${describe(numbers)}`);
      }
  }
  return records;
}

export function recordKey(module: string, chip: string): string {
  return `${module}/${chip}`;
}

/** Bins of the distributions, in electrons. */
const thresholdBin = 20;
const noiseBin = 2;

/** Writes a chip's distributions and maps, and answers their names and its key numbers. */
export async function writeChip(
  context: CalibrationContext,
  module: string,
  chip: string,
  { findings }: ChipRecord,
): Promise<object> {
  const first = findings.sCurves[0];
  const last = findings.sCurves.at(-1);
  const state = pixelState(findings);
  const maps: Record<string, ChipMap> = {
    state: { unit: 'class', legend: pixelStates, values: state },
  };
  if (last) maps.threshold = { unit: 'e', values: last.threshold };
  if (last) maps.noise = { unit: '0.1 e', values: last.noise };
  if (findings.tdac) maps.tdac = { unit: 'steps', values: findings.tdac };
  const mapsName = artefactName(module, chip, 'maps.json');
  await writeMaps(context, mapsName, maps);

  const numbers: Record<string, unknown> = {
    ...(findings.globalThreshold === undefined
      ? {}
      : { target: findings.target, globalThreshold: findings.globalThreshold }),
    deadPixels: findings.dead?.reduce((sum, one) => sum + one, 0),
    noisyPixels: findings.noisy?.length,
    pixelsWithoutSCurve: state.reduce((sum, one) => sum + (one === 3 ? 1 : 0), 0),
    maps: mapsName,
  };
  if (!first || !last) return numbers;
  const [thresholdCsv, noiseCsv] = [
    artefactName(module, chip, 'threshold.csv'),
    artefactName(module, chip, 'noise.csv'),
  ];
  await writeDistribution(context, thresholdCsv, 'Threshold (e)', thresholdBin, [
    histogram(first.threshold, thresholdBin),
    histogram(last.threshold, thresholdBin),
  ]);
  await writeDistribution(context, noiseCsv, 'Noise (e)', noiseBin, [
    histogram(first.noise, 10 * noiseBin),
    histogram(last.noise, 10 * noiseBin),
  ]);
  return {
    threshold: { before: spreadOf(first.threshold), after: spreadOf(last.threshold) },
    noise: { before: spreadOf(first.noise, 0.1), after: spreadOf(last.noise, 0.1) },
    ...numbers,
    distributions: { threshold: thresholdCsv, noise: noiseCsv },
  };
}

/** One line a bin, by its middle. */
async function writeDistribution(
  context: CalibrationContext,
  name: string,
  quantity: string,
  bin: number,
  [before, after]: [number[], number[]],
): Promise<void> {
  const bins = Math.max(before.length, after.length);
  const lines = Array.from({ length: bins }, (_, k) => [(k + 0.5) * bin, before[k] ?? 0, after[k] ?? 0]);
  await writeCsv(context, name, [quantity, 'Before', 'After'], lines);
}

function describe(numbers: ScanNumbers): string {
  return Object.entries(numbers)
    .map(([name, value]) => `${name} = ${typeof value === 'number' ? value : spread(value)}`)
    .join(', ');
}

function spread({ mean, spread, pixels }: Spread): string {
  return `${mean} ± ${spread} e (${pixels} pixels)`;
}
