import type { Seconds } from '../../base/units.ts';
import type { Interlock, InterlockWhen, ReadingName } from '../../station/interlock.ts';

/** One reading as it is now: at an output (`hv_1:1`), at a place of a coldbox, of a probe card. */
export interface Sample {
  reading: ReadingName;
  at: string;
  /** Station time of the look, from any beginning. */
  time: Seconds;
  /**
   * A value; or it should have come and did not; or a calibration has the instrument, and watches it itself; or its
   * output is off and there is nothing to measure.
   */
  state: { value: number } | { missing: string } | 'handed over' | 'off';
}

/** When an interlock applies. */
export interface Situation {
  /** The output is on, or in the hands of a calibration. */
  hvOn: boolean;
  lvOn: boolean;
  /** Of the calibration that runs. */
  category?: string | undefined;
}

/** An interlock whose condition has held for its grace time. */
export interface Raised {
  interlock: Interlock;
  at: string;
  /** Absent: the reading did not come. */
  value?: number;
  /** Why it did not come. */
  missing?: string;
}

/** What is known of one interlock at one place from the looks before. */
interface Track {
  metSince?: Seconds;
  raised: boolean;
  last?: number;
  changedAt?: Seconds;
}

/** From look to look; begin with an empty one. */
export type Memory = ReadonlyMap<string, Track>;

export interface Evaluation {
  memory: Memory;
  /** Those that trip now, and did not before. */
  raised: readonly Raised[];
  /** Those that had tripped and whose reading is as it should be again. */
  cleared: readonly Raised[];
}

/**
 * One look at all interlocks: pure. A reading that should come and does not counts as the condition (rule 7), and as any
 * condition it must last for the grace time, from one look to another: what no look has shown has not happened. A reading whose instrument a calibration owns, or whose output is off, starts
 * anew afterwards. Readings that no sample names are not there; whoever makes the samples names what should be.
 */
export function evaluate(
  interlocks: readonly Interlock[],
  memory: Memory,
  samples: readonly Sample[],
  situation: Situation,
): Evaluation {
  const next = new Map<string, Track>();
  const raised: Raised[] = [];
  const cleared: Raised[] = [];
  for (const interlock of interlocks) {
    if (!applies(interlock.when, situation)) continue;
    for (const { at, state, time } of samples.filter(({ reading }) => reading === interlock.reading)) {
      if (typeof state === 'string') continue;
      const key = `${interlock.name}\n${at}`;
      const before = memory.get(key) ?? { raised: false };
      const track = follow(interlock, before, state, time);
      const lasts = track.metSince !== undefined && time - track.metSince >= interlock.grace;
      // What has tripped stays so until the condition is over.
      track.raised = lasts || (before.raised && track.metSince !== undefined);
      next.set(key, track);
      if (track.raised && !before.raised) raised.push({ interlock, at, ...state });
      if (before.raised && !track.raised) cleared.push({ interlock, at, ...state });
    }
  }
  return { memory: next, raised, cleared };
}

function applies(when: InterlockWhen, { hvOn, lvOn, category }: Situation): boolean {
  switch (when) {
    case 'always':
      return true;
    case 'hvOn':
      return hvOn;
    case 'lvOn':
      return lvOn;
    default:
      return category !== undefined && when.includes(category);
  }
}

function follow(
  { condition, limit }: Interlock,
  before: Track,
  state: { value: number } | { missing: string },
  now: Seconds,
): Track {
  if ('missing' in state) return { ...before, metSince: before.metSince ?? now };
  const { value } = state;
  const changedAt = value === before.last ? (before.changedAt ?? now) : now;
  const seen = { raised: before.raised, last: value, changedAt };
  switch (condition) {
    case 'above':
      return value > limit ? { ...seen, metSince: before.metSince ?? now } : seen;
    case 'below':
      return value < limit ? { ...seen, metSince: before.metSince ?? now } : seen;
    case 'stale':
      return now - changedAt >= limit ? { ...seen, metSince: changedAt + limit } : seen;
  }
}
