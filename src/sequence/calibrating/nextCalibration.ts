import { isDeepStrictEqual } from 'node:util';
import type { KeptCommand } from './keeper.ts';
import { WaitingCalibration } from './waitingCalibration.ts';

interface Prepared {
  command: KeptCommand;
  calibration: WaitingCalibration;
}

/** The calibration that comes next waits for its word while the one before runs, so that no step waits for its processes. */
export class NextCalibration {
  #prepared: Promise<Prepared | undefined> = Promise.resolve(undefined);

  /** What cannot be made now is tried again, and told, when it is to start. */
  prepare(coming: Promise<KeptCommand>): void {
    const before = this.dismiss();
    this.#prepared = Promise.all([coming, before])
      .then(async ([command]) => ({ command, calibration: await WaitingCalibration.make(command) }))
      .catch(() => undefined);
  }

  /** The one that waits; undefined when that is another one, or has not lived until now. */
  async take(command?: KeptCommand): Promise<WaitingCalibration | undefined> {
    const prepared = this.#prepared;
    this.#prepared = Promise.resolve(undefined);
    const waiting = await prepared;
    if (!waiting?.calibration.isThere) return undefined;
    if (isDeepStrictEqual(waiting.command, command)) return waiting.calibration;
    await waiting.calibration.dismiss();
    return undefined;
  }

  /** Nothing comes any more, or something else. */
  async dismiss(): Promise<void> {
    await this.take();
  }
}
