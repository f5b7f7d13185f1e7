import type { BenchChannel } from './bench.ts';
import type { CalibrationContext } from './calibration.ts';
import { throwIfStopped, wait } from './waiting.ts';

/** Until the regulators have started and the chips draw what they will; `wait_time` of the instrument, else this. */
const settling = 1;

/** Sets an LV output's defaults while it is off, and switches it on. One that a module before has switched on stays. */
export async function lowVoltageOn(context: CalibrationContext, lv: BenchChannel): Promise<void> {
  const { channel, instrument, at } = lv;
  throwIfStopped(context.stop);
  if (await channel.readOutput()) return;
  await channel.writeSetpoint(instrument.defaultVoltage!);
  await channel.writeCurrentLimit(instrument.defaultCurrent!);
  await channel.switchOutput(true);
  const asked = instrument.entry.wait_time;
  await wait(context, typeof asked === 'number' && asked >= 0 ? asked : settling);
  const { voltage, current } = await channel.measure();
  context.log.info(`LV ${at} is on: ${voltage} V, ${current} A.`);
}
