import { BatonError, type Problem } from '../base/errors.ts';
import type { OpenInstrument, PowerChannel, ProbeCard, Supply } from '../instruments/instrument.ts';
import type { ChannelAddress, Instrument, Role } from '../station/station.ts';
import type { BiasLimits, CalibrationContext } from './calibration.ts';
import { biasOff, type RampSpeed, supplyOff } from './supplies.ts';

/** The handed instruments, open: what a measurement works with, and leaves safe. */
export interface Bench {
  hv(at: ChannelAddress): BenchChannel;
  lv(at: ChannelAddress): BenchChannel;
  probeCard(name: string): ProbeCard;
  /** Every bias ramped to zero and off, then every LV off, each verified; answers what could not be. Tries everything. */
  powerDown(): Promise<Problem[]>;
  close(): Promise<void>;
}

export interface BenchChannel {
  at: ChannelAddress;
  channel: PowerChannel;
  instrument: Instrument;
}

/**
 * Opens the instruments of these roles and asks each who it is. Writes nothing. A time scale is refused unless all of
 * them are simulated (rule 11, E9105).
 */
export async function openBench(
  context: CalibrationContext,
  roles: readonly Role[],
  limits: BiasLimits,
): Promise<Bench> {
  const opened = new Map<string, OpenInstrument>();
  const close = async () => {
    for (const instrument of opened.values()) await instrument.close();
  };
  try {
    for (const [name, role] of instrumentsOf(context, roles)) {
      const entry = context.handed.instruments.get(name)!;
      const instrument = await (role === 'ab'
        ? context.open.probeCard(entry)
        : context.open.supply(entry, limits));
      opened.set(name, instrument);
      const identity = await instrument.identify();
      context.log.debug(`${name}: ${identity.text}`);
      if (context.pace.scale !== 1 && !identity.simulated) throw scaleRefused(name, context.pace.scale);
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
    powerDown: () => powerDown(context, outputs),
    close,
  };
}

export function rampSpeed({ defaultStepSize, defaultDelay }: Instrument): RampSpeed {
  return { step: defaultStepSize, delay: defaultDelay };
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
  for (const { at, channel, instrument } of outputs.hv)
    await verify(context, problems, at, 'HV', () => biasOff(channel, rampSpeed(instrument), context.pace));
  if (problems.length > 0) {
    // Rule 1: LV stays on under a sensor that may still be biased.
    context.log.error('LV is left on, for a bias could not be verified as off.');
    return problems;
  }
  for (const { at, channel } of outputs.lv)
    await verify(context, problems, at, 'LV', () => supplyOff(channel));
  return problems;
}

/** A reply may be lost on the way; so often is the whole way down tried, each time from what is read. */
const attempts = 3;

async function verify(
  context: CalibrationContext,
  problems: Problem[],
  at: ChannelAddress,
  what: 'HV' | 'LV',
  off: () => Promise<string | undefined>,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const why = await off().catch((error: unknown) => (error as Error).message);
    if (why === undefined) {
      context.log.info(`${what} ${at} is off.`);
      return;
    }
    if (attempt === attempts) {
      problems.push(...notOff(what, at, why).problems);
      return;
    }
    context.log.warning(`${what} ${at} is not off yet (${why}); trying again.`);
  }
}

/** The worst that a measurement can end with (E9108). */
export function notOff(what: 'HV' | 'LV', at: ChannelAddress, why: string): BatonError {
  const remedy =
    what === 'HV'
      ? 'Lower it slowly by hand, and leave LV on until it is at zero.'
      : 'Switch it off by hand once HV is off.';
  return new BatonError(
    {
      code: 'E9108',
      what: `${what} ${at} could not be verified as off: ${why}`,
      remedy: `Go to the supply and look. ${remedy}`,
    },
    { exitCode: 5 },
  );
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

function scaleRefused(name: string, scale: number): BatonError {
  return new BatonError({
    code: 'E9105',
    what: `A time scale of ${scale} was asked for, and ${name} is no simulated instrument.`,
    remedy: 'Unset BATON_TIME_SCALE: real sensors need real seconds.',
  });
}
