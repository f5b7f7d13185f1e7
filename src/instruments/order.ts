import type { Volts } from '../base/units.ts';
import { outOfOrder } from './faults.ts';
import type { PowerChannel } from './instrument.ts';
import { offBelow } from './makeSafe.ts';
import { addressOf } from './reading.ts';

/** What a channel may show at 0 V: its resolution. */
const zero: Volts = 0.05;

/** HV goes on only while LV is on (rule 1), and only at a set-point of 0 V (rule 2). Throws E3014. */
export async function allowHvOn(hv: PowerChannel, lvs: readonly PowerChannel[]): Promise<void> {
  for (const lv of lvs)
    if (!(await lv.readOutput()))
      throw outOfOrder(`HV stays off: LV ${addressOf(lv)} is off`, 'HV goes on only while LV is on.');
  await demandZero(hv, 'it goes on');
}

/** HV goes off only when less than 1 V is measured (rule 3). Throws E3014. */
export async function allowHvOff(hv: PowerChannel): Promise<void> {
  const { voltage } = await hv.measure();
  if (Math.abs(voltage) < offBelow) return;
  throw outOfOrder(
    `${addressOf(hv)}: the output stays on, for ${voltage} V are measured`,
    'Ramp to 0 V first; off in one step harms the sensor.',
  );
}

/** LV goes off only when HV is off (rule 1). Throws E3014, and whatever keeps HV from being read. */
export async function allowLvOff(lv: PowerChannel, hv: PowerChannel | undefined): Promise<void> {
  if (!hv || !(await hv.readOutput())) return;
  throw outOfOrder(
    `LV ${addressOf(lv)} stays on: HV ${addressOf(hv)} is on`,
    'LV goes off only when HV is off.',
  );
}

/** A voltage that somebody has left set: with the output off no sensor sees it go. */
export async function zeroWhileOff(hv: PowerChannel): Promise<void> {
  if (await hv.readOutput()) return;
  if (Math.abs(await hv.readSetpoint()) > zero) await hv.writeSetpoint(0);
}

export async function demandZero(hv: PowerChannel, before: string): Promise<void> {
  const setpoint = await hv.readSetpoint();
  if (Math.abs(setpoint) <= zero) return;
  throw outOfOrder(
    `${addressOf(hv)}: its set-point is ${setpoint} V; it must be 0 V before ${before}`,
    'Ramp it to 0 V first.',
  );
}

export async function demandOff(lv: PowerChannel): Promise<void> {
  if (await lv.readOutput())
    throw outOfOrder(
      `${addressOf(lv)}: the level of an LV output is not changed while it is on`,
      'Switch it off first.',
    );
}
