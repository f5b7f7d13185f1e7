import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { formatProblem } from '../../base/errors.ts';
import { isStopped, signalProcess } from '../../base/processes.ts';
import type { GuardianBrief } from '../../guardian/brief.ts';
import { stationHeld } from '../../guardian/owners.ts';
import {
  type HeldBy,
  isHeld,
  type LockOwner,
  lastOwner,
  lockKeys,
  ownersOf,
  StationLock,
} from '../../guardian/stationLock.ts';
import { takeOver } from '../../guardian/takeOver.ts';
import { readJournal } from '../../journal/read.ts';
import { foldJournal, type RunRecord } from '../../journal/record.ts';
import { runFiles } from '../../journal/runDirectory.ts';
import { JournalTail } from '../../journal/tail.ts';
import { connectToRun } from '../../sequence/attach/runClient.ts';
import { resolveChannel } from '../../station/channelAddress.ts';
import { poweringGroup } from '../../station/poweringGroup.ts';
import type { Station } from '../../station/station.ts';
import { plainRenderer } from '../../terminal/plain.ts';
import { undisturbed } from './makingSafe.ts';

const pollMs = 50;
/** A runner that is asked to stop writes that down at once. One without a guardian that does not is hung, ms. */
const patienceMs = 3000;
/** Between taking its name away and letting go, a process is much quicker than this, ms. */
const namelessMs = 500;

/**
 * Sees to it that nobody else works on the station: asks its owner to stop and follows that to the end; and where the
 * owner and its guardian are dead or hung, ends the run in their place, its calibration first. Tells what happens on
 * standard error. Answers with the lock, now ours, if it could be had, and with what `endDeadRun` does.
 */
export async function endOwners(
  station: Station,
): Promise<{ lock: StationLock | undefined; ended: string | undefined }> {
  const keys = lockKeys(station);
  const hung = await followToItsEnd(keys);
  const dead = hung ?? lastOwner('run', keys) ?? lastOwner('guardian', keys);
  const ended = dead && (await endDeadRun(station, dead, hung !== undefined));
  const lock = await StationLock.acquire('run', keys, { what: 'baton safe', station: station.id });
  if (!isHeld(lock)) return { lock, ended };
  // It never refuses: what another user's program does cannot be asked, and what is on must come down.
  process.stderr.write(`${formatProblem({ ...stationHeld(station.id, lock), severity: 'warning' })}\n`);
  return { lock: undefined, ended };
}

/** Answers with a runner that hangs without a guardian to see to it; with nothing, when all have gone. */
async function followToItsEnd(keys: readonly string[]): Promise<LockOwner | undefined> {
  const asked = new Map<number, { show: () => boolean; since: number }>();
  let nameless: number | undefined;
  for (;;) {
    const { run, guardian } = await ownersOf(keys);
    const followed = run ?? guardian;
    if (!followed) return undefined;
    const { owner } = followed;
    if (!owner) {
      // One that is leaving takes its name away first; one of another user never had one that we could read.
      nameless ??= performance.now();
      if (performance.now() - nameless > namelessMs) return undefined;
      await sleep(pollMs);
      continue;
    }
    nameless = undefined;
    // A guardian that somebody stopped goes on with its work.
    if (guardian?.owner && isStopped(guardian.owner)) signalProcess(guardian.owner, 'SIGCONT');
    let follow = asked.get(owner.pid);
    if (!follow) {
      process.stderr.write(`${describe(followed)}\n`);
      follow = { show: journalOf(owner), since: performance.now() };
      asked.set(owner.pid, follow);
      if (run) await askToStop(owner);
    }
    if (follow.show()) follow.since = performance.now();
    if (!guardian && performance.now() - follow.since > patienceMs) return owner;
    await sleep(pollMs);
  }
}

/** One that has no run, or none so far, is asked as by Ctrl-C: it must not power anything after we have gone. */
async function askToStop({ run, ...owner }: LockOwner): Promise<void> {
  if (run === undefined) return signalProcess(owner, 'SIGINT');
  const client = await connectToRun(run, () => undefined);
  client?.stop('baton safe');
  // Long enough for the request to arrive; what comes of it stands in the journal.
  await sleep(pollMs);
  client?.close();
}

function describe({ kind, owner }: HeldBy): string {
  const who = `${owner!.what} (process ${owner!.pid})`;
  return kind === 'run' ? `Asking ${who} to stop.` : `${who} brings the station to safety.`;
}

/** Shows what is new in the journal of that run; answers whether anything was. */
function journalOf({ run }: LockOwner): () => boolean {
  if (run === undefined) return () => false;
  const renderer = plainRenderer(process.stderr);
  const tail = new JournalTail(join(run, runFiles.journal));
  let first = true;
  return () => {
    try {
      const lines = tail.read();
      // What was before is not news.
      if (!first) for (const line of lines) renderer.line(line, undefined);
      first = false;
      return lines.length > 0;
    } catch {
      // No journal so far.
      return false;
    }
  };
}

/**
 * What its guardian would have done: the calibration ended, the group's outputs brought down in one try, the end written
 * into the journal. Tells it on standard error. Answers with the run directory, if the run was ended here: nobody else
 * writes its report, and nothing that has to do with safety waits for that.
 */
export async function endDeadRun(
  station: Station,
  owner: LockOwner,
  hangs = false,
): Promise<string | undefined> {
  const record = owner.run === undefined ? undefined : await recordOf(owner.run);
  if (!record || (record.state === 'ended' && record.safe?.verified === true && !hangs)) return undefined;
  const log = (text: string) => process.stderr.write(`${text}\n`);
  const reason = hangs ? 'it does not answer, and no guardian watches it' : 'it and its guardian are dead';
  const brief = briefOf(station, owner, record);
  await undisturbed(() => takeOver(brief, { by: 'baton', reason, hangs, pauses: [], log }));
  return brief.runDirectory;
}

async function recordOf(directory: string): Promise<RunRecord | undefined> {
  try {
    return foldJournal((await readJournal(join(directory, runFiles.journal))).lines);
  } catch {
    // Without a journal that can be read there is no run to end, and the outputs come down all the same.
    return undefined;
  }
}

function briefOf(station: Station, owner: LockOwner, record: RunRecord): GuardianBrief {
  const group = poweringGroup(station, record.modules[0]?.index);
  const running = record.steps.find(({ state }) => state === 'running');
  const hv = group.hv && resolveChannel(station, group.hv).instrument;
  return {
    runner: owner,
    runDirectory: owner.run!,
    station,
    group,
    ...(running
      ? {
          calibration: {
            step: running.step,
            folder: running.folder,
            budget: {
              maxVoltage: Math.min(...Object.values(station.limits).map(({ maxVoltage }) => maxVoltage)),
              stepSize: hv?.defaultStepSize ?? 5,
              delay: hv?.defaultDelay ?? 1,
            },
          },
        }
      : {}),
  };
}
