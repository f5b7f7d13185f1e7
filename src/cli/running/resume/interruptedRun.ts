import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { BatonError } from '../../../base/errors.ts';
import { Pace } from '../../../base/time.ts';
import { stationHeld } from '../../../guardian/owners.ts';
import { type LockOwner, lockKeys, ownersOf } from '../../../guardian/stationLock.ts';
import { makeStationSafe } from '../../../instruments/makeStationSafe.ts';
import type { JournalLine } from '../../../journal/event.ts';
import { readJournal } from '../../../journal/read.ts';
import { readRecord } from '../../../journal/readRecord.ts';
import { foldJournal, type RunRecord } from '../../../journal/record.ts';
import { type RunDirectory, runFiles } from '../../../journal/runDirectory.ts';
import { connectToRun } from '../../../sequence/attach/runClient.ts';
import { askStation } from '../../../simulator/control.ts';
import { faultsOfTheModule } from '../../../simulator/faults.ts';
import { loadStation } from '../../../station/load.ts';
import { poweringGroups } from '../../../station/poweringGroup.ts';
import type { Station } from '../../../station/station.ts';
import { endDeadRun } from '../../station/endOwners.ts';
import { undisturbed } from '../../station/makingSafe.ts';
import { ownStation } from '../../station/ownStation.ts';
import { reportAfterRun } from '../reportAfterRun.ts';
import { readTwinMaking, startTwin, type TwinMaking } from '../simulatedTwin.ts';

/** How a run stands: whether it can go on, and if not, why. */
type RunStanding =
  | { can: 'resume'; record: RunRecord }
  | { can: 'no'; why: 'completed' | 'goes on' | 'unreadable'; record?: RunRecord };

/** For a list: looks at the record and at the socket, and at nothing else. */
export async function standingOf(run: RunDirectory): Promise<RunStanding> {
  const record = await readRecord(run).catch(() => undefined);
  if (!record) return { can: 'no', why: 'unreadable' };
  if (record.state === 'ended')
    return record.end === 'completed' ? { can: 'no', why: 'completed', record } : { can: 'resume', record };
  const client = await connectToRun(run.path, () => undefined);
  client?.close();
  return client ? { can: 'no', why: 'goes on', record } : { can: 'resume', record };
}

/** The record of a run that can go on. @throws E5004, E5006, E4605 with a sentence that says why it cannot. */
export async function demandInterrupted(run: RunDirectory): Promise<RunRecord> {
  const standing = await standingOf(run);
  if (standing.can === 'resume') return standing.record;
  switch (standing.why) {
    case 'unreadable':
      return readRecord(run);
    case 'completed':
      throw new BatonError({
        code: 'E5006',
        what: `the run ${run.id} was carried out to its end (${standing.record!.verdict}): there is nothing to resume.`,
        remedy: `To measure again, start a new run: \`baton run ${standing.record!.sequence.name}\`.`,
      });
    case 'goes on':
      throw new BatonError({
        code: 'E4605',
        what: `the run ${run.id} still goes on, started by ${standing.record!.operator}.`,
        remedy: `\`baton attach ${run.id}\` shows it, and can stop it.`,
      });
  }
}

/** @throws E4605, E6503, E6504: the run itself, another one, or a guardian has the station. Nothing was touched. */
export async function demandFree(station: Station, run: RunDirectory): Promise<void> {
  const { run: runner, guardian } = await ownersOf(lockKeys(station));
  const holder = runner ?? guardian;
  if (!holder) return;
  if (holder.kind === 'run' && holder.owner?.run === run.path)
    throw new BatonError({
      code: 'E4605',
      what: `the run ${run.id} still goes on: ${holder.owner.what} (process ${holder.owner.pid}).`,
      remedy: `\`baton attach ${run.id}\` shows it; \`baton safe\` ends it, also one that hangs.`,
    });
  throw new BatonError(stationHeld(station.id, holder));
}

/** The folder with the files of the twin that the run started for itself; undefined: it had another station. */
export async function twinOf({
  path,
}: RunDirectory): Promise<{ directory: string; making: TwinMaking } | undefined> {
  const directory = join(path, 'station');
  if (!(await stat(join(directory, 'station.json')).catch(() => undefined))) return undefined;
  const { simulated } = (await loadStation(directory)).station;
  if (!simulated) return undefined;
  const { timeScale, seed } = simulated;
  const made = await readTwinMaking(directory);
  return { directory, making: made ?? { transport: 'tcp', timeScale, seed, faults: [] } };
}

/**
 * Sees to it that an end stands in the journal: where runner and guardian died together, the station is made safe first,
 * in their place. Nobody may own it.
 */
export async function writeMissingEnd(run: RunDirectory, station: Station): Promise<void> {
  const lock = await ownStation(station, `resuming ${run.id}`);
  try {
    const { stale } = lock;
    const owners = stale?.run === run.path ? [stale] : [...(stale ? [stale] : []), nobody(run, station)];
    for (const owner of owners) {
      const ended = await endDeadRun(station, owner);
      if (ended !== undefined) await reportAfterRun(ended);
    }
  } finally {
    lock.release();
  }
}

/** Of a runner that left no trace but its journal: the machine was started again. */
function nobody(run: RunDirectory, station: Station): LockOwner {
  return {
    kind: 'run',
    pid: 0,
    started: 0,
    boot: '',
    since: 0,
    what: `the run ${run.id}`,
    station: station.id,
    run: run.path,
  };
}

/**
 * The same for a run that had a simulated twin: what is left of that is made safe and ended, for it is started again. One
 * that ended with its run is started for as long as it takes to read that everything is off.
 */
export async function clearTwin(
  run: RunDirectory,
  { directory, making }: { directory: string; making: TwinMaking },
  ended: boolean,
): Promise<void> {
  const isThere = (await askStation(directory, { do: 'state' })) !== undefined;
  if (!isThere && ended) return;
  if (!isThere) {
    const { station } = await loadStation(directory);
    await startTwin(station, {
      ...making,
      faults: faultsOfTheModule(making.faults),
      directory,
      witness: join(run.path, runFiles.witness),
      goesOn: true,
    });
  }
  const { station } = await loadStation(directory);
  if (!ended) await writeMissingEnd(run, station);
  const pace = new Pace(station.timeScale);
  const made = await undisturbed(() => makeStationSafe(station, poweringGroups(station), { pace }));
  const left = made.filter(({ off }) => !off);
  if (left.length > 0)
    throw new BatonError(
      left.map(({ at, problem }) => ({
        code: 'E4401',
        what: `${at} could not be verified off: ${problem ?? 'no reading'}.`,
        remedy: `\`baton safe --station ${directory}\` tries again.`,
      })),
      { exitCode: 5 },
    );
  await askStation(directory, { do: 'end' });
  while ((await askStation(directory, { do: 'state' })) !== undefined) await sleep(20);
}

/** @throws E5002, E5004 */
export async function readInterrupted(
  run: RunDirectory,
): Promise<{ lines: readonly JournalLine[]; record: RunRecord; torn: boolean }> {
  const { lines, torn } = await readJournal(join(run.path, runFiles.journal));
  const record = foldJournal(lines) ?? (await readRecord(run));
  return { lines, record, torn };
}
