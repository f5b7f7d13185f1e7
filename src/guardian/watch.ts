import type { Readable } from 'node:stream';
import { readLines } from '../base/lines.ts';
import { type GuardianBrief, readBrief, type ToGuardian } from './brief.ts';

const silenceMs = 2000;
const tickMs = 50;

/** How a watch ends: orderly, or with why to take over. */
type WatchEnd = 'goodbye' | { reason: string; hangs: boolean };

/** What the guardian hears of its runner: what to guard, that it lives, what it does, and how it ends. */
export class Watch {
  /** Undefined when the runner ended before it said. */
  readonly brief: Promise<GuardianBrief | undefined>;
  readonly end: Promise<WatchEnd>;
  #brief: GuardianBrief | undefined;
  #silentMs = 0;
  #onBrief: (brief: GuardianBrief | undefined) => void = () => undefined;
  #onEnd: (end: WatchEnd) => void = () => undefined;

  constructor(input: Readable) {
    this.brief = new Promise((resolve) => {
      this.#onBrief = resolve;
    });
    this.end = new Promise((resolve) => {
      this.#onEnd = resolve;
    });
    void readLines(input, (line) => this.#hear(line)).then(() => {
      this.#onBrief(undefined);
      this.#onEnd({ reason: 'it ended without a goodbye', hangs: false });
    });
    this.#count(performance.now());
  }

  #hear(line: string): void {
    this.#silentMs = 0;
    const told = read(line);
    if (told?.do === 'guard') {
      this.#brief = readBrief(told.brief);
      this.#onBrief(this.#brief);
    }
    if (told?.do === 'goodbye') this.#onEnd('goodbye');
    if (told?.do !== 'calibration' || !this.#brief) return;
    if (told.calibration) this.#brief.calibration = told.calibration;
    else delete this.#brief.calibration;
  }

  #count(last: number): void {
    const timer = setInterval(() => {
      const now = performance.now();
      // Time in which this process did not run either (a suspended machine, an overloaded one) is no silence.
      this.#silentMs += Math.min(now - last, 2 * tickMs);
      last = now;
      if (this.#silentMs < silenceMs) return;
      this.#onEnd({ reason: `no sign of life for ${silenceMs / 1000} s`, hangs: true });
      clearInterval(timer);
    }, tickMs);
  }
}

/** What a dying runner could not write to its end is nothing that it said. */
function read(line: string): ToGuardian | undefined {
  try {
    return JSON.parse(line) as ToGuardian;
  } catch {
    return undefined;
  }
}
