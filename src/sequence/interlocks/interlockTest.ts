import { setTimeout as sleep } from 'node:timers/promises';
import type { Pace } from '../../base/time.ts';
import type { Seconds } from '../../base/units.ts';
import type { InstrumentCluster } from '../../instruments/cluster.ts';
import { type Fault, type Forgery, forgeryOf } from '../../instruments/interlocks/forgery.ts';
import { openCluster } from '../../instruments/openCluster.ts';
import { problemOf } from '../../instruments/reading.ts';
import type { Tamper } from '../../instruments/transports/tamper.ts';
import type { InterlockEvent, Tripped } from '../../journal/event.ts';
import { resolveChannel } from '../../station/channelAddress.ts';
import type { Interlock } from '../../station/interlock.ts';
import { tells } from '../../station/interlockChecks.ts';
import type { ChannelAddress, PoweringGroup, Role, Station } from '../../station/station.ts';
import { StationWatch } from './stationWatch.ts';

/** What came of one fault at one reading. */
export interface FaultTested {
  interlock: string;
  reading: string;
  at: string;
  fault: Fault;
  action: Interlock['action'];
  passed: boolean;
  /** Station seconds from the fault until the interlock tripped, and until every output read as off. */
  trippedAfter?: Seconds;
  offAfter?: Seconds;
  /** Why it did not pass. */
  why?: string;
}

export interface InterlocksTested {
  results: readonly FaultTested[];
  /** What could not be read as off at the end; empty: everything is. */
  left: readonly string[];
}

/**
 * The self-test: with no module mounted, LV on and HV on at 0 V, each reading that an interlock watches is spoilt on its way
 * from the instrument, and what reached the supplies is read back from them. The same watch as in a run does the watching.
 */
export async function testInterlocks(
  station: Station,
  group: PoweringGroup,
  pace: Pace,
  stop: AbortSignal,
  tell: (result: FaultTested) => void = () => undefined,
): Promise<InterlocksTested> {
  let left: readonly string[] = [];
  const spoilt: { forgery?: Forgery } = {};
  const tamper: Tamper = (instrument, question, reply) =>
    spoilt.forgery ? spoilt.forgery.tamper(instrument, question, reply) : reply;
  const cluster = openCluster(station, group, { pace, tamper });
  const results: FaultTested[] = [];
  try {
    await testAll({ station, group, pace, cluster, stop }, spoilt, (result) => {
      results.push(result);
      tell(result);
    });
  } finally {
    spoilt.forgery?.end();
    left = await unsafeOutputs(cluster);
    await cluster.closeAll();
  }
  return { results, left };
}

async function testAll(
  bench: Bench,
  spoilt: { forgery?: Forgery },
  tell: (result: FaultTested) => void,
): Promise<void> {
  const { station, group, cluster, stop } = bench;
  await cluster.open(rolesOf(station, group), stop);
  const { made } = await cluster.adopt();
  if (made.some(({ off }) => !off)) return;
  for (const { interlock, at, fault } of faultsOf(station, group)) {
    if (stop.aborted) return;
    const forgery = forgeryOf(interlock, at, station);
    if (!forgery) {
      tell(failed(interlock, at, fault, 'Baton has no driver for it'));
      continue;
    }
    spoilt.forgery = forgery;
    tell(await testFault(interlock, at, fault, forgery, bench));
    forgery.end();
  }
}

async function unsafeOutputs(cluster: InstrumentCluster): Promise<string[]> {
  const made = await cluster.makeSafe();
  return made.filter(({ off }) => !off).map(({ at, problem }) => `${at}: ${problem ?? 'it is not off'}`);
}

interface Bench {
  station: Station;
  group: PoweringGroup;
  pace: Pace;
  cluster: InstrumentCluster;
  stop: AbortSignal;
}

/** How long a trip may take beyond grace time and limit: a few looks, and the time in which an instrument may answer. */
const patience: Seconds = 10;
const patienceMs = 45_000;

async function testFault(
  interlock: Interlock,
  at: string,
  fault: Fault,
  forgery: Forgery,
  bench: Bench,
): Promise<FaultTested> {
  const { station, cluster, pace, stop } = bench;
  let reported: ((what: InterlockEvent | Tripped) => void) | undefined;
  let trippedBy: InterlockEvent | Tripped | undefined;
  const tripped = new Promise<void>((resolve) => {
    reported = (what) => {
      trippedBy ??= what;
      resolve();
    };
  });
  let looks = 0;
  const watch = new StationWatch({ ...bench, station: { ...station, interlocks: [interlock] } }, (event) => {
    if (event.event === 'power' || event.event === 'climate' || event.event === 'temperature') looks += 1;
    if (event.event === 'trip' || (event.event === 'interlock' && event.state === 'tripped'))
      reported?.(event);
  });
  try {
    await powerUp(bench);
    const category = Array.isArray(interlock.when) ? String(interlock.when[0]) : undefined;
    if (category !== undefined) watch.stepRuns({ number: 0, category });
    const roles = rolesOf(station, bench.group);
    watch.watch(roles);
    const healthy = await within(tripped, pace, 3 * roles.length, () => looks >= 3 * roles.length);
    if (healthy) return failed(interlock, at, fault, 'it tripped although nothing was wrong');

    const begun = performance.now();
    const since = () => ((performance.now() - begun) / 1000) * pace.scale;
    forgery.begin(fault);
    const wait = interlock.grace + (interlock.condition === 'stale' ? interlock.limit : 0) + patience;
    if (!(await within(tripped, pace, wait, () => stop.aborted, patienceMs)))
      return failed(
        interlock,
        at,
        fault,
        stop.aborted ? 'stopped' : `no trip within ${Math.round(since())} s`,
      );
    const trippedAfter = since();
    forgery.end();
    const other = notOurFault(fault, trippedBy);
    if (other) return failed(interlock, at, fault, other);
    // Lost readings of a supply end everything whatever their interlock says (rule 7).
    const ends = watch.signal.aborted;
    await watch.release(['hv']);
    watch.stop();
    const expected = interlock.action === 'hvOff' || interlock.action === 'allOff';
    if (expected && !ends) return failed(interlock, at, fault, 'it tripped, and nothing was ended');
    if (ends) await cluster.makeSafe();
    const readings = await cluster.read();
    const wrong = readings.find(({ output }) => output !== !ends);
    const off = since();
    const base = { ...described(interlock, at, fault), trippedAfter: rounded(trippedAfter) };
    if (wrong)
      return {
        ...base,
        passed: false,
        why: `${wrong.at} reads ${wrong.output === undefined ? wrong.problem : wrong.output ? 'on' : 'off'}`,
      };
    return { ...base, passed: true, ...(ends ? { offAfter: rounded(off) } : {}) };
  } catch (error) {
    return failed(interlock, at, fault, problemOf(error));
  } finally {
    forgery.end();
    watch.stop();
  }
}

/** A reading that does not come by itself is no proof that its limit is watched. */
function notOurFault(fault: Fault, trippedBy: InterlockEvent | Tripped | undefined): string | undefined {
  if (fault === 'lost' || trippedBy === undefined) return undefined;
  if (trippedBy.event === 'trip') return `something else tripped: ${trippedBy.what}`;
  return trippedBy.missing === undefined ? undefined : `its reading does not come: ${trippedBy.missing}`;
}

/** LV on at its default, HV on at 0 V: what a trip has to bring down. */
async function powerUp({ station, group, cluster }: Bench): Promise<void> {
  const isOn = new Map((await cluster.read()).map(({ at, output }) => [at, output]));
  for (const at of group.lv) {
    if (isOn.get(at)) continue;
    const { defaultVoltage = 0, defaultCurrent = 0 } = resolveChannel(station, at).instrument;
    await cluster.writeLevel(at, { voltage: defaultVoltage, current: defaultCurrent });
    await cluster.switchOutput(at, true);
  }
  if (!group.hv || isOn.get(group.hv)) return;
  const { defaultCurrent = 0, defaultVoltage = 0 } = resolveChannel(station, group.hv).instrument;
  await cluster.writeLevel(group.hv, { current: defaultCurrent, range: defaultVoltage });
  await cluster.switchOutput(group.hv, true);
}

/** Every interlock at every place, with its own fault and with a reading that does not come. */
function* faultsOf(
  station: Station,
  group: PoweringGroup,
): Generator<{ interlock: Interlock; at: string; fault: Fault }> {
  for (const interlock of station.interlocks)
    for (const at of placesOf(interlock, station, group)) {
      yield { interlock, at, fault: interlock.condition === 'stale' ? 'unchanged' : 'beyond the limit' };
      yield { interlock, at, fault: 'lost' };
    }
}

function placesOf({ reading }: Interlock, { instruments }: Station, group: PoweringGroup): string[] {
  const places = group.modules.flatMap(({ channels }) =>
    (Object.entries(channels) as [Role, { instrument: string; channel?: unknown }][]).flatMap(
      ([role, { instrument, channel }]) => {
        if (!tells(role, instruments.get(instrument)).includes(reading)) return [];
        return role === 'ab' ? instrument : `${instrument}:${Number(channel ?? 1)}`;
      },
    ),
  );
  return [...new Set(places)];
}

/** Supplies, and whatever an interlock watches. */
function rolesOf(station: Station, group: PoweringGroup): Role[] {
  const watched = (['ab', 'cb'] as const).filter((role) =>
    group.modules.some(({ channels: { [role]: channel } }) =>
      tells(role, channel && station.instruments.get(channel.instrument)).some((name) =>
        station.interlocks.some(({ reading }) => reading === name),
      ),
    ),
  );
  return [
    ...(group.hv ? (['hv'] as const) : []),
    ...(group.lv.length > 0 ? (['lv'] as const) : []),
    ...watched,
  ];
}

/** True: it happened. Not within so many station seconds (and never less than that on the wall), or `until` came first. */
async function within(
  happened: Promise<void>,
  pace: Pace,
  seconds: Seconds,
  until: () => boolean,
  leastMs = 2_000,
): Promise<boolean> {
  const end = performance.now() + Math.max(leastMs, pace.realMs(seconds));
  const over = new AbortController();
  const watching = (async () => {
    while (!over.signal.aborted && performance.now() < end && !until())
      await sleep(10, undefined, { signal: over.signal }).catch(() => undefined);
    return false;
  })();
  try {
    return await Promise.race([happened.then(() => true), watching]);
  } finally {
    over.abort();
  }
}

function described({ name, reading, action }: Interlock, at: ChannelAddress | string, fault: Fault) {
  return { interlock: name, reading, at, fault, action };
}

function failed(interlock: Interlock, at: string, fault: Fault, why: string): FaultTested {
  return { ...described(interlock, at, fault), passed: false, why };
}

function rounded(seconds: Seconds): Seconds {
  return Math.round(seconds * 10) / 10;
}
