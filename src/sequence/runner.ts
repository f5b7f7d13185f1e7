import { BatonError, type ExitCode, isBatonError, type Problem } from '../base/errors.ts';
import { worst } from '../base/verdict.ts';
import type { Action, Calibrate } from '../calibrations/action.ts';
import type { SafeChannel } from '../instruments/cluster.ts';
import type { RunEnded } from '../journal/event.ts';
import type { StepSkipped } from '../journal/stepEvents.ts';
import { carryOut } from './carryOut.ts';
import { sentence, Trip } from './interlocks/stationWatch.ts';
import { interrupted, notOff, type Outcome } from './outcome.ts';
import { describeAction } from './plan/describeAction.ts';
import type { Plan } from './plan/plan.ts';
import { wantsBias } from './plan/plan.ts';
import type { RunContext } from './runContext.ts';
import { RunState, severity } from './runState.ts';
import { sayWhatIsCold } from './temperature.ts';

/** What a run came to: its exit code as the design's table has it. */
export interface RunOutcome {
  exitCode: ExitCode;
  end: RunEnded['end'];
  /** Power was verified off, or never touched. */
  safe: boolean;
}

/**
 * Carries a sequence out: plan, actions, journal. Whatever happens, the station is made safe and that is verified; what
 * cannot be verified is said, and the exit code then means that a person is needed (rule 8).
 *
 * Aborting the signal means "stop safely": the ramp ends, the calibration gets its SIGINT, everything goes to zero.
 * The reason of the signal, a string, says who asked; a `BatonError` is why the run cannot go on, with its exit code.
 */
export async function runSequence(context: RunContext, stop: AbortSignal): Promise<RunOutcome> {
  const state = new RunState(context);
  const end = AbortSignal.any([stop, state.watch.signal]);
  const stopNoticed = () => state.note({ event: 'stop.requested', by: whoAsked(stop) });
  stop.addEventListener('abort', stopNoticed, { once: true });
  try {
    await runPlans(context, state, end);
  } catch (error) {
    const [problem, ...others] = problemsOf(error);
    state.fail(3, problem);
    state.problems.push(...others);
  } finally {
    stop.removeEventListener('abort', stopNoticed);
  }
  // Also where the operator was quicker, or the last action over: a trip is a trip.
  if (state.watch.signal.aborted) state.fail(4, tripProblem(state.watch.signal.reason as Trip));
  const safe = await makeSafe(context, state, 'the run ends');
  await state.tidiedUp();
  await sayWhatIsCold(context, state);
  await skipRest(context, state);
  return { ...(await endRun(context, state)), safe };
}

function whoAsked({ reason }: AbortSignal): string {
  return isBatonError(reason)
    ? (reason.problems[0]?.what ?? reason.message)
    : String(reason ?? 'the operator');
}

/** One plan, and after a step that could not be completed a new one for the steps behind it, if the sequence goes on then. */
async function runPlans(context: RunContext, state: RunState, stop: AbortSignal): Promise<void> {
  const { sequence, journal } = context;
  let from = 1;
  let reason = sequence.resumed ? 'the run goes on' : 'the sequence begins';
  while (from <= sequence.steps.length) {
    const plan = sequence.plan(from);
    await journal.append({ event: 'plan.made', reason, ...planRecord(plan) });
    const outcome = await runActions(plan, context, state, stop);
    if (outcome.end === 'done') return;
    if (outcome.end === 'stopped') {
      const { reason } = stop;
      return isBatonError(reason) ? state.fail(reason.exitCode, reason.problems[0]) : state.fail(130);
    }
    if (outcome.end === 'tripped') return state.fail(4);
    if (stopsAt(context, outcome.step) || outcome.end === 'refused') return;
    if (!(await makeSafe(context, state, 'a step could not be completed'))) return;
    from = (outcome.step ?? sequence.steps.length) + 1;
    reason = `step ${outcome.step} could not be completed, the sequence goes on`;
  }
}

/** fail_fast is the step's own; what belongs to no step stops always. */
function stopsAt({ sequence }: RunContext, step: number | undefined): boolean {
  return sequence.steps.find(({ number }) => number === step)?.failFast ?? true;
}

interface PlanOutcome {
  end: 'done' | 'stopped' | 'tripped' | 'failed' | 'refused';
  step?: number;
}

async function runActions(
  plan: Plan,
  context: RunContext,
  state: RunState,
  stop: AbortSignal,
): Promise<PlanOutcome> {
  const { journal } = context;
  let lastStep: number | undefined;
  for (const [number, action] of plan.actions.entries()) {
    state.watch.stepRuns(stepOf(plan, action));
    state.plannedNext = calibrationBehind(plan, number);
    if (await heldBeforeStep(action, plan.actions[number - 1], context, state, stop))
      return { end: 'tripped', ...at(action) };
    if (stop.aborted) return { end: interruptedBy(stop), ...at(action) };
    state.demandDisk();
    // What a curve tells of the breakdown is found out whatever its verdict: unknown is worse than bad.
    if (lastStep !== undefined && action.do !== 'readBreakdowns') return { end: 'failed', step: lastStep };
    const written = journal.append({
      event: 'action.started',
      action: number,
      do: action.do,
      what: describeAction(action),
      ...at(action),
    });
    if (waitsForDisk(action)) await written;
    else state.inBackground(written);
    const outcome = await attempt(action, context, state, stop);
    // On disk together with what comes next, before that is done.
    state.note({ event: 'action.ended', action: number, ...ended(outcome) });
    switch (outcome.end) {
      case 'done':
      case 'skipped':
        break;
      case 'stopped':
        return { end: 'stopped', ...at(action) };
      case 'tripped':
        if (!outcome.written) await journal.append({ event: 'trip', what: outcome.reason, ...at(action) });
        return { end: 'tripped', ...at(action) };
      case 'failed':
        state.fail(outcome.code, outcome.problem);
        if (outcome.wholeRun || action.step === undefined) {
          state.cannotGoOn = true;
          return { end: action.do === 'open' && !state.touched ? 'refused' : 'failed' };
        }
        return { end: 'failed', ...at(action) };
      case 'verdict':
        // All that could be done is done where the sequence stops at the first bad step.
        state.fail(1);
        if (stopsAt(context, action.step)) lastStep = action.step;
        break;
    }
  }
  return lastStep === undefined ? { end: 'done' } : { end: 'failed', step: lastStep };
}

/**
 * What reaches the station does nothing before the disk has it. A calibration is started only when the line of its step,
 * which stands behind this one, is there; and what only reads files changes nothing that could be forgotten.
 */
function waitsForDisk({ do: kind }: Action): boolean {
  return kind !== 'calibrate' && kind !== 'readResults';
}

/** One that is measured again only after a breakdown is not reckoned with. */
function calibrationBehind({ actions }: Plan, number: number): Calibrate | undefined {
  for (let behind = number + 1; behind < actions.length; behind += 1) {
    const action = actions[behind]!;
    if (action.do === 'calibrate' && action.when !== 'breakdown found') return action;
  }
  return undefined;
}

/** An interlock that asks for a person holds the sequence before its next step; without one it ends here. */
async function heldBeforeStep(
  action: Action,
  before: Action | undefined,
  { ask, journal }: RunContext,
  state: RunState,
  stop: AbortSignal,
): Promise<boolean> {
  if (action.step === undefined || action.step === before?.step || stop.aborted) return false;
  const waiting = state.watch.takeWaiting();
  if (waiting.length === 0) return false;
  const told = waiting.map((one) => `${sentence(one)}. ${one.interlock.message}`).join('\n');
  const text = `${told}\nGo on with step ${action.step}? [y/N]`;
  state.note({ event: 'step.prompted', step: action.step, text });
  // Whoever is asked may have gone for a coffee; what trips meanwhile does not wait for that.
  const given = await ask({ step: action.step, text, secret: false }, stop);
  if (stop.aborted) return false;
  const by = given === undefined ? 'time-out' : 'operator';
  state.note({ event: 'step.answered', step: action.step, answer: given ?? 'N', by });
  if (/^y(es)?$/i.test(given?.trim() ?? '')) return false;
  await journal.append({ event: 'trip', what: sentence(waiting[0]!), step: action.step });
  state.fail(4, tripProblem(new Trip(sentence(waiting[0]!), { message: waiting[0]!.interlock.message })));
  return true;
}

function stepOf(plan: Plan, { step }: Action): { number: number; category: string } | undefined {
  const found = plan.steps.find(({ number }) => number === step);
  return found && { number: found.number, category: found.category.name };
}

function interruptedBy(stop: AbortSignal): 'stopped' | 'tripped' {
  return interrupted(stop).end === 'tripped' ? 'tripped' : 'stopped';
}

function tripProblem({ what, message }: Trip): Problem {
  return {
    code: 'E6101',
    what: `everything was ended: ${what}.`,
    remedy: message ?? 'Find out why before the module is powered again; the journal has the readings.',
  };
}

async function attempt(
  action: Action,
  context: RunContext,
  state: RunState,
  stop: AbortSignal,
): Promise<Outcome> {
  try {
    return await carryOut(action, context, state, stop);
  } catch (error) {
    if (stop.aborted) return interrupted(stop);
    const [problem, ...others] = problemsOf(error);
    state.problems.push(...others);
    return { end: 'failed', code: state.touched ? 3 : 2, problem };
  }
}

/** HV ramped to zero, LV off, both verified and written down; a person is called for what cannot be. */
async function makeSafe({ cluster }: RunContext, state: RunState, reason: string): Promise<boolean> {
  // A reading that is cut by switching off would keep its line for as long as an answer may take.
  await state.watch.release(['hv']);
  void state.watch.release(['lv']);
  await state.finishStep();
  if (!state.touched) return true;
  state.note({ event: 'safe.started', reason });
  const trip: unknown = state.watch.signal.reason;
  const channels = await cluster.makeSafe((reading) => state.noteReading(reading), {
    thermal: trip instanceof Trip && trip.thermal,
  });
  const verified = channels.every(({ off }) => off);
  state.note({ event: 'safe.ended', verified, channels: channels.map(plain) });
  state.forgetOutputs();
  for (const channel of channels) if (!channel.off) state.fail(5, notOff(channel));
  return verified;
}

function plain({ at, role, off, problem }: SafeChannel): SafeChannel {
  return problem === undefined ? { at, role, off } : { at, role, off, problem };
}

/** Steps that were not reached say why; what is never said cannot be read as passed, but it should be said. */
async function skipRest({ sequence }: RunContext, state: RunState): Promise<void> {
  for (const step of sequence.steps) {
    if (state.isOver(step.number)) continue;
    state.note({ event: 'step.skipped', step: step.number, ...skipReason(state, wantsBias(step.category)) });
  }
}

function skipReason(state: RunState, biased: boolean): Pick<StepSkipped, 'reason' | 'because'> {
  if (state.exitCode === 130) return { reason: 'the run was stopped', because: 'stopped' };
  if (state.exitCode === 4) return { reason: 'an interlock tripped', because: 'tripped' };
  if (biased && state.bias?.allowed === false)
    return {
      reason: `no bias: ${state.bias.reason}`,
      because: state.bias.unknown ? 'breakdown unknown' : 'breakdown',
    };
  const begun = state.touched || state.verdicts.length > 0;
  const reason = !begun
    ? 'the run could not begin'
    : state.cannotGoOn
      ? 'the run could not go on'
      : 'an earlier step failed, and the sequence stops at the first';
  return { reason, because: 'earlier failure' };
}

async function endRun({ journal, cluster }: RunContext, state: RunState): Promise<Omit<RunOutcome, 'safe'>> {
  state.watch.stop();
  await Promise.all([state.nextCalibration.dismiss(), cluster.closeAll()]);
  const exitCode = state.exitCode;
  const end = endOf(exitCode);
  const verdict = exitCode === 0 ? 'PASS' : exitCode === 1 ? 'FAIL' : 'ERROR';
  for (const problem of state.problems) state.note({ event: 'problem', problem });
  // A module without a verdict is no PASS, whatever the steps' ends were.
  const overall = worst([verdict, ...state.verdicts]);
  const honest = exitCode === 0 && overall !== 'PASS' ? 1 : exitCode;
  state.note({ event: 'run.ended', end, verdict: overall, exitCode: honest });
  const complete = await state.settled();
  await journal.close();
  return { exitCode: complete ? honest : worseOf(honest, 3), end };
}

/** A run whose journal lacks a line is not a run that is done. */
function worseOf(a: ExitCode, b: ExitCode): ExitCode {
  return severity.indexOf(b) > severity.indexOf(a) ? b : a;
}

function endOf(exitCode: ExitCode): RunEnded['end'] {
  switch (exitCode) {
    case 0:
    case 1:
      return 'completed';
    case 2:
    case 3:
      return 'failed';
    case 4:
      return 'tripped';
    case 5:
      return 'unsafe';
    case 130:
      return 'stopped';
  }
}

function planRecord(plan: Plan) {
  const steps = plan.steps.map(({ number, calibration, category, folder, estimate }) => ({
    step: number,
    calibration,
    category: category.name,
    folder,
    estimate,
  }));
  const actions = plan.actions.map((action) => ({ ...action }));
  return { steps, actions, estimate: plan.estimate };
}

function at({ step }: Action): { step?: number } {
  return step === undefined ? {} : { step };
}

function ended(outcome: Outcome): { end: 'done' | 'skipped' | 'failed' | 'stopped'; reason?: string } {
  switch (outcome.end) {
    case 'done':
    case 'verdict':
      return { end: 'done' };
    case 'skipped':
      return { end: 'skipped', reason: outcome.reason };
    case 'stopped':
      return { end: 'stopped' };
    case 'tripped':
      return { end: 'failed', reason: outcome.reason };
    case 'failed':
      return { end: 'failed', reason: outcome.problem?.what ?? 'it failed' };
  }
}

/** At least one. */
function problemsOf(error: unknown): [Problem, ...Problem[]] {
  if (error instanceof BatonError) {
    const [first, ...others] = error.problems;
    if (first) return [first, ...others];
  }
  const what = error instanceof Error ? error.message : String(error);
  const remedy = 'The station was made safe; the run directory has what was measured so far.';
  return [{ code: 'E4402', what: `the run could not go on: ${what}`, remedy }];
}
