import { isDeepStrictEqual } from 'node:util';
import type { KeptCommand } from './keeper.ts';
import { WaitingCalibration } from './waitingCalibration.ts';

/** What a plan says of a calibration: the words of its command line, and its folder, relative to the run directory. */
export interface PlannedCalibration {
  argv: readonly string[];
  folder: string;
}

interface Prepared {
  command: KeptCommand;
  calibration: WaitingCalibration;
}

/** The calibration that comes next waits for its word while the one before runs, so that no step waits for its processes. */
export class NextCalibration {
  #of: PlannedCalibration | undefined;
  #prepared: Promise<Prepared | undefined> = Promise.resolve(undefined);

  /** What cannot be made now is tried again, and told, when it is to start. */
  prepare({ argv, folder }: PlannedCalibration, coming: Promise<KeptCommand>): void {
    const before = this.dismiss();
    this.#of = { argv, folder };
    this.#prepared = Promise.all([coming, before])
      .then(async ([command]) => ({ command, calibration: await WaitingCalibration.make(command) }))
      .catch(() => undefined);
  }

  /** The one that waits; undefined when that is another one, or has not lived until now. */
  async take(wanted?: PlannedCalibration): Promise<Prepared | undefined> {
    const isIt = isDeepStrictEqual(this.#of, wanted);
    const waiting = this.#prepared;
    this.#of = undefined;
    this.#prepared = Promise.resolve(undefined);
    const prepared = await waiting;
    if (!prepared?.calibration.isThere) return undefined;
    if (isIt) return prepared;
    await prepared.calibration.dismiss();
    return undefined;
  }

  /** Nothing comes any more, or something else. */
  async dismiss(): Promise<void> {
    await this.take();
  }
}
