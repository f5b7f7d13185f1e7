import type { Problem } from '../../base/errors.ts';
import type { Volts } from '../../base/units.ts';
import { worst } from '../../base/verdict.ts';
import type { Calibrate, ReadResults } from '../../calibrations/action.ts';
import type { ReadingContext } from '../../calibrations/category.ts';
import { breakdownRule } from '../../calibrations/criteria.ts';
import type { EndingBudget } from '../../guardian/ending.ts';
import { problemOf } from '../../instruments/reading.ts';
import { outputOf } from '../../journal/stepFolder.ts';
import { resolveChannel } from '../../station/channelAddress.ts';
import type { Role } from '../../station/station.ts';
import { doubtBreakdowns, suspectBreakdowns } from '../bias.ts';
import { bringDown, done, interrupted, type Outcome } from '../outcome.ts';
import type { RunContext } from '../runContext.ts';
import type { RunState } from '../runState.ts';
import { type CalibrationStep, isChecks } from '../step.ts';
import { demandOwnChips } from './chipIdentity.ts';
import { readStepResults, writeResult } from './stepResults.ts';
import { StepRun } from './stepRun.ts';
import { runUnderControl } from './underControl.ts';

/**
 * Runs the calibration of a step and waits for its end, or ends it: at a stop, at a trip of what it does not own, or when
 * its time is over. What it did is judged later, when its instruments are back.
 */
export async function calibrate(
  action: Calibrate & { step?: number },
  context: RunContext,
  state: RunState,
  stop: AbortSignal,
): Promise<Outcome> {
  const { sequence, journal } = context;
  const planned = sequence.steps.find(
    (one): one is CalibrationStep => one.number === action.step && !isChecks(one),
  )!;
  // Measured again, it has a folder of its own.
  const step = { ...planned, folder: action.folder, argv: action.argv };
  const written = journal.append({
    event: 'step.started',
    step: step.number,
    calibration: step.calibration,
    argv: step.argv,
    folder: step.folder,
  });
  const run = new StepRun(step);
  state.current = run;
  if (action.owns.length > 0) state.touched = true;
  if (step.category.findsBreakdown) doubtBreakdowns(context, state);
  const { argv, folder, timeLimit } = action;
  const budget = endingBudget(action, context);
  const { end, why, endedBy } = await runUnderControl(
    { step: step.number, argv, folder, timeLimit, budget, after: written },
    context,
    state,
    stop,
  );
  run.end = end;
  if (endedBy !== undefined) run.endedBy = endedBy;
  switch (why) {
    case 'stopped': {
      const outcome = interrupted(stop);
      run.stopped = outcome.end === 'stopped';
      // Nobody reads what it left, and what it wrote into modules.json would stand there.
      run.problems.push(...(await demandOwnChips(step, [], context)));
      return outcome;
    }
    case 'late':
      run.problems.push({
        code: 'E4307',
        what: `${step.calibration}: had not ended after ${timeLimit} s, and was ended (${endedBy}).`,
        remedy: `${outputOf(folder)} show how far it came; "timeout" of the item in the sequence gives it longer.`,
      });
      return done;
    case 'itself':
      return done;
  }
}

/** A calibration that was given HV ramps as the station's own ramps do. */
function endingBudget({ maxVoltage }: Calibrate, { station, group }: RunContext): EndingBudget {
  const hv = group.hv && resolveChannel(station, group.hv).instrument;
  return { maxVoltage, stepSize: hv?.defaultStepSize ?? 5, delay: hv?.defaultDelay ?? 1 };
}

/** What was handed over is opened again and read; what the calibration left on comes down, and is held against it. */
export async function takeBack(
  roles: readonly Role[],
  context: RunContext,
  state: RunState,
  stop: AbortSignal,
): Promise<Outcome> {
  const { cluster } = context;
  await cluster.open(roles, stop).catch((error: unknown) => {
    // Nobody knows how it left them, and so it has not left them off.
    if (!stop.aborted)
      state.current?.problems.push(notLeftOff(state.current.step, roles.join(', '), problemOf(error)));
    throw error;
  });
  const readings = await cluster.read();
  for (const reading of readings) state.noteReading(reading);
  const owned = readings.filter(({ role }) => roles.includes(role));
  const leftOn = owned.filter(({ output, problem }) => output || problem);
  if (leftOn.length === 0) {
    state.watch.watch(roles);
    return done;
  }
  for (const { at, voltage, problem } of leftOn)
    state.current?.problems.push(notLeftOff(state.current.step, at, problem, voltage));
  const outcome = await bringDown(context, state);
  if (outcome.end === 'done') state.watch.watch(roles);
  return outcome;
}

function notLeftOff(
  { calibration }: CalibrationStep,
  at: string,
  problem?: string,
  voltage?: Volts,
): Problem {
  const left = voltage === undefined ? 'was left on' : `was left on at ${voltage} V`;
  return {
    code: 'E4308',
    what: `${calibration}: ${at} ${problem === undefined ? left : `could not be read (${problem})`}; a calibration leaves its supplies off.`,
    remedy:
      'What was on was ramped down, as far as it can be reached. What it measured is kept, and does not count.',
  };
}

/** Reads and judges what the step left; with that it is over. */
export async function readResults(
  { step: number, again = false }: ReadResults & { step?: number },
  context: RunContext,
  state: RunState,
): Promise<Outcome> {
  const run = state.current;
  state.again = false;
  if (number === undefined || run?.step.number !== number)
    return { end: 'skipped', reason: 'the step did not run' };
  const { directory, group, criteria } = context;
  const artefacts = await run.artefacts(directory);
  run.addEndProblems(artefacts);
  const ruling = criteria.get(run.step.calibration);
  const results = await readStepResults(
    directory,
    run.step,
    group.modules,
    artefacts,
    ruling,
    readingContext(context, run.step),
  );
  const strangers = await demandOwnChips(run.step, results.judged, context);
  results.problems.push(...strangers);
  run.problems.push(...results.problems);
  const failed = run.problems.length > 0;
  // However good the numbers look: a step that was not completed passes nothing.
  if (failed) for (const judged of results.judged) judged.verdict = worst([judged.verdict, 'ERROR']);
  state.findings = results.sensors;
  state.inBackground(writeResult(directory, run.step, results));
  await state.finishStep(artefacts);
  for (const judged of results.judged) {
    state.note(judged);
    state.judge(number, judged.module, judged.verdict);
  }
  if (failed && run.step.category.findsBreakdown) await suspectBreakdowns(number, context, state);
  // Why stands in the step's own record.
  if (failed) return { end: 'failed', code: 3, ...(strangers.length > 0 ? { wholeRun: true } : {}) };
  state.again = again && [...results.sensors.values()].some(({ breakdown }) => breakdown.found === 'at');
  if (state.again) return done;
  return results.judged.every(({ verdict }) => verdict === 'PASS') ? done : { end: 'verdict' };
}

export function readingContext(
  { station, group, criteria }: RunContext,
  { compliance: own }: CalibrationStep,
): ReadingContext {
  const hv = group.hv && resolveChannel(station, group.hv).instrument;
  const compliance = own ?? hv?.defaultCurrent;
  return {
    strangers: station.modules
      .filter(({ index }) => group.modules.every((measured) => measured.index !== index))
      .map(({ name }) => name),
    ...(hv?.defaultVoltage === undefined ? {} : { operatingVoltage: hv.defaultVoltage }),
    ...(compliance === undefined ? {} : { compliance }),
    breakdownRule: breakdownRule(criteria),
  };
}
