import type { Pace } from '../base/time.ts';
import type { Seconds } from '../base/units.ts';
import { Stopped } from './calibration.ts';

/** Waits for station seconds. Asked to stop, it ends at once with `Stopped`, and so does one that begins after that. */
export async function wait(
  { pace, stop }: { pace: Pace; stop: AbortSignal },
  seconds: Seconds,
): Promise<void> {
  throwIfStopped(stop);
  try {
    await pace.sleep(seconds, stop);
  } catch (error) {
    throwIfStopped(stop);
    throw error;
  }
}

/** Called between two actions; a stop never interrupts one. */
export function throwIfStopped(stop: AbortSignal): void {
  if (stop.aborted) throw new Stopped();
}
