import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { endsWithin, type ProcessIdentity, signalProcess } from '../base/processes.ts';
import { Pace } from '../base/time.ts';
import type { Seconds } from '../base/units.ts';
import type { PowerReading, SafeChannel } from '../instruments/cluster.ts';
import { openCluster } from '../instruments/openCluster.ts';
import type { GuardianTookOver, PowerRead } from '../journal/event.ts';
import { stepFiles } from '../journal/stepFolder.ts';
import type { GuardianBrief } from './brief.ts';
import { type EndedBy, endCalibration } from './ending.ts';
import { KeptCalibration } from './keptCalibration.ts';
import { RunJournal } from './runJournal.ts';

/** Pauses between one try and the next, station seconds; after the last a person has to go to the supply. */
const patient: readonly Seconds[] = [1, 2, 5, 10, 20, 30, 60, 60, 60, 60, 60, 60];
/** A process that closed its pipe may be on its way out; one that hangs is not waited for, ms. */
const leavingMs = 40;
const killedMs = 2000;

interface TakeOverOptions {
  by: GuardianTookOver['by'];
  reason: string;
  /** The runner still runs and hangs: it is not given a moment to end by itself. */
  hangs?: boolean;
  /** Between one try and the next, station seconds. Default: about ten minutes in all. */
  pauses?: readonly Seconds[];
  log: (text: string) => void;
}

/**
 * Ends a run whose runner is dead, hung or gone: fences it, ends its calibration, brings the station down from what is
 * read, verifies that, and writes all of it into the run's journal. Answers with what could be shown of each output.
 */
export async function takeOver(
  brief: GuardianBrief,
  { by, reason, hangs = false, pauses = patient, log }: TakeOverOptions,
): Promise<readonly SafeChannel[]> {
  const { runner, runDirectory } = brief;
  log(`taking over from process ${runner.pid}: ${reason}`);
  const killed = await fence(runner, hangs ? 0 : leavingMs);
  const journal = new RunJournal(runDirectory, log);
  journal.note({ event: 'guardian.tookOver', by, reason, runner: runner.pid, killed });
  const endedBy = await endItsCalibration(brief, log);
  const channels = await makeSafe(brief, reason, pauses, journal, log);
  await journal.finish(allOff(channels), endedBy);
  log(allOff(channels) ? 'verified: every output is off' : 'gave up; a person is needed');
  return channels;
}

export function allOff(channels: readonly SafeChannel[]): boolean {
  return channels.every(({ off }) => off);
}

/** Nothing is read before the runner is dead: one that wakes up later must find nothing left to write with. */
async function fence(runner: ProcessIdentity, graceMs: number): Promise<boolean> {
  if (await endsWithin(runner, graceMs)) return false;
  signalProcess(runner, 'SIGKILL');
  // One that even SIGKILL does not end yet hangs in the kernel, and ends before it could write again.
  await endsWithin(runner, killedMs);
  return true;
}

async function endItsCalibration(
  { calibration: brief, runDirectory, station }: GuardianBrief,
  log: (text: string) => void,
): Promise<EndedBy | undefined> {
  const calibration = brief && KeptCalibration.find(join(runDirectory, brief.folder, stepFiles.keeper));
  if (!calibration) return undefined;
  log(`ending the calibration of step ${brief.step}`);
  const endedBy = await endCalibration(calibration, brief.budget, new Pace(station.timeScale));
  log(`the calibration of step ${brief.step} ended (${endedBy})`);
  return endedBy;
}

/** Until it is verified, or long enough for a person to be needed: a supply may be out of reach for a while. */
async function makeSafe(
  { station, group }: GuardianBrief,
  reason: string,
  pauses: readonly Seconds[],
  journal: RunJournal,
  log: (text: string) => void,
): Promise<readonly SafeChannel[]> {
  const pace = new Pace(station.timeScale);
  for (let attempt = 0; ; attempt += 1) {
    journal.note({ event: 'safe.started', reason });
    const cluster = openCluster(station, group, { pace });
    const channels = await cluster.makeSafe((reading) => journal.note(powerRead(reading)));
    await cluster.closeAll();
    journal.note({ event: 'safe.ended', verified: allOff(channels), channels });
    if (allOff(channels)) return channels;
    for (const { at, off, problem } of channels) if (!off) log(`${at} is not verified as off: ${problem}`);
    const pause = pauses[attempt];
    if (pause === undefined) return channels;
    log(`trying again in ${pause} s`);
    await sleep(pace.realMs(pause));
  }
}

function powerRead({ time, ...reading }: PowerReading): PowerRead {
  return { event: 'power', ...reading };
}
