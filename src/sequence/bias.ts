import { join } from 'node:path';
import { writeFileAtomically } from '../base/atomicFile.ts';
import type { Volts } from '../base/units.ts';
import type { Breakdown } from '../base/verdict.ts';
import type { ReadBreakdowns } from '../calibrations/action.ts';
import { type BiasDecision, decideBias, type SensorKnowledge } from '../calibrations/breakdown.ts';
import type { BreakdownFound } from '../journal/event.ts';
import { runFiles } from '../journal/runDirectory.ts';
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
  const found = context.group.modules.map((module) => breakdownFound(module, step, state));
  for (const one of found) {
    await context.journal.append(one);
    state.sensors.set(one.module, knowledge(one, context.group.modules));
  }
  await writeBreakdowns(context, found);
  const decision = decideBias(target, [...state.sensors.values()]);
  await decide(at, target, decision, context, state);
  return done;
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
    const told = await toldOf(module, target, wanted, context, state, stop);
    if (!told) {
      state.sensors.set(module.index, { name: module.name });
      continue;
    }
    const { breakdown, measuredTo: reached, from } = told;
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

function breakdownFound({ index }: Module, step: number | undefined, state: RunState): BreakdownFound {
  const unknown: Breakdown = { found: 'unknown', why: 'the calibration left no curve of it' };
  const findings = state.findings.get(index) ?? {
    reported: unknown,
    recomputed: unknown,
    compliance: unknown,
    breakdown: unknown,
  };
  return { event: 'breakdown.found', step, module: index, ...findings };
}

function knowledge(found: BreakdownFound, modules: readonly Module[]): SensorKnowledge {
  const { reported, recomputed, compliance, breakdown, measuredTo: reached } = found;
  const voltages = [reported, recomputed, compliance].flatMap((one) =>
    one.found === 'at' ? [one.voltage] : [],
  );
  return {
    name: modules.find(({ index }) => index === found.module)?.name ?? found.module,
    breakdown,
    ...(reached === undefined ? {} : { measuredTo: reached }),
    ...(voltages.length > 0 ? { atWorst: Math.max(...voltages) } : {}),
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
