import PQueue from 'p-queue';
import { BatonError, type Problem } from '../base/errors.ts';
import { type Pace, realTime } from '../base/time.ts';
import type { Amperes, Volts } from '../base/units.ts';
import { splitAddress } from '../station/channelAddress.ts';
import { groupMaxVoltage } from '../station/poweringGroup.ts';
import type {
  Channel,
  ChannelAddress,
  Instrument,
  PoweringGroup,
  Role,
  Station,
} from '../station/station.ts';
import type {
  Adoption,
  ClimateReading,
  InstrumentCluster,
  MakeSafeOptions,
  PowerReading,
  RampOptions,
  RampResult,
  SafeChannel,
  TemperatureReading,
} from './cluster.ts';
import { driverOf } from './drivers/registry.ts';
import { levelRefused, notOpen, staysOn, timeScaleRefused, voltageRefused } from './faults.ts';
import type { Climate, ClimatePlace, OpenInstrument, PowerChannel, ProbeCard, Supply } from './instrument.ts';
import { hvByHand, makeHvSafe, makeLvSafe } from './makeSafe.ts';
import { type AnyInstrument, type Opened, openAny, supplyOf } from './open.ts';
import { allowHvOff, allowHvOn, allowLvOff, demandOff, demandZero, zeroWhileOff } from './order.ts';
import { rampVoltage } from './ramp.ts';
import { problemOf, readChannel, readHottest, readPlace } from './reading.ts';
import { Lines, type Timing } from './transports/line.ts';
import type { WireEvent } from './transports/link.ts';
import type { Tamper } from './transports/tamper.ts';

export interface ClusterOptions {
  /** Default: a second is a second. Another one is refused unless every instrument is simulated (rule 11). */
  pace?: Pace;
  /** Called with everything that goes over every wire. */
  onWire?: (event: WireEvent) => void;
  /** Wall-clock times of the transports. */
  timing?: Timing;
  /** For the self-test of the interlocks alone. */
  tamper?: Tamper;
}

/** The instruments of one powering group. Opens nothing yet. */
export function openCluster(
  station: Station,
  group: PoweringGroup,
  options?: ClusterOptions,
): InstrumentCluster {
  return new Cluster(station, group, options);
}

export class Cluster implements InstrumentCluster {
  readonly #station: Station;
  readonly #group: PoweringGroup;
  readonly #pace: Pace;
  readonly #lines: Lines;
  readonly #onWire: ClusterOptions['onWire'];
  readonly #tamper: ClusterOptions['tamper'];
  readonly #open = new Map<string, Opened<OpenInstrument>>();
  /** Outputs that were switched on here and not off again. */
  readonly #expectedOn = new Set<ChannelAddress>();
  /** Who may talk to a supply next, by its name. */
  readonly #turns = new Map<string, PQueue>();
  /** Ramps under way, so that making safe can end them first. */
  readonly #ramps = new Map<Promise<unknown>, AbortController>();

  constructor(station: Station, group: PoweringGroup, options: ClusterOptions = {}) {
    const { pace = realTime, onWire, timing, tamper } = options;
    this.#station = station;
    this.#group = group;
    this.#pace = pace;
    this.#lines = new Lines(timing);
    this.#onWire = onWire;
    this.#tamper = tamper;
  }

  async open(roles: readonly Role[], signal?: AbortSignal) {
    signal?.throwIfAborted();
    const names = this.#names(roles).filter((name) => !this.#open.has(name));
    const results = await Promise.allSettled(names.map((name) => this.#openOne(name)));
    const opened = names.filter((name) => this.#open.has(name));
    const failed = results.some(({ status }) => status === 'rejected');
    const real = this.#pace.scale === 1 ? [] : this.#real();
    if (failed || real.length > 0 || signal?.aborted) {
      // Who comes to see why must not find out by touch that the other supply is on.
      const left = failed ? (await this.read()).filter(({ output }) => output) : [];
      await this.#closeAll(opened);
      signal?.throwIfAborted();
      if (!failed) throw timeScaleRefused(this.#pace.scale, real);
      throw new BatonError([
        ...results.flatMap((result, i) =>
          result.status === 'rejected' ? this.#located(names[i]!, result.reason) : [],
        ),
        ...left.map(staysOn),
      ]);
    }
    return opened.map((name) => ({ name, identity: this.#open.get(name)!.identity }));
  }

  async close(roles: readonly Role[]): Promise<void> {
    await this.#closeAll(this.#names(roles));
  }

  async closeAll(): Promise<void> {
    await this.#closeAll([...this.#open.keys()]);
  }

  async read(roles: readonly Role[] = ['hv', 'lv']): Promise<readonly PowerReading[]> {
    const open = this.#outputs().filter(
      ({ at, role }) => roles.includes(role) && this.#open.has(instrumentOf(at)),
    );
    return Promise.all(open.map(({ at, role }) => this.#inTurn(at, () => this.#read(at, role))));
  }

  readClimate(): Promise<readonly ClimateReading[]> {
    const places = this.#wired('cb').flatMap(({ instrument, channel }) =>
      this.#kindOf(instrument) === 'climate' && this.#open.has(instrument) && typeof channel === 'number'
        ? [`${instrument}:${channel}` as const]
        : [],
    );
    return Promise.all([...new Set(places)].map((at) => readPlace(this.climatePlace(at))));
  }

  async readTemperatures(): Promise<readonly TemperatureReading[]> {
    const names = new Set(this.#wired('ab').map(({ instrument }) => instrument));
    const cards = [...names].flatMap((name) => {
      const card = this.#open.get(name)?.instrument as ProbeCard | undefined;
      return card?.readTemperatures ? [{ name, read: card.readTemperatures.bind(card) }] : [];
    });
    return Promise.all(cards.map(({ name, read }) => readHottest(name, read)));
  }

  climatePlace(at: ChannelAddress): ClimatePlace {
    const { name, channel } = splitAddress(at);
    const open = this.#open.get(name);
    if (!open || this.#kindOf(name) !== 'climate') throw notOpen(at);
    return (open.instrument as Climate).place(channel);
  }

  async writeLevel(
    at: ChannelAddress,
    level: { voltage?: Volts; current: Amperes; range?: Volts },
  ): Promise<PowerReading> {
    return this.#inTurn(at, () => this.#writeLevel(at, level));
  }

  async switchOutput(at: ChannelAddress, on: boolean): Promise<PowerReading> {
    return this.#inTurn(at, () => this.#switchOutput(at, on));
  }

  async #writeLevel(
    at: ChannelAddress,
    level: { voltage?: Volts; current: Amperes; range?: Volts },
  ): Promise<PowerReading> {
    const role = this.#roleOf(at);
    const channel = this.#channel(at);
    if (role === 'lv') {
      await demandOff(channel);
      if (level.voltage !== undefined) await channel.writeSetpoint(level.voltage);
      await channel.writeCurrentLimit(level.current);
      return readChannel(channel, role);
    }
    if (level.voltage !== undefined)
      throw voltageRefused(at, level.voltage, 'bias is only ever ramped, from 0 V');
    await zeroWhileOff(channel);
    await demandZero(channel, 'its compliance is written');
    if (level.range !== undefined) await channel.writeRange?.(level.range);
    await channel.writeCurrentLimit(level.current);
    return readChannel(channel, role);
  }

  async #switchOutput(at: ChannelAddress, on: boolean): Promise<PowerReading> {
    const role = this.#roleOf(at);
    const channel = this.#channel(at);
    if ((await channel.readOutput()) !== on) {
      await this.#allow(role, channel, on);
      if (!on) this.#expectedOn.delete(at);
      await channel.switchOutput(on);
    }
    if (on) this.#expectedOn.add(at);
    return readChannel(channel, role);
  }

  async #allow(role: 'hv' | 'lv', channel: PowerChannel, on: boolean): Promise<void> {
    const { hv, lv } = this.#group;
    if (role === 'hv')
      return on
        ? allowHvOn(
            channel,
            lv.map((at) => this.#channel(at)),
          )
        : allowHvOff(channel);
    if (!on) await allowLvOff(channel, hv && this.#channel(hv));
  }

  async ramp(at: ChannelAddress, to: Volts, options: RampOptions): Promise<RampResult> {
    if (this.#roleOf(at) !== 'hv') throw voltageRefused(at, to, 'it is no bias channel; only bias is ramped');
    const channel = this.#channel(at);
    const { name, defaultStepSize } = this.#instrument(instrumentOf(at));
    if (options.step > defaultStepSize)
      throw levelRefused(at, options.step, 'V', `the default_step_size of ${name} is ${defaultStepSize} V`);
    const stop = new AbortController();
    const signal = options.signal ? AbortSignal.any([options.signal, stop.signal]) : stop.signal;
    const ramp = rampVoltage(channel, to, { ...options, signal, pace: this.#pace });
    this.#ramps.set(ramp, stop);
    try {
      return await ramp;
    } finally {
      this.#ramps.delete(ramp);
    }
  }

  async adopt(onStep?: (reading: PowerReading) => void): Promise<Adoption> {
    await this.open(['hv', 'lv']);
    const found = await this.read();
    const off = found.every(({ output }) => output === false);
    return { found, made: off ? [] : await this.makeSafe(onStep) };
  }

  async makeSafe(
    onStep?: (reading: PowerReading) => void,
    { thermal = false }: MakeSafeOptions = {},
  ): Promise<readonly SafeChannel[]> {
    this.#expectedOn.clear();
    await this.#endRamps();
    const { hv, lv } = this.#group;
    const made: SafeChannel[] = [];
    if (hv) made.push(await this.#hvSafe(hv, onStep));
    const hvOff = made.every(({ off }) => off);
    for (const at of lv) made.push(hvOff || thermal ? await this.#lvSafe(at, onStep) : lvLeftOn(at, hv!));
    return made;
  }

  async #hvSafe(at: ChannelAddress, onStep?: (reading: PowerReading) => void): Promise<SafeChannel> {
    try {
      const channel = await this.#reach(at);
      const { defaultStepSize: step, defaultDelay: delay } = this.#instrument(instrumentOf(at));
      // Rule 11 also for an instrument that is first seen here: a real one comes down in real seconds.
      const pace = this.#real().length === 0 ? this.#pace : realTime;
      return await makeHvSafe(channel, { step, delay, pace, onStep: onStep && watching(onStep) });
    } catch (error) {
      return { at, role: 'hv', off: false, problem: `${problemOf(error)}. ${hvByHand(instrumentOf(at))}` };
    }
  }

  async #lvSafe(at: ChannelAddress, onStep?: (reading: PowerReading) => void): Promise<SafeChannel> {
    try {
      return await makeLvSafe(await this.#reach(at), onStep && watching(onStep));
    } catch (error) {
      const problem = `${problemOf(error)}. Switch ${at} off by hand, once HV is off.`;
      return { at, role: 'lv', off: false, problem };
    }
  }

  /** The channel, opened if it is not. */
  async #reach(at: ChannelAddress): Promise<PowerChannel> {
    const name = instrumentOf(at);
    if (!this.#open.has(name)) await this.#openOne(name);
    return this.#channel(at);
  }

  async #endRamps(): Promise<void> {
    for (const stop of this.#ramps.values()) stop.abort();
    await Promise.allSettled(this.#ramps.keys());
  }

  async #openOne(name: string): Promise<void> {
    const instrument = this.#instrument(name);
    const options = {
      pace: realTime,
      lines: this.#lines,
      limits: { limit: groupMaxVoltage(this.#station, this.#group) },
      ...(this.#onWire ? { onWire: this.#onWire } : {}),
      ...(this.#tamper ? { tamper: this.#tamper } : {}),
    };
    const role = this.#outputs().find(({ at }) => instrumentOf(at) === name)?.role;
    const driver = role ? supplyOf(instrument, role) : driverOf(instrument.class)!;
    this.#open.set(name, await openAny<AnyInstrument>(instrument, driver, options));
  }

  /** A whole reading, or a whole change: a supply that is switched off within a reading would not answer the rest of it. */
  #inTurn<T>(at: ChannelAddress, work: () => Promise<T>): Promise<T> {
    const name = instrumentOf(at);
    const turns = this.#turns.get(name) ?? new PQueue({ concurrency: 1 });
    this.#turns.set(name, turns);
    return turns.add(work);
  }

  async #read(at: ChannelAddress, role: 'hv' | 'lv'): Promise<PowerReading> {
    const reading = await readChannel(this.#channel(at), role);
    if (!this.#expectedOn.has(at) || reading.output !== false) return reading;
    return {
      ...reading,
      trip: reading.trip ?? 'unknown',
      problem: reading.problem ?? 'it went off by itself',
    };
  }

  async #closeAll(names: readonly string[]): Promise<void> {
    for (const at of this.#expectedOn) if (names.includes(instrumentOf(at))) this.#expectedOn.delete(at);
    const open = names.flatMap((name) => this.#open.get(name)?.instrument ?? []);
    for (const name of names) this.#open.delete(name);
    await Promise.all(open.map((instrument) => instrument.close()));
  }

  /** The instruments of these roles that Baton drives; a probe card of another class is the calibrations' matter alone. */
  #names(roles: readonly Role[]): readonly string[] {
    const outputs = this.#outputs().flatMap(({ at, role }) =>
      roles.includes(role) ? [instrumentOf(at)] : [],
    );
    const others = this.#group.modules.flatMap(({ channels }) =>
      roles.flatMap((role) => (role === 'hv' || role === 'lv' ? [] : (channels[role]?.instrument ?? []))),
    );
    const driven = others.filter((name) => driverOf(this.#instrument(name).class) !== undefined);
    return [...new Set([...outputs, ...driven])];
  }

  #outputs(): readonly { at: ChannelAddress; role: 'hv' | 'lv' }[] {
    const { hv, lv } = this.#group;
    return [
      ...(hv ? [{ at: hv, role: 'hv' as const }] : []),
      ...lv.map((at) => ({ at, role: 'lv' as const })),
    ];
  }

  #wired(role: 'ab' | 'cb'): readonly Channel[] {
    return this.#group.modules.flatMap(({ channels }) => channels[role] ?? []);
  }

  #kindOf(name: string) {
    return driverOf(this.#instrument(name).class)?.kind;
  }

  #roleOf(at: ChannelAddress): 'hv' | 'lv' {
    const output = this.#outputs().find((one) => one.at === at);
    if (!output) throw notOpen(`${at}, which is no output of this powering group,`);
    return output.role;
  }

  #channel(at: ChannelAddress): PowerChannel {
    const open = this.#open.get(instrumentOf(at));
    if (!open) throw notOpen(at);
    return (open.instrument as Supply).channel(splitAddress(at).channel);
  }

  #instrument(name: string): Instrument {
    const instrument = this.#station.instruments.get(name);
    if (!instrument) throw notOpen(`${name}, which is not in instruments.json,`);
    return instrument;
  }

  #real(): readonly string[] {
    return [...this.#open].filter(([, { identity }]) => !identity.simulated).map(([name]) => name);
  }

  #located(name: string, error: unknown): readonly Problem[] {
    if (!(error instanceof BatonError)) throw error;
    const where = this.#station.instruments.get(name)?.where;
    return error.problems.map((problem) => ({ ...problem, where: problem.where ?? where }));
  }
}

function instrumentOf(at: ChannelAddress): string {
  return splitAddress(at).name;
}

/** Somebody who only watches cannot stop a way down: one who throws is not told any more. */
function watching(onStep: (reading: PowerReading) => void): (reading: PowerReading) => void {
  let gone = false;
  return (reading) => {
    if (gone) return;
    try {
      onStep(reading);
    } catch {
      gone = true;
    }
  };
}

/** Rule 1: what cannot be shown to be off counts as on. */
export function lvLeftOn(at: ChannelAddress, hv: ChannelAddress): SafeChannel {
  return {
    at,
    role: 'lv',
    off: false,
    problem: `it was left on, for HV ${hv} could not be verified as off: a sensor under bias keeps its LV. Switch ${at} off by hand once HV is at 0 V and off`,
  };
}
