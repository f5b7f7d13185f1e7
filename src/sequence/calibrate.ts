import { join } from 'node:path';
import { worst } from '../base/verdict.ts';
import type { Calibrate, ReadResults } from '../calibrations/action.ts';
import type { ReadingContext } from '../calibrations/category.ts';
import { breakdownRule } from '../calibrations/criteria.ts';
import { type EndingBudget, endCalibration } from '../guardian/ending.ts';
import { stepFiles } from '../journal/stepFolder.ts';
import { resolveChannel } from '../station/channelAddress.ts';
import type { Role } from '../station/station.ts';
import { doubtBreakdowns, suspectBreakdowns } from './bias.ts';
import { CalibrationProcess } from './calibrationProcess.ts';
import { keepModulesJson } from './modulesJson.ts';
import { bringDown, done, interrupted, type Outcome } from './outcome.ts';
import { asksForSecret } from './output.ts';
import { resolveProgram } from './program.ts';
import type { RunContext } from './runContext.ts';
import type { RunState } from './runState.ts';
import { type CalibrationStep, isChecks } from './step.ts';
import { makeStepFolder, readStepResults, writeResult } from './stepResults.ts';
import { StepRun } from './stepRun.ts';

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
  const { sequence, journal, directory, pace, live } = context;
  const planned = sequence.steps.find(
    (one): one is CalibrationStep => one.number === action.step && !isChecks(one),
  )!;
  // Measured again, it has a folder of its own.
  const step = { ...planned, folder: action.folder, argv: action.argv };
  const folder = await makeStepFolder(directory, step);
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

  const [argv] = await Promise.all([
    resolveProgram(context.station.dirigent, step.argv),
    keepModulesJson(directory, context.station, step, 'before'),
    written,
  ]);
  const budget = endingBudget(action, context);
  // Told before it starts: whenever the runner dies from here on, the guardian knows whom to end.
  context.guard?.calibrationStarts({ step: step.number, folder: step.folder, budget });
  const calibration = await CalibrationProcess.start({
    argv,
    cwd: folder,
    logFile: join(folder, stepFiles.log),
    keeperFile: join(folder, stepFiles.keeper),
    ...(context.environment ? { env: context.environment } : {}),
    onOutput: (chunk) => live?.output(step.number, chunk),
    onProgress: (progress) => live?.progress(step.number, progress),
    onPrompt: (text, ended) => answer(text, step.number, context, state, ended),
  });
  const why = await firstOf(calibration, stop, pace.realMs(action.timeLimit));
  if (why.end !== 'itself') {
    run.endedBy = await endCalibration(calibration, budget, pace);
  }
  run.end = await calibration.ended;
  context.guard?.calibrationEnded();
  await keepModulesJson(directory, context.station, step, 'after');
  switch (why.end) {
    case 'stopped': {
      const outcome = interrupted(stop);
      run.stopped = outcome.end === 'stopped';
      return outcome;
    }
    case 'late':
      run.problems.push({
        code: 'E4307',
        what: `${step.calibration}: had not ended after ${action.timeLimit} s, and was ended (${run.endedBy}).`,
        remedy: `${step.folder}/${stepFiles.log} shows how far it came; "timeout" of the item in the sequence gives it longer.`,
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

type Why = { end: 'itself' } | { end: 'stopped' } | { end: 'late' };

async function firstOf(calibration: CalibrationProcess, stop: AbortSignal, limitMs: number): Promise<Why> {
  let timer: NodeJS.Timeout | undefined;
  let onAbort: (() => void) | undefined;
  const late = new Promise<Why>((resolve) => {
    timer = setTimeout(() => resolve({ end: 'late' }), Math.min(limitMs, 2 ** 31 - 1));
  });
  const stopped = new Promise<Why>((resolve) => {
    onAbort = () => resolve({ end: 'stopped' });
    if (stop.aborted) onAbort();
    else stop.addEventListener('abort', onAbort);
  });
  const itself = calibration.ended.then((): Why => ({ end: 'itself' }));
  try {
    return await Promise.race([itself, stopped, late]);
  } finally {
    clearTimeout(timer);
    if (onAbort) stop.removeEventListener('abort', onAbort);
  }
}

/** A calibration that asks is answered by the operator, and N when nobody does: it must never wait for ever. */
async function answer(
  text: string,
  step: number,
  { ask }: RunContext,
  state: RunState,
  ended: AbortSignal,
): Promise<string> {
  const secret = asksForSecret(text);
  state.note({ event: 'step.prompted', step, text });
  const given = await ask({ step, text, secret }, ended);
  if (ended.aborted) return 'N';
  const by = given === undefined ? 'time-out' : 'operator';
  state.note({
    event: 'step.answered',
    step,
    answer: secret && given !== undefined ? '(not written down)' : (given ?? 'N'),
    by,
  });
  return given ?? 'N';
}

/** What was handed over is opened again and read; what the calibration left on comes down, and is held against it. */
export async function takeBack(
  roles: readonly Role[],
  context: RunContext,
  state: RunState,
  stop: AbortSignal,
): Promise<Outcome> {
  const { cluster } = context;
  await cluster.open(roles, stop);
  const readings = await cluster.read();
  for (const reading of readings) state.noteReading(reading);
  const owned = readings.filter(({ role }) => roles.includes(role));
  const leftOn = owned.filter(({ output, problem }) => output || problem);
  if (leftOn.length === 0) {
    state.watch.watch(roles);
    return done;
  }
  for (const { at, voltage, problem } of leftOn) {
    const how = problem
      ? `could not be read (${problem})`
      : `was left on${voltage === undefined ? '' : ` at ${voltage} V`}`;
    state.current?.problems.push({
      code: 'E4308',
      what: `${state.current.step.calibration}: ${at} ${how}; a calibration leaves its supplies off.`,
      remedy: 'It was ramped down and switched off. What it measured is kept, and does not count.',
    });
  }
  const outcome = await bringDown(context, state);
  if (outcome.end === 'done') state.watch.watch(roles);
  return outcome;
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
  if (failed) return { end: 'failed', code: 3 };
  state.again = again && [...results.sensors.values()].some(({ breakdown }) => breakdown.found === 'at');
  if (state.again) return done;
  return results.judged.every(({ verdict }) => verdict === 'PASS') ? done : { end: 'verdict' };
}

function readingContext(
  { station, group, criteria }: RunContext,
  { compliance: own }: CalibrationStep,
): ReadingContext {
  const hv = group.hv && resolveChannel(station, group.hv).instrument;
  const compliance = own ?? hv?.defaultCurrent;
  return {
    ...(hv?.defaultVoltage === undefined ? {} : { operatingVoltage: hv.defaultVoltage }),
    ...(compliance === undefined ? {} : { compliance }),
    breakdownRule: breakdownRule(criteria),
  };
}
