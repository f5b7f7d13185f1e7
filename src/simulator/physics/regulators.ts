import type { Amperes, Volts } from '../../base/units.ts';
import { seededRandom } from '../chips/random.ts';
import { solveRising } from './solve.ts';

/**
 * The shunt-LDO regulators of one read-out chip as its supply sees them: above an offset the input behaves as a
 * resistor, VIN = offset + resistance × I, whatever the chip itself draws (the shunt burns the rest).
 */
export interface ChipRegulators {
  readonly offset: Volts;
  /** Ohm. */
  readonly resistance: number;
  readonly VDDA: Volts;
  readonly VDDD: Volts;
}

/** A regulator that a fault has spoilt: it holds another voltage. */
export interface RegulatorDamage {
  chip: number;
  rail: 'VDDA' | 'VDDD';
  voltage: Volts;
}

/** Below this VIN the regulators cannot hold 1.2 V, and the chip does not run. */
export const minimalInput: Volts = 1.38;

/** What the pass transistor needs between VIN and an output. */
const dropout: Volts = 0.16;
/** What an output gains a volt of VIN. */
const lineRegulation = 0.004;
/** Drawn by the references while VIN is below the offset. */
const startUpCurrent: Amperes = 0.03;

/** The same seed and module index give the same regulators, in the order of the chips. */
export function makeRegulators(seed: number, module: string, chips: number): ChipRegulators[] {
  const random = seededRandom(seed, `regulators ${module}`);
  return Array.from({ length: chips }, () => ({
    offset: 1.0 + 0.01 * random.gauss(),
    resistance: 0.55 * (1 + 0.01 * random.gauss()),
    VDDA: 1.2 + 0.006 * random.gauss(),
    VDDD: 1.2 + 0.006 * random.gauss(),
  }));
}

/** What chips in parallel draw at an input voltage. */
export function inputCurrent(chips: readonly ChipRegulators[], vin: Volts): Amperes {
  return chips.reduce((sum, { offset, resistance }) => {
    const starting = startUpCurrent * Math.min(1, Math.max(0, vin) / offset) ** 4;
    return sum + starting + Math.max(0, vin - offset) / resistance;
  }, 0);
}

/** The input voltage at which chips in parallel draw a current. */
export function inputVoltage(chips: readonly ChipRegulators[], current: Amperes): Volts {
  if (current <= 0 || chips.length === 0) return 0;
  return solveRising((vin) => inputCurrent(chips, vin), current, 0, 50);
}

/** Every voltage that a probe card can reach, by its name: VIN, VOFS, VDDA0, VDDD0, VDDA1, … */
export function probeVoltages(
  chips: readonly ChipRegulators[],
  vin: Volts,
  damage: readonly RegulatorDamage[] = [],
): Record<string, Volts> {
  const voltages: Record<string, Volts> = { VIN: vin, VOFS: Math.min(0.5, vin / 2) };
  for (const [k, chip] of chips.entries())
    for (const rail of ['VDDA', 'VDDD'] as const) {
      const spoilt = damage.find((d) => d.chip === k && d.rail === rail);
      voltages[`${rail}${k}`] = regulated(vin, spoilt?.voltage ?? chip[rail]);
    }
  return voltages;
}

/** The lower of what VIN leaves and what the regulator wants, with a rounded knee between them. */
function regulated(vin: Volts, wanted: Volts): Volts {
  const knee = 0.012;
  const [left, held] = [vin - dropout, wanted + lineRegulation * (vin - 1.6)];
  const lower = Math.min(left, held) - knee * Math.log1p(Math.exp(-Math.abs(left - held) / knee));
  return Math.max(0, lower);
}
