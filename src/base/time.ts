import { setTimeout as timer } from 'node:timers/promises';
import type { Seconds } from './units.ts';

/**
 * Station time. On a real station a second is a second; on a simulated one `scale` of them pass in each (rule 11 of
 * the design decides who may ask for that). Everything that waits for hardware waits through a pace.
 */
export class Pace {
  readonly scale: number;

  constructor(scale = 1) {
    this.scale = scale;
  }

  /** Waits for station seconds. Rejects with an `AbortError` when the signal fires. */
  async sleep(seconds: Seconds, signal?: AbortSignal): Promise<void> {
    await timer(this.realMs(seconds), undefined, signal ? { signal } : undefined);
  }

  /** How long that many station seconds take on the clock on the wall. */
  realMs(seconds: Seconds): number {
    return Math.max(0, (seconds * 1000) / this.scale);
  }
}

/** A station second is a second. */
export const realTime = new Pace(1);
