import { setTimeout as sleep } from 'node:timers/promises';
import type { Pace } from '../base/time.ts';
import type { Seconds } from '../base/units.ts';
import type { InstrumentCluster, PowerReading } from '../instruments/cluster.ts';

/** How often the outputs that nobody was handed are looked at, station seconds; and never more often than this, ms. */
const period: Seconds = 1;
const leastMs = 50;

export interface Watch {
  /** Resolves with what is wrong, as soon as something is. Never rejects. */
  tripped: Promise<string>;
  /** Ends the watching, and resolves when the last look is over: nothing is asked of an instrument after that. */
  stop(): Promise<void>;
}

/**
 * Looks at the open outputs while a calibration runs. A reading that should come and does not is a trip like any other
 * (rule 7), and so is an output that went off by itself.
 */
export function watchOutputs(
  cluster: InstrumentCluster,
  pace: Pace,
  onReading: (reading: PowerReading) => void,
): Watch {
  const before = new Map<string, boolean>();
  const ended = new AbortController();
  let report: (what: string) => void = () => undefined;
  const tripped = new Promise<string>((resolve) => {
    report = resolve;
  });
  const look = async () => {
    for (const reading of await cluster.read()) {
      onReading(reading);
      const wrong = wrongWith(reading, before.get(reading.at));
      if (wrong) report(wrong);
      if (reading.output !== undefined) before.set(reading.at, reading.output);
    }
  };
  const watching = (async () => {
    while (!ended.signal.aborted) {
      await look().catch((error: Error) => report(`the outputs could not be read: ${error.message}`));
      const ms = Math.max(leastMs, pace.realMs(period));
      // Ends early, by a rejection, when the watching ends; the loop looks at the signal itself.
      await sleep(ms, undefined, { signal: ended.signal }).catch(() => undefined);
    }
  })();
  return {
    tripped,
    stop: async () => {
      ended.abort();
      await watching;
      await look().catch((error: Error) => report(`the outputs could not be read: ${error.message}`));
    },
  };
}

/** What is wrong with a reading, if anything; `wasOn`: as it was read before. */
export function wrongWith(
  { at, output, trip, problem }: PowerReading,
  wasOn: boolean | undefined,
): string | undefined {
  if (problem) return `${at} could not be read: ${problem}`;
  if (trip) return `${at} tripped: ${trip}`;
  if (wasOn && output === false) return `${at} went off by itself`;
  return undefined;
}
