import type { Recall } from '../../calibrations/action.ts';
import { withSuspicion } from '../../calibrations/breakdown.ts';
import { damageOf } from '../../journal/damage.ts';
import { readingContext } from '../calibrating/calibrate.ts';
import { demandOwnChips } from '../calibrating/chipIdentity.ts';
import { readStepResults, type StepResults, writeResult } from '../calibrating/stepResults.ts';
import { done, type Outcome } from '../outcome.ts';
import type { RunContext } from '../runContext.ts';
import type { RunState } from '../runState.ts';
import { type CalibrationStep, isChecks } from '../step.ts';
import type { KeptStep } from './kept.ts';

/**
 * Takes the results of a step that was measured before the run was interrupted: as if it had just been read. One that had
 * finished when its runner died is written down as completed, and judged, now.
 */
export async function recall(
  { step: number = 0, again = false }: Recall & { step?: number },
  context: RunContext,
  state: RunState,
): Promise<Outcome> {
  const step = context.sequence.steps.find((one) => one.number === number);
  const kept = context.sequence.resumed?.kept.get(number);
  if (!step || !kept) throw new Error(`step ${number} has nothing to recall`);
  state.again = false;
  if (isChecks(step)) return verdictOf(kept.results.map(({ verdict }) => verdict));
  const damage = await damageOf(context.directory, kept.artefacts);
  if (damage) return lost(step, damage.what);

  const results = await read({ ...step, folder: kept.folder }, kept, context);
  if (kept.adopt)
    results.problems.push(
      ...(await demandOwnChips({ ...step, folder: kept.folder }, results.judged, context)),
    );
  if (results.problems.length > 0) {
    state.problems.push(...results.problems);
    return { end: 'failed', code: 3 };
  }
  if (kept.adopt) {
    const { artefacts, seconds = 0 } = kept;
    await context.journal.append({
      event: 'step.ended',
      step: number,
      end: 'completed',
      exitCode: 0,
      seconds,
      artefacts,
      problems: [],
      adopted: true,
    });
    state.stepOver(number);
  }
  const isJudged = kept.results.length === context.group.modules.length;
  if (!isJudged) {
    state.inBackground(writeResult(context.directory, { ...step, folder: kept.folder }, results));
    for (const judged of results.judged) state.note(judged);
  }
  const verdicts = isJudged ? kept.results : results.judged;
  for (const { module, verdict } of verdicts) state.judge(number, module, verdict);
  const { suspected } = context.sequence.resumed!;
  state.findings = new Map(
    [...results.sensors].map(([module, findings]) => {
      const breakdown = withSuspicion(findings.breakdown, suspected.get(module));
      return [module, { ...findings, breakdown }];
    }),
  );
  state.again = again && [...results.sensors.values()].some(({ breakdown }) => breakdown.found === 'at');
  return state.again ? done : verdictOf(verdicts.map(({ verdict }) => verdict));
}

function read(step: CalibrationStep, { artefacts }: KeptStep, context: RunContext): Promise<StepResults> {
  const { directory, group, criteria } = context;
  const ruling = criteria.get(step.calibration);
  return readStepResults(directory, step, group.modules, artefacts, ruling, readingContext(context, step));
}

function verdictOf(verdicts: readonly string[]): Outcome {
  return verdicts.every((verdict) => verdict === 'PASS') ? done : { end: 'verdict' };
}

function lost({ calibration }: CalibrationStep, damage: string): Outcome {
  return {
    end: 'failed',
    code: 3,
    problem: {
      code: 'E4405',
      what: `${calibration}: what it had measured was to be kept, and ${damage}.`,
      remedy: 'Resume once more: the step is then run again.',
    },
  };
}
