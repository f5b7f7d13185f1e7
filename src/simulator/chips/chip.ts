import type { Volts } from '../../base/units.ts';
import { type Defect, defectCode, pixels } from './pixels.ts';
import { type Random, seededRandom } from './random.ts';

/** What may be wrong with a chip. Counts are pixels; where they lie follows from the seed. */
export interface ChipDefects {
  dead?: number;
  noisy?: number;
  open?: number;
  /** The chip answers nothing at all. */
  deadChip?: boolean;
  /** The trim bits of its pixels change nothing. */
  deadTrims?: boolean;
  /** Of every pixel. */
  noiseFactor?: number;
  /** Electrons: where the global threshold stays, whatever it is set to. */
  thresholdAt?: number;
}

/** Registers that a client sets. */
export interface Registers {
  /** Of VDDD. */
  VOLTAGE_TRIM_DIG: number;
  /** Of VDDA. */
  VOLTAGE_TRIM_ANA: number;
  /** mV, of the chip's own ADC. */
  VREF_ADC: number;
  /** Global threshold. */
  DAC_GDAC: number;
}

/**
 * One read-out chip: what the foundry made of it, and what it was told. The read-out software keeps that in files and
 * programs it again after a power cycle, so here it simply stays.
 */
export interface Chip {
  readonly id: string;
  readonly eFuseCode: number;
  readonly dead: boolean;
  /** Electrons, one a pixel: threshold at the default registers. */
  readonly untunedThreshold: Float32Array;
  /** Electrons, one a pixel: what one TDAC step changes. */
  readonly trimStep: Float32Array;
  /** Electrons, one a pixel: with the sensor depleted. */
  readonly noise: Float32Array;
  /** One a pixel: 0 good, else a code of `defectCode`. */
  readonly defects: Uint8Array;
  readonly regulators: { VDDD: Regulator; VDDA: Regulator };
  /** Best injection delay, in steps of 1.5625 ns. */
  readonly injectionDelay: number;
  /** The global threshold does not follow its register. */
  readonly thresholdStuck: boolean;
  registers: Registers;
  /** One a pixel, 0 to 31; higher lowers the threshold. */
  tdac: Uint8Array;
  /** One a pixel: 1 is switched off. */
  masked: Uint8Array;
  /** What a measurement adds: drawn anew each time, the same order for the same seed. */
  readonly chance: Random;
}

/** An output of the shunt-LDO: its voltage at trim 0, and what one trim step adds. */
export interface Regulator {
  base: Volts;
  step: Volts;
}

export const defaultRegisters: Registers = {
  VOLTAGE_TRIM_DIG: 8,
  VOLTAGE_TRIM_ANA: 8,
  VREF_ADC: 850,
  DAC_GDAC: 450,
};

export const largestRegister: Registers = {
  VOLTAGE_TRIM_DIG: 15,
  VOLTAGE_TRIM_ANA: 15,
  VREF_ADC: 1023,
  DAC_GDAC: 1023,
};

/** Electrons of threshold a step of the global DAC, and the offset: 450 steps make about 2000 e. */
export const gdacElectrons = 4.6;
export const defaultTdac = 16;

/** Makes a chip; the same seed, module and id give the same chip to the last pixel. */
export function makeChip(seed: number, module: string, id: string, defects: ChipDefects = {}): Chip {
  const random = seededRandom(seed, `module ${module} chip ${id}`);
  // Spreads as published for the linear front end of RD53B: about 400 e untuned, noise 75 e with a sensor.
  const chipOffset = -70 + 60 * random.gauss();
  const middle = defects.thresholdAt ?? defaultRegisters.DAC_GDAC * gdacElectrons + chipOffset;
  const untuned = new Float32Array(pixels);
  const trimStep = new Float32Array(pixels);
  const noise = new Float32Array(pixels);
  for (let k = 0; k < pixels; k += 1) {
    untuned[k] = middle + 330 * random.gauss();
    trimStep[k] = 85 * (1 + 0.06 * random.gauss()) * (defects.deadTrims ? 0 : 1);
    noise[k] = Math.max(40, 75 + 6 * random.gauss()) * (defects.noiseFactor ?? 1);
  }
  const map = placeDefects(random, defects);
  for (let k = 0; k < pixels; k += 1) {
    // Without a bump the sensor's capacitance is missing, and so is most of the noise.
    if (map[k] === defectCode.open) noise[k] = 0.55 * noise[k]!;
    if (map[k] === defectCode.noisy) noise[k] = 3 * noise[k]!;
  }
  const regulator = (): Regulator => ({
    base: 1.1 + 0.015 * random.gauss(),
    step: 0.0125 * (1 + 0.05 * random.gauss()),
  });
  return {
    id,
    eFuseCode: 0x8000 + Math.floor(random.uniform() * 0x8000),
    dead: defects.deadChip ?? false,
    untunedThreshold: untuned,
    trimStep,
    noise,
    defects: map,
    regulators: { VDDD: regulator(), VDDA: regulator() },
    injectionDelay: 12 + Math.floor(random.uniform() * 12),
    thresholdStuck: defects.thresholdAt !== undefined,
    registers: { ...defaultRegisters },
    tdac: new Uint8Array(pixels).fill(defaultTdac),
    masked: new Uint8Array(pixels),
    chance: seededRandom(seed, `measuring module ${module} chip ${id}`),
  };
}

/** Open bumps lie together in a corner, as they do on real modules; the others anywhere. */
function placeDefects(random: Random, wanted: ChipDefects): Uint8Array {
  const map = new Uint8Array(pixels);
  const place = (defect: Defect, count: number, where: () => number) => {
    for (let placed = 0; placed < count; ) {
      const at = where();
      if (map[at] !== 0) continue;
      map[at] = defectCode[defect];
      placed += 1;
    }
  };
  const anywhere = () => Math.floor(random.uniform() * pixels);
  let next = 0;
  const fromTheCorner = () => {
    const at = next;
    next += 1;
    return at;
  };
  place('open', Math.min(wanted.open ?? 0, pixels / 2), fromTheCorner);
  place('dead', Math.min(wanted.dead ?? 0, pixels / 4), anywhere);
  place('noisy', Math.min(wanted.noisy ?? 0, pixels / 8), anywhere);
  return map;
}
