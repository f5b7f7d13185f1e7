import type { Problem } from '../base/errors.ts';
import type { Action, Calibrate, Level, Output, Ramp } from '../calibrations/action.ts';
import { foundPowered } from '../guardian/owners.ts';
import type { BiasSource } from '../scripts/script.ts';
import type { Role } from '../station/station.ts';
import { biasAllowed, readBreakdowns } from './bias.ts';
import { calibrate, readResults, takeBack } from './calibrating/calibrate.ts';
import { runChecks } from './checks.ts';
import { bringDown, done, interrupted, type Outcome } from './outcome.ts';
import { identify } from './resume/identify.ts';
import { recall } from './resume/recall.ts';
import type { RunContext } from './runContext.ts';
import type { RunState } from './runState.ts';
import { isChecks } from './step.ts';
import { setTemperature, warmUp } from './temperature.ts';

/** The one place that carries each kind of action out. A kind that is forgotten here does not compile. */
export async function carryOut(
  action: Action,
  context: RunContext,
  state: RunState,
  stop: AbortSignal,
): Promise<Outcome> {
  if (action.when === 'breakdown found' && !state.again)
    return { end: 'skipped', reason: 'the curve before shows no breakdown' };
  if (action.when === 'bias allowed') {
    const decision = await biasAllowed(biasWanted(action, context), context, state, stop);
    if (!decision.allowed) return skipForBias(action, state, decision);
  }
  switch (action.do) {
    case 'open':
      return open(action.roles, context, state, stop);
    case 'adopt':
      return adopt(context, state);
    case 'level':
      return level(action, context, state);
    case 'output':
      return output(action, context, state);
    case 'ramp':
      return ramp(action, context, state, stop);
    case 'handOver':
      await state.watch.release(action.roles, { handedOver: true });
      await context.cluster.close(action.roles);
      return done;
    case 'calibrate':
      return calibrate(action, context, state, stop);
    case 'takeBack':
      return takeBack(action.roles, context, state, stop);
    case 'readResults':
      return readResults(action, context, state);
    case 'recall':
      return recall(action, context, state);
    case 'identify':
      return identify(action, context, state, stop);
    case 'check':
      return runChecks(action.step!, context, state, stop);
    case 'readBreakdowns':
      return readBreakdowns(action, context, state);
    case 'setTemperature':
      return setTemperature(action, context, state, stop);
    case 'warmUp':
      return warmUp(action, context, state, stop);
  }
}

/** Who may tell the breakdown for the step that wants the bias; what leads to it and away from it is the step's, too. */
function biasWanted(
  { step = 1 }: Action,
  { sequence }: RunContext,
): { step: number; sources: readonly BiasSource[] } {
  const found = sequence.steps.find(({ number }) => number === step);
  return { step, sources: found && !isChecks(found) ? found.biasFrom : ['earlier_iv'] };
}

/** A step that wants a bias which rule 5 does not allow is left out and says why. */
function skipForBias(
  action: Action,
  state: RunState,
  decision: { reason: string; unknown: boolean },
): Outcome {
  const { reason, unknown } = decision;
  if (action.do === 'calibrate') {
    const because = unknown ? 'breakdown unknown' : 'breakdown';
    state.note({ event: 'step.skipped', step: action.step!, reason: `no bias: ${reason}`, because });
    state.stepOver(action.step!);
    state.fail(unknown ? 3 : 1, unknown ? unknownBreakdown(action, reason) : undefined);
  }
  return { end: 'skipped', reason: `no bias: ${reason}` };
}

function unknownBreakdown({ calibration, step }: Calibrate & { step?: number }, reason: string): Problem {
  return {
    code: 'E4403',
    what: `step ${step} (${calibration}) needs the sensor biased, and it is not known where it breaks down: ${reason}.`,
    remedy: 'Measure an IV curve first, in this sequence or in an earlier run of the same module.',
  };
}

async function open(
  roles: readonly Role[],
  { cluster, journal, station }: RunContext,
  state: RunState,
  stop: AbortSignal,
): Promise<Outcome> {
  for (const { name, identity } of await cluster.open(roles, stop)) {
    const { text, simulated } = identity;
    const className = station.instruments.get(name)?.class ?? '';
    await journal.append({
      event: 'instrument.identified',
      name,
      class: className,
      identity: text,
      simulated,
    });
  }
  // The supplies only when what was found on is down: until then the ramp itself looks at them.
  state.watch.watch(roles.filter((role) => role !== 'hv' && role !== 'lv'));
  return done;
}

/** Outputs that somebody left on come down before anything else happens, and that is written down. */
async function adopt(context: RunContext, state: RunState): Promise<Outcome> {
  const { cluster } = context;
  const readings = await cluster.read();
  for (const reading of readings) state.noteReading(reading);
  const unreadable = readings.find(({ problem }) => problem);
  const powered = foundPowered(readings);
  if (unreadable && !powered)
    return { end: 'failed', code: 2, problem: cannotRead(unreadable.at, unreadable.problem!) };
  if (powered) {
    state.touched = true;
    state.note({ event: 'problem', problem: powered });
    const outcome = await bringDown(context, state);
    if (outcome.end !== 'done') return outcome;
  }
  state.watch.watch(['hv', 'lv']);
  return done;
}

function cannotRead(at: string, why: string): Problem {
  const remedy =
    'Nothing was switched. Check cable and front panel; `baton instruments read` shows what each supply answers.';
  return { code: 'E4404', what: `what ${at} gives now could not be read: ${why}.`, remedy };
}

async function level(
  { at, voltage, current, range }: Level,
  { cluster }: RunContext,
  state: RunState,
): Promise<Outcome> {
  state.touched = true;
  const reading = await cluster.writeLevel(at, {
    current,
    ...(voltage === undefined ? {} : { voltage }),
    ...(range === undefined ? {} : { range }),
  });
  state.noteReading(reading);
  return done;
}

async function output({ at, on }: Output, { cluster }: RunContext, state: RunState): Promise<Outcome> {
  if (!on && !state.isOn(at)) return { end: 'skipped', reason: 'it is off' };
  state.touched = true;
  state.noteReading(await cluster.switchOutput(at, on));
  return done;
}

async function ramp(
  action: Ramp,
  { cluster }: RunContext,
  state: RunState,
  stop: AbortSignal,
): Promise<Outcome> {
  if (!state.isOn(action.at)) return { end: 'skipped', reason: 'the output is off' };
  state.touched = true;
  const { at, to, stepSize, delay } = action;
  const { end, reading } = await cluster.ramp(at, to, {
    step: stepSize,
    delay,
    signal: stop,
    onStep: (step) => state.noteReading(step),
  });
  if (end === 'stopped') return interrupted(stop);
  if (end === 'tripped')
    return {
      end: 'tripped',
      reason: `${at} tripped at ${reading.setpoint ?? '?'} V on the way to ${to} V: ${reading.trip ?? reading.problem ?? 'unknown'}`,
    };
  return done;
}
