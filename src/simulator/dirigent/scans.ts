import type { Seconds } from '../../base/units.ts';
import { pixels, type Spread, spreadOf, uint8Map, uint16Map, uint32Map } from './maps.ts';
import type { ChipUnderTest } from './moduleUnderTest.ts';
import type { Scan, Settings } from './tests.ts';

/** What is known of a chip while tests run on it, the later ones building on the earlier. */
export interface ChipFindings {
  /** Electrons. */
  target: number;
  dead?: Uint8Array;
  noisy?: number[];
  sCurves: { threshold: Uint16Array; noise: Uint16Array }[];
  tdac?: Uint8Array;
  globalThreshold?: number;
}

/** Numbers of one scan on one chip, for the log and the summary. */
export type ScanNumbers = Record<string, number | Spread>;

/** How long the real scan takes, and what it does to one chip. */
export const scanTable: Record<
  Scan,
  {
    takes: Seconds;
    run(chip: ChipUnderTest, findings: ChipFindings, settings: Settings): Promise<ScanNumbers>;
  }
> = {
  PixelAlive: { takes: 3, run: pixelAlive },
  ThresholdAdjustment: { takes: 4, run: thresholdAdjustment },
  ThresholdEqualization: { takes: 6, run: thresholdEqualization },
  NoiseScan: { takes: 4, run: noiseScan },
  SCurveScan: { takes: 6, run: sCurveScan },
  InjectionDelay: { takes: 3, run: injectionDelay },
};

const injections = 100;
const highCharge = 10_000;
const noiseTriggers = 1_000_000;
/** A pixel that fires more often than this without any charge is switched off. [Ph2_ACF, NoiseScan] */
const noiseOccupancy = 1e-4;

async function pixelAlive(chip: ChipUnderTest, findings: ChipFindings): Promise<ScanNumbers> {
  const args = { injection: 'self', charge: highCharge, injections };
  const { hits } = await chip.ask<{ hits: string }>('pixelAlive', args);
  const dead = uint16Map(hits).map((count) => (count <= injections / 2 ? 1 : 0));
  findings.dead = Uint8Array.from(dead);
  return { deadPixels: count(dead) };
}

async function thresholdAdjustment(
  chip: ChipUnderTest,
  findings: ChipFindings,
  { TargetThr }: Settings,
): Promise<ScanNumbers> {
  findings.target = TargetThr ?? findings.target;
  const { registers } = await chip.ask<{ registers: { DAC_GDAC: number } }>('adjustThreshold', {
    target: Math.round(findings.target),
  });
  findings.globalThreshold = registers.DAC_GDAC;
  return { target: findings.target, globalThreshold: registers.DAC_GDAC };
}

async function thresholdEqualization(chip: ChipUnderTest, findings: ChipFindings): Promise<ScanNumbers> {
  // Halving steps over the 32 values of the trim; the last one twice, for a step goes one way or the other.
  for (const step of [8, 4, 2, 1, 1]) {
    const { tdac } = await chip.ask<{ tdac: string }>('equalize', {
      target: Math.round(findings.target),
      step,
    });
    findings.tdac = uint8Map(tdac);
  }
  const atTheEnd = findings.tdac!.reduce((sum, trim) => sum + (trim === 0 || trim === 31 ? 1 : 0), 0);
  return { target: findings.target, pixelsAtTheEndOfTheirTrim: atTheEnd };
}

async function noiseScan(chip: ChipUnderTest, findings: ChipFindings): Promise<ScanNumbers> {
  const { hits } = await chip.ask<{ hits: string }>('noiseScan', { triggers: noiseTriggers });
  findings.noisy = [];
  for (const [at, fired] of uint32Map(hits).entries())
    if (fired > noiseOccupancy * noiseTriggers) findings.noisy.push(at);
  await chip.ask('mask', { pixels: findings.noisy });
  return { noisyPixels: findings.noisy.length };
}

async function sCurveScan(
  chip: ChipUnderTest,
  findings: ChipFindings,
  { ThrStart, ThrStop }: Settings,
): Promise<ScanNumbers> {
  const charges = { from: ThrStart ?? 0, to: ThrStop ?? Math.max(5000, 2 * findings.target), step: 50 };
  const answer = await chip.ask<{ threshold: string; noise: string }>('sCurve', {
    ...charges,
    injections: 50,
  });
  const scan = { threshold: uint16Map(answer.threshold), noise: uint16Map(answer.noise) };
  findings.sCurves.push(scan);
  return { threshold: spreadOf(scan.threshold), noise: spreadOf(scan.noise, 0.1) };
}

async function injectionDelay(chip: ChipUnderTest): Promise<ScanNumbers> {
  const { efficiency } = await chip.ask<{ efficiency: number[] }>('injectionDelay');
  const good = efficiency.flatMap((value, delay) => (value > 0.5 ? [delay] : []));
  return { delay: Math.round(good.reduce((sum, delay) => sum + delay, 0) / Math.max(1, good.length)) };
}

function count(map: Uint16Array): number {
  return map.reduce((sum, one) => sum + one, 0);
}

/** What is wrong with a pixel after the tests, worst first. */
export const pixelStates = { 0: 'good', 1: 'dead', 2: 'noisy', 3: 'no S-curve' } as const;

export function pixelState({ dead, noisy, sCurves }: ChipFindings): Uint8Array {
  const state = new Uint8Array(pixels);
  const last = sCurves.at(-1);
  if (last) for (let k = 0; k < pixels; k += 1) if (last.threshold[k] === 0) state[k] = 3;
  for (const at of noisy ?? []) state[at] = 2;
  if (dead) for (let k = 0; k < pixels; k += 1) if (dead[k] === 1) state[k] = 1;
  return state;
}
