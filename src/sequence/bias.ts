import { join } from 'node:path';
import { writeFileAtomically } from '../base/atomicFile.ts';
import type { Volts } from '../base/units.ts';
import type { Breakdown } from '../base/verdict.ts';
import type { ReadBreakdowns } from '../calibrations/action.ts';
import {
  type BiasDecision,
  decideBias,
  inDoubt,
  type SensorFindings,
  type SensorKnowledge,
  withSuspicion,
} from '../calibrations/breakdown.ts';
import { runFiles } from '../journal/runDirectory.ts';
import type { BreakdownFound } from '../journal/stepEvents.ts';
import type { BiasSource } from '../scripts/script.ts';
import { resolveChannel } from '../station/channelAddress.ts';
import type { Module } from '../station/station.ts';
import { askOfBreakdown } from './askOfBreakdown.ts';
import { done, type Outcome } from './outcome.ts';
import type { EarlierBreakdown, RunContext } from './runContext.ts';
import type { RunState } from './runState.ts';

/** Finds the breakdown of each module by its three witnesses and decides the bias for the whole group (rule 5). */
export async function readBreakdowns(
  { at, target, step }: ReadBreakdowns & { step?: number },
  context: RunContext,
  state: RunState,
): Promise<Outcome> {
  await noteBreakdowns(step, context, state, (findings) => findings);
  const decision = decideBias(target, [...state.sensors.values()]);
  await decide(at, target, decision, context, state);
  return done;
}

/** An IV that begins makes what was known before doubtful: until it has ended well, nobody knows. */
export function doubtBreakdowns({ group }: RunContext, state: RunState): void {
  for (const { index, name } of group.modules) {
    const before = state.findings.get(index)?.breakdown ?? state.sensors.get(index)?.breakdown;
    state.sensors.set(index, { name, breakdown: inDoubt(before) });
  }
  state.bias = undefined;
  state.findings = new Map();
}

/** What an IV that was not completed has measured all the same can forbid a bias, and allows none. */
export async function suspectBreakdowns(step: number, context: RunContext, state: RunState): Promise<void> {
  await noteBreakdowns(step, context, state, (findings, doubt) => ({
    ...findings,
    breakdown: inDoubt(findings.breakdown, doubt),
  }));
}

/** Whether the bias is allowed; where no IV of this run has told, one of these is asked, first to last. */
export async function biasAllowed(
  wanted: { step: number; sources: readonly BiasSource[] },
  context: RunContext,
  state: RunState,
  stop: AbortSignal,
): Promise<BiasDecision> {
  if (state.bias) return state.bias;
  const { group, station } = context;
  const at = group.hv!;
  const target = resolveChannel(station, at).instrument.defaultVoltage ?? 0;
  for (const module of group.modules) {
    const suspected = state.sensors.get(module.index)?.breakdown;
    const told = await toldOf(module, target, wanted, context, state, stop);
    if (!told) {
      if (!suspected) state.sensors.set(module.index, { name: module.name });
      continue;
    }
    const { measuredTo: reached, from } = told;
    const breakdown = withSuspicion(told.breakdown, suspected);
    state.sensors.set(module.index, {
      name: module.name,
      breakdown,
      ...(reached === undefined ? {} : { measuredTo: reached }),
    });
    const unknown: Breakdown = { found: 'unknown', why: 'not measured in this run' };
    await context.journal.append({
      event: 'breakdown.found',
      module: module.index,
      reported: breakdown,
      recomputed: unknown,
      compliance: unknown,
      breakdown,
      measuredTo: reached,
      from,
    });
  }
  return decide(at, target, decideBias(target, [...state.sensors.values()]), context, state);
}

async function toldOf(
  module: Module,
  target: Volts,
  { step, sources }: { step: number; sources: readonly BiasSource[] },
  context: RunContext,
  state: RunState,
  stop: AbortSignal,
): Promise<EarlierBreakdown | undefined> {
  for (const source of sources) {
    const told =
      source === 'earlier_iv'
        ? await context.earlierBreakdown?.(module.index)
        : await askOfBreakdown(module, { target, step }, context, state, stop);
    if (told) return told;
  }
  return undefined;
}

async function decide(
  at: string,
  target: Volts,
  decision: BiasDecision,
  { journal }: RunContext,
  state: RunState,
): Promise<BiasDecision> {
  state.bias = decision;
  const { allowed, reason, unknown } = decision;
  await journal.append({ event: 'bias.decided', at, target, allowed, reason, unknown });
  // A bias out of the measured range is held against the module only by the steps that want it.
  if (unknown) state.fail(3);
  else if (decision.breaksDown) state.fail(1);
  return decision;
}

async function noteBreakdowns(
  step: number | undefined,
  context: RunContext,
  state: RunState,
  as: (findings: SensorFindings, before: Breakdown | undefined) => SensorFindings,
): Promise<void> {
  const { modules } = context.group;
  const found = modules.map(({ index }): BreakdownFound => {
    const findings = as(state.findings.get(index) ?? noFindings, state.sensors.get(index)?.breakdown);
    return { event: 'breakdown.found', step, module: index, ...findings };
  });
  for (const one of found) {
    await context.journal.append(one);
    state.sensors.set(one.module, knowledge(one, modules));
  }
  await writeBreakdowns(context, found);
}

const noCurve: Breakdown = { found: 'unknown', why: 'the calibration left no curve of it' };
const noFindings = { reported: noCurve, recomputed: noCurve, compliance: noCurve, breakdown: noCurve };

function knowledge(found: BreakdownFound, modules: readonly Module[]): SensorKnowledge {
  const { breakdown, measuredTo: reached } = found;
  return {
    name: modules.find(({ index }) => index === found.module)?.name ?? found.module,
    breakdown,
    ...(reached === undefined ? {} : { measuredTo: reached }),
  };
}

/** breakdowns.json of the run: what was found, by module name, for people and for later runs. */
async function writeBreakdowns(
  { directory, group }: RunContext,
  found: readonly BreakdownFound[],
): Promise<void> {
  const byName = Object.fromEntries(
    found.map(({ module, event, ...rest }) => [
      group.modules.find(({ index }) => index === module)?.name ?? module,
      rest,
    ]),
  );
  await writeFileAtomically(join(directory, runFiles.breakdowns), `${JSON.stringify(byName, null, 2)}\n`);
}
