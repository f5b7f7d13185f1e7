import { BatonError, type Problem } from '../base/errors.ts';
import type { SafeChannel } from '../instruments/cluster.ts';
import type { OpenInstrument, PowerChannel, ProbeCard, Supply } from '../instruments/instrument.ts';
import { makeHvSafe, makeLvSafe } from '../instruments/makeSafe.ts';
import type { OpenOptions, VoltageLimits } from '../instruments/open.ts';
import { Lines } from '../instruments/transports/line.ts';
import type { ChannelAddress, Instrument, Role } from '../station/station.ts';
import type { CalibrationContext } from './calibration.ts';

/** The handed instruments, open: what a measurement works with, and leaves safe. */
export interface Bench {
  hv(at: ChannelAddress): BenchChannel;
  lv(at: ChannelAddress): BenchChannel;
  probeCard(name: string): ProbeCard;
  /** Ramps one bias to zero and switches it off, verified (rule 3). Throws E9108 if it cannot be. */
  biasOff(at: ChannelAddress): Promise<void>;
  /** Every bias off, then every LV off, each verified; tries everything, and answers what could not be. */
  powerDown(): Promise<Problem[]>;
  close(): Promise<void>;
}

export interface BenchChannel {
  at: ChannelAddress;
  channel: PowerChannel;
  instrument: Instrument;
}

/**
 * Opens the instruments of these roles, each checked for who it is. Writes nothing. A pace other than real time is
 * refused unless all of them are simulated (rule 11, E3015).
 */
export async function openBench(
  context: CalibrationContext,
  roles: readonly Role[],
  limits: VoltageLimits,
): Promise<Bench> {
  const { handed, open, pace, log } = context;
  const options: OpenOptions = { limits, pace, lines: new Lines() };
  const opened = new Map<string, OpenInstrument>();
  const close = async () => {
    for (const instrument of opened.values()) await instrument.close();
  };
  try {
    for (const [name, role] of instrumentsOf(context, roles)) {
      const entry = handed.instruments.get(name)!;
      opened.set(name, await (role === 'ab' ? open.probeCard(entry, options) : open.supply(entry, options)));
      log.debug(`${name} is open.`);
    }
  } catch (error) {
    await close();
    throw error;
  }
  const outputs = channelsOf(context, roles, opened);
  const find = (role: 'hv' | 'lv', at: ChannelAddress) => {
    const channel = outputs[role].find((one) => one.at === at);
    if (!channel) throw new Error(`${at} was not opened as ${role}`);
    return channel;
  };
  return {
    hv: (at) => find('hv', at),
    lv: (at) => find('lv', at),
    probeCard: (name) => opened.get(name) as ProbeCard,
    biasOff: async (at) => {
      const problem = problemOf(await biasOff(context, find('hv', at)));
      if (problem) throw new BatonError(problem, { exitCode: 5 });
    },
    powerDown: () => powerDown(context, outputs),
    close,
  };
}

/**
 * Measures, and whatever happens leaves the bench powered down and closed. What cannot be verified as off is the worst
 * that can happen, and comes before the reason why the measurement ended.
 */
export async function withBench(
  context: CalibrationContext,
  bench: Bench,
  measure: () => Promise<void>,
): Promise<void> {
  let failure: { error: unknown } | undefined;
  try {
    await measure();
  } catch (error) {
    failure = { error };
  }
  const left = await bench.powerDown();
  await bench.close();
  if (left.length > 0) {
    if (failure && !context.stop.aborted) context.log.error(String((failure.error as Error).message));
    throw new BatonError(left, { exitCode: 5 });
  }
  if (failure) throw failure.error;
}

async function powerDown(
  context: CalibrationContext,
  outputs: Record<'hv' | 'lv', BenchChannel[]>,
): Promise<Problem[]> {
  const problems: Problem[] = [];
  for (const hv of outputs.hv) problems.push(...verified(context, await biasOff(context, hv)));
  if (problems.length > 0) {
    // Rule 1: LV stays on under a sensor that may still be biased.
    context.log.error('LV is left on, for a bias could not be verified as off.');
    return problems;
  }
  for (const { channel } of outputs.lv) problems.push(...verified(context, await makeLvSafe(channel)));
  return problems;
}

function biasOff({ pace }: CalibrationContext, { channel, instrument }: BenchChannel): Promise<SafeChannel> {
  return makeHvSafe(channel, { step: instrument.defaultStepSize, delay: instrument.defaultDelay, pace });
}

function verified({ log }: CalibrationContext, safe: SafeChannel): Problem[] {
  const problem = problemOf(safe);
  if (problem) return [problem];
  log.info(`${safe.role.toUpperCase()} ${safe.at} is off.`);
  return [];
}

/** The worst that a measurement can end with. */
function problemOf({ at, role, off, problem }: SafeChannel): Problem | undefined {
  if (off) return undefined;
  return {
    code: 'E9108',
    what: `${role.toUpperCase()} ${at} could not be verified as off: ${problem ?? 'it does not say why'}`,
    remedy: 'Go to the supply and look; bring HV down before LV.',
  };
}

function channelsOf(
  context: CalibrationContext,
  roles: readonly Role[],
  opened: ReadonlyMap<string, OpenInstrument>,
): Record<'hv' | 'lv', BenchChannel[]> {
  const outputs: Record<'hv' | 'lv', BenchChannel[]> = { hv: [], lv: [] };
  for (const module of context.handed.modules)
    for (const role of ['hv', 'lv'] as const) {
      const channel = module.channels[role];
      if (!channel || !roles.includes(role)) continue;
      const number = typeof channel.channel === 'number' ? channel.channel : 1;
      const at: ChannelAddress = `${channel.instrument}:${number}`;
      if (outputs[role].some((one) => one.at === at)) continue;
      outputs[role].push({
        at,
        channel: (opened.get(channel.instrument) as Supply).channel(number),
        instrument: context.handed.instruments.get(channel.instrument)!,
      });
    }
  return outputs;
}

/** Each instrument once, with the role that it is opened for. */
function instrumentsOf(context: CalibrationContext, wanted: readonly Role[]): Map<string, Role> {
  const names = new Map<string, Role>();
  for (const module of context.handed.modules)
    for (const role of wanted) {
      const channel = module.channels[role];
      if (channel) names.set(channel.instrument, role);
    }
  return names;
}
