import { setTimeout as sleep } from 'node:timers/promises';
import type { Pace } from '../base/time.ts';
import type { Seconds, Volts } from '../base/units.ts';

/** The rung of the ladder on which a calibration ended. */
export type EndedBy = 'itself' | 'SIGINT' | 'SIGTERM' | 'SIGKILL';

/** A calibration under its keeper, as its runner sees it (a child) or its guardian (a process like any other). */
export interface RunningCalibration {
  /** Nothing of its group is left: a shell around it may end before it does. */
  readonly isOver: boolean;
  /** Resolves when its keeper has ended. */
  readonly ended: Promise<unknown>;
  /** To the keeper alone, which passes it on once. */
  signal(signal: 'SIGINT' | 'SIGTERM'): void;
  /** To all of the group: a stopped calibration goes on, or everything ends at once. */
  signalGroup(signal: 'SIGCONT' | 'SIGKILL'): void;
}

export interface EndingBudget {
  /** Largest |V| that it may have to bring down. */
  maxVoltage: Volts;
  stepSize: Volts;
  delay: Seconds;
}

/** Time for unwinding beyond the ramp, station seconds; and never less than this on the clock on the wall, ms. */
const margin: Seconds = 10;
const leastMs = 3000;
const pollMs = 20;

/**
 * Ends a calibration so that it can bring its supplies down by itself: SIGINT once, and its ramp-down budget; SIGTERM;
 * and only then SIGKILL. The supply holds its level, so killing changes nothing for the worse: the caller takes it over
 * by reading and ramps it down. SIGCONT comes first, for a stopped process hears nothing and holds its ports.
 */
export async function endCalibration(
  calibration: RunningCalibration,
  budget: EndingBudget,
  pace: Pace,
): Promise<EndedBy> {
  if (calibration.isOver) return 'itself';
  calibration.signalGroup('SIGCONT');
  calibration.signal('SIGINT');
  if (await endsWithin(calibration, Math.max(leastMs, pace.realMs(margin)) + pace.realMs(rampDown(budget))))
    return 'SIGINT';
  calibration.signalGroup('SIGCONT');
  calibration.signal('SIGTERM');
  if (await endsWithin(calibration, Math.max(leastMs, pace.realMs(margin)))) return 'SIGTERM';
  calibration.signalGroup('SIGKILL');
  // One that the kernel cannot end now can do nothing more either.
  await endsWithin(calibration, leastMs);
  return 'SIGKILL';
}

/** |V| / step × delay. */
export function rampDown({ maxVoltage, stepSize, delay }: EndingBudget): Seconds {
  return Math.ceil(Math.abs(maxVoltage) / stepSize) * delay;
}

async function endsWithin(calibration: RunningCalibration, ms: number): Promise<boolean> {
  const deadline = performance.now() + ms;
  const late = new AbortController();
  await Promise.race([
    calibration.ended,
    sleep(ms, undefined, { signal: late.signal }).catch(() => undefined),
  ]);
  late.abort();
  while (!calibration.isOver) {
    if (performance.now() >= deadline) return false;
    await sleep(pollMs);
  }
  return true;
}
