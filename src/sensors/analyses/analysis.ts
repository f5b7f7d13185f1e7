import type { SensorTest } from '../record.ts';
import { impossibleAir } from './air.ts';

/** `null`: the reference decides nothing, and so do we; shown as Unknown. */
export type Decision = 'Pass' | 'SoSo' | 'Fail' | 'MeasErr';

/** What an analysis found. The flags are worded as at the other sites, so that results can be compared. */
export interface Analysis<Values> {
  decision: Decision | null;
  flags: string[];
  values: Values;
}

/** A decision in the making. Each analysis has its own order in which decisions outweigh each other. */
export class Verdict {
  readonly flags: string[] = [];
  #decision: Decision | null = null;

  /** The given decision replaces what stood there. */
  set(decision: Decision, flag: string): void {
    this.flags.push(flag);
    this.#decision = decision;
  }

  /** The same without a flag. */
  setDecision(decision: Decision): void {
    this.#decision = decision;
  }

  /** A remark that decides nothing. */
  note(flag: string): void {
    this.flags.push(flag);
  }

  get decision(): Decision | null {
    return this.#decision;
  }

  /**
   * Nothing was found: the test passes, if its file is whole and of one sensor, and its air can have been. Else it says
   * nothing, good or bad.
   */
  conclude(test: SensorTest): Decision {
    if (test.incomplete !== undefined) this.set('MeasErr', test.incomplete);
    if (test.contradiction !== undefined) this.set('MeasErr', test.contradiction);
    const air = impossibleAir(test);
    if (air !== undefined) this.set('MeasErr', air);
    return this.#decision ?? 'Pass';
  }
}
