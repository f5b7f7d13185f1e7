import type { Volts } from '../../base/units.ts';
import type { ChipState } from '../moduleState.ts';
import type { Chip } from './chip.ts';

interface SupplyVoltages {
  VIN: Volts;
  VOFS: Volts;
  VDDA: Volts;
  VDDD: Volts;
}

const trims = 16;
/** A shunt-LDO wants at least this much more at its input than it gives out. [RD53B manual, "Shunt-LDO"] */
const dropout: Volts = 0.2;
/** Voffs 0.5 V, which a reference current of 4 µA makes. [Ph2_ACF, VoltageSettings] */
const offset: Volts = 0.5;

/** What the chip's own ADC reads there, with its deviation and trims, and a millivolt of noise. */
export function readSupplyVoltages(chip: Chip, supply: ChipSupply): SupplyVoltages {
  const { VOLTAGE_TRIM_ANA: analog, VOLTAGE_TRIM_DIG: digital } = chip.registers;
  return {
    VIN: measured(chip, supply.vin),
    VOFS: measured(chip, Math.min(offset, supply.vin / 2)),
    VDDA: measured(chip, regulated(chip, 'VDDA', supply, analog)),
    VDDD: measured(chip, regulated(chip, 'VDDD', supply, digital)),
  };
}

/** The voltage at each trim, the trim left as it was. */
export function sweepTrim(chip: Chip, which: 'VDDA' | 'VDDD', supply: ChipSupply): Volts[] {
  return Array.from({ length: trims }, (_, trim) => measured(chip, regulated(chip, which, supply, trim)));
}

type ChipSupply = Pick<ChipState, 'vin' | 'held'>;

/** A spoilt regulator holds its own voltage at any trim. */
function regulated(chip: Chip, which: 'VDDA' | 'VDDD', { vin, held }: ChipSupply, trim: number): Volts {
  const { base, step } = chip.regulators[which];
  return Math.max(0, Math.min(held?.[which] ?? base + trim * step, vin - dropout));
}

function measured(chip: Chip, voltage: Volts): Volts {
  return Math.round((voltage + 0.001 * chip.chance.gauss()) * 1e4) / 1e4;
}
