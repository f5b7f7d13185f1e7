import type { Volts } from '../../base/units.ts';
import { type Chip, defaultRegisters } from './chip.ts';
import type { SupplyVoltages } from './conditions.ts';

export const trims = 16;
/** The regulated voltage that a module aims at; below half of it a regulator has not started. */
const nominal: Volts = 1.2;

/** What the chip's own ADC reads, with the chip's deviation and trims, and a millivolt of noise. */
export function readSupplyVoltages(chip: Chip, at: SupplyVoltages): SupplyVoltages {
  return {
    VIN: measured(chip, at.VIN),
    VOFS: measured(chip, at.VOFS),
    VDDA: measured(chip, regulated(chip, 'VDDA', at.VDDA, chip.registers.VOLTAGE_TRIM_ANA)),
    VDDD: measured(chip, regulated(chip, 'VDDD', at.VDDD, chip.registers.VOLTAGE_TRIM_DIG)),
  };
}

/** The voltage at each trim, the trim left as it was. */
export function sweepTrim(chip: Chip, which: 'VDDA' | 'VDDD', at: SupplyVoltages): Volts[] {
  return Array.from({ length: trims }, (_, trim) => measured(chip, regulated(chip, which, at[which], trim)));
}

function regulated(chip: Chip, which: 'VDDA' | 'VDDD', voltage: Volts, trim: number): Volts {
  if (voltage < nominal / 2) return voltage;
  const { base, step } = chip.regulators[which];
  const byDefault = which === 'VDDA' ? defaultRegisters.VOLTAGE_TRIM_ANA : defaultRegisters.VOLTAGE_TRIM_DIG;
  const deviation = base + byDefault * step - nominal;
  return voltage + deviation + (trim - byDefault) * step;
}

function measured(chip: Chip, voltage: Volts): Volts {
  return Math.round((voltage + 0.001 * chip.chance.gauss()) * 1e4) / 1e4;
}
