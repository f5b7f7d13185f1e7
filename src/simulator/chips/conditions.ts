import type { Celsius, Volts } from '../../base/units.ts';
import type { Depletion } from './pixelScans.ts';

/** What a module's chips feel of the world; asked anew at each command. */
export interface ChipConditions {
  /** The shunt-LDOs regulate: the chips run and answer. */
  powered: boolean;
  /** Counts up whenever the power comes back; the chips forget their registers then. */
  powerCycles: number;
  /** 0: the sensor has no bias, 1: it is fully depleted. */
  depletion: Depletion;
  temperature: Celsius;
  /** At the chip's place in the module, with the trims at their defaults. */
  voltages(position: number): SupplyVoltages;
}

export interface SupplyVoltages {
  VIN: Volts;
  VOFS: Volts;
  VDDA: Volts;
  VDDD: Volts;
}
