import type { ExitCode, Problem } from '../base/errors.ts';
import type { SafeChannel } from '../instruments/cluster.ts';
import { Trip } from './interlocks/stationWatch.ts';
import type { RunContext } from './runContext.ts';
import type { RunState } from './runState.ts';

/** What came of one action. */
export type Outcome =
  | { end: 'done' }
  /** It was not needed, or not allowed. */
  | { end: 'skipped'; reason: string }
  | { end: 'stopped' }
  /** `written`: the trip stands in the journal already. */
  | { end: 'tripped'; reason: string; written?: boolean }
  /** `wholeRun`: the sequence ends here, whatever the step says of going on. */
  | { end: 'failed'; code: ExitCode; problem?: Problem; wholeRun?: true }
  /** Done, and the module does not pass. */
  | { end: 'verdict' };

export const done: Outcome = { end: 'done' };

/** What ended something before its time: an interlock, or somebody who stops the run. */
export function interrupted({ reason }: AbortSignal): Outcome {
  return reason instanceof Trip ? { end: 'tripped', reason: reason.what, written: true } : { end: 'stopped' };
}

/** What is on comes down in ramps. What does not is a reason to stop here: nothing may be built on it. */
export async function bringDown({ cluster }: RunContext, state: RunState): Promise<Outcome> {
  const { made } = await cluster.adopt((reading) => state.noteReading(reading));
  state.forgetOutputs();
  const left = made.find(({ off }) => !off);
  return left ? { end: 'failed', code: 5, problem: notOff(left) } : done;
}

export function notOff({ at, role, problem }: SafeChannel): Problem {
  return {
    code: 'E4401',
    what: `${role.toUpperCase()} at ${at} could not be verified off: ${(problem ?? 'no reading').replace(/\.$/, '')}.`,
    remedy:
      'A person is needed: read the front panel, bring the voltage down there, and switch the output off. `baton safe` tries again.',
  };
}
