import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { BatonError, type Problem } from '../base/errors.ts';
import { thisProcess } from '../base/processes.ts';
import { Pace } from '../base/time.ts';
import { Guard } from '../guardian/guard.ts';
import { ownStation } from '../guardian/ownStation.ts';
import type { LockOwner } from '../guardian/stationLock.ts';
import type { InstrumentCluster, SafeChannel } from '../instruments/cluster.ts';
import { type ClusterOptions, openCluster } from '../instruments/openCluster.ts';
import { notOff } from '../sequence/outcome.ts';
import type { PoweringGroup, Station } from '../station/station.ts';

/** Who drives the instruments, and who is told of it. */
export interface WithInstrumentsOptions extends Pick<ClusterOptions, 'onWire'> {
  /** What others are told who find the station in use. Default: the program and the login name. */
  what?: string;
}

/**
 * Lets a program drive the instruments of a powering group as a run does: the station is locked, a guardian watches this
 * process, what was found on is brought down first, and at the end, whatever happens, HV is ramped to zero, LV goes off,
 * and both are verified. When this process dies or hangs (no heartbeat for 2 s: do nothing synchronous that takes long),
 * the guardian does that in its place.
 *
 * @param work gets the cluster with hv and lv open, and a signal that says that nobody guards any more: stop then
 * @returns what the work returns
 * @throws E6503, E6504 somebody else works on this station; E6509 its last owner left it unfinished; E6506 no guardian
 * could be started; E4401, with exit code 5, an output could not be verified as off, and a person is needed. Else what
 * the work throws.
 */
export async function withInstruments<T>(
  station: Station,
  group: PoweringGroup,
  work: (cluster: InstrumentCluster, unguarded: AbortSignal) => Promise<T>,
  { what = `a program of ${userInfo().username}`, onWire }: WithInstrumentsOptions = {},
): Promise<T> {
  const lock = await ownStation(station, what);
  const { stale } = lock;
  if (stale) {
    lock.pass();
    throw new BatonError(unfinished(station, stale));
  }
  try {
    const unguarded = new AbortController();
    const runDirectory = await mkdtemp(join(tmpdir(), 'baton-instruments-'));
    const guard = await Guard.start(
      { runner: thisProcess(), runDirectory, station, group },
      { noticed: () => undefined, unguarded: (problem) => unguarded.abort(new BatonError(problem)) },
    );
    const cluster = openCluster(station, group, {
      pace: new Pace(station.timeScale),
      ...(onWire ? { onWire } : {}),
    });
    const result = await workThenMakeSafe(cluster, () => work(cluster, unguarded.signal));
    await guard.goodbye();
    await rm(runDirectory, { recursive: true, force: true });
    return result();
  } finally {
    lock.release();
  }
}

/** Answers with what the work came to, result or error, once everything is off; without that there is no answer. */
async function workThenMakeSafe<T>(cluster: InstrumentCluster, work: () => Promise<T>): Promise<() => T> {
  let outcome: () => T;
  try {
    await cluster.adopt();
    const result = await work();
    outcome = () => result;
  } catch (error) {
    outcome = () => {
      throw error;
    };
  }
  const left = (await cluster.makeSafe()).filter(({ off }) => !off);
  await cluster.closeAll();
  // No goodbye: as soon as this process has ended, the guardian goes on trying.
  if (left.length > 0)
    throw new BatonError(
      left.map((channel: SafeChannel) => notOff(channel)),
      { exitCode: 5 },
    );
  return outcome;
}

function unfinished(station: Station, { what, pid }: LockOwner): Problem {
  return {
    code: 'E6509',
    what: `${what} (process ${pid}) ended without bringing ${station.id} to safety, and so did its guardian.`,
    remedy: '`baton safe` finishes its work; then start again.',
  };
}
