import { basename, isAbsolute } from 'node:path';
import { counted } from '../../base/quantityText.ts';
import type { RunRecord, StepRecord } from '../../journal/record.ts';

/** The same work in two runs; undefined: the run did not do it. */
export interface StepPair {
  /** The calibration, with the numbers of its steps where a run does it more than once. */
  name: string;
  before: StepRecord | undefined;
  after: StepRecord | undefined;
}

interface PairedSteps {
  pairs: StepPair[];
  /** Why steps that could belong together are not compared. */
  unclear: string[];
  /** Steps that are compared although they were told different things. */
  unlike: StepPair[];
}

/**
 * Which steps belong together: the same calibration with the same arguments, the n-th with the n-th. Done more often in
 * one run than in the other, nobody knows which is which. A calibration that both did once belongs together whatever its
 * arguments, unless it tuned: to another list is to another aim. What was not completed measured nothing.
 */
export function pairSteps(before: RunRecord, after: RunRecord): PairedSteps {
  const [old, fresh] = [completed(before), completed(after)];
  const often = doneOften(old, fresh);
  const found: PairedSteps = { pairs: [], unclear: [], unlike: [] };
  const pair = (was: StepRecord | undefined, is: StepRecord | undefined): StepPair => {
    const made = { name: nameOf(was, is, often), before: was, after: is };
    found.pairs.push(made);
    return made;
  };
  for (const calibration of new Set([...old, ...fresh].map((step) => step.calibration))) {
    const own = (steps: readonly StepRecord[]) => steps.filter((step) => step.calibration === calibration);
    const [left, right] = [byArguments(own(old)), byArguments(own(fresh))];
    for (const [told, was] of left) {
      const is = right.get(told);
      if (!is) continue;
      left.delete(told);
      right.delete(told);
      if (was.length === is.length) for (const [i, step] of was.entries()) pair(step, is[i]);
      else
        found.unclear.push(
          `${calibration} was done ${counted(was.length, 'time')} in ${before.run} and ${counted(is.length, 'time')} in ${after.run}, told the same; which belong together is not known, so none is compared.`,
        );
    }
    const [was, is] = [[...left.values()].flat(), [...right.values()].flat()];
    if (was.length === 1 && is.length === 1 && was[0]!.category !== 'tuning') {
      found.unlike.push(pair(was[0], is[0]));
      continue;
    }
    for (const step of was) pair(step, undefined);
    for (const step of is) pair(undefined, step);
  }
  return found;
}

function completed({ steps }: RunRecord): StepRecord[] {
  return steps.filter(({ state }) => state === 'completed');
}

/** What follows the calibration on its command line; folders are another's in every run. */
function byArguments(steps: readonly StepRecord[]): Map<string, StepRecord[]> {
  const found = new Map<string, StepRecord[]>();
  for (const step of steps) {
    const { calibration, argv = [] } = step;
    const own = argv.slice(argv.lastIndexOf(calibration) + 1);
    const told = JSON.stringify(own.map((word) => (isAbsolute(word) ? basename(word) : word)));
    const same = found.get(told);
    if (same) same.push(step);
    else found.set(told, [step]);
  }
  return found;
}

function nameOf(was: StepRecord | undefined, is: StepRecord | undefined, often: ReadonlySet<string>): string {
  const { calibration } = (is ?? was)!;
  if (!often.has(calibration)) return calibration;
  const numbers = [...new Set([was, is].flatMap((step) => (step ? [step.step] : [])))];
  return `${calibration} (step ${numbers.join(', then ')})`;
}

/** Calibrations that a run does more than once. */
function doneOften(...runs: readonly StepRecord[][]): Set<string> {
  const often = new Set<string>();
  for (const steps of runs) {
    const seen = new Set<string>();
    for (const { calibration } of steps)
      if (seen.has(calibration)) often.add(calibration);
      else seen.add(calibration);
  }
  return often;
}
