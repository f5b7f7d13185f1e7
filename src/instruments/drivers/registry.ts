import { adcBoard } from './adcBoard.ts';
import type { AnyDriver } from './driver.ts';
import { hmp4040 } from './hmp4040.ts';
import { keithley2410 } from './keithley2410.ts';
import { keysightE3633A } from './keysightE3633A.ts';
import { psiColdbox } from './psiColdbox.ts';
import { relayBoard } from './relayBoard.ts';
import { tti } from './tti.ts';
import { ttitsx } from './ttitsx.ts';

/** Every class that Baton drives itself. Classes that are not here can only be passed through to calibrations. */
export const drivers: readonly AnyDriver[] = [
  keithley2410,
  tti,
  ttitsx,
  hmp4040,
  keysightE3633A,
  adcBoard,
  relayBoard,
  psiColdbox,
];

export function driverOf(className: string): AnyDriver | undefined {
  return drivers.find((driver) => driver.class === className);
}
