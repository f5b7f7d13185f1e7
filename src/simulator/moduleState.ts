import type { Celsius, Volts } from '../base/units.ts';

/** What a module feels of the supplies at this moment; the simulated read-out chips ask for it. */
export interface ModuleState {
  /** At the module's input, VIN; 0 without power. */
  vin: Volts;
  /** Whether every regulator has enough VIN to hold its output: without it no chip answers. */
  powered: boolean;
  /** At the sensor, behind the cable; negative. */
  bias: Volts;
  /** Whether that bias depletes the sensor: below it the noise is up and charge stays behind. */
  depleted: boolean;
  temperature: Celsius;
  /** What a spoilt regulator of a chip, by its position, holds instead of its voltage. */
  heldAt?(chip: number): HeldVoltages;
}

export type HeldVoltages = Partial<Record<'VDDA' | 'VDDD', Volts>>;

/** What one of its chips feels. */
export interface ChipState extends ModuleState {
  held?: HeldVoltages;
}

/** Of the module with this index in channels.json, read now. */
export type ReadModuleState = (index: string) => ModuleState;
