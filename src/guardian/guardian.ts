import { setTimeout as sleep } from 'node:timers/promises';
import { thisProcess } from '../base/processes.ts';
import { reportApart } from '../journal/reportProgram.ts';
import type { FromGuardian, GuardianBrief } from './brief.ts';
import { stationHeld } from './owners.ts';
import { forgetOwner, isHeld, lockKeys, StationLock } from './stationLock.ts';
import { allOff, takeOver } from './takeOver.ts';
import { Watch } from './watch.ts';

/**
 * The guardian: a process and session of its own that makes the station safe when the runner cannot. It holds one end of
 * a pipe on which the runner says that it lives; a runner that is gone, or silent, without a goodbye is taken over from.
 * It ends when power was verified off: by the runner (goodbye), or by itself. Its stderr is guardian.log of the run.
 */
// Whoever wants the station off asks the runner, or kills it; nobody can ask the guardian to look away, or Node to let a
// debugger in (SIGUSR1).
const deaf = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGTSTP', 'SIGTTIN', 'SIGTTOU', 'SIGUSR1'] as const;
for (const signal of deaf) process.on(signal, () => undefined);
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
// Whatever goes wrong in here is told, and does not end the watch.
process.on('uncaughtException', (error) => log(error.stack ?? error.message));

process.exit(await guard());

/** Answers with the exit code: 0 power is off, or the runner saw to it; 2 it cannot guard; 5 a person is needed. */
async function guard(): Promise<0 | 2 | 5> {
  const watch = new Watch(process.stdin);
  const brief = await watch.brief;
  if (!brief) return 2;
  const { station, runDirectory, runner } = brief;
  const keys = lockKeys(station);
  const what = `the guardian of the run in ${runDirectory}`;
  const lock = await StationLock.acquire('guardian', keys, { what, station: station.id, run: runDirectory });
  if (isHeld(lock)) {
    answer({ problems: [stationHeld(station.id, lock)] });
    return 2;
  }
  answer({ ready: thisProcess() });
  const end = await watch.end;
  if (end === 'goodbye') {
    lock.release();
    return 0;
  }
  const safe = await madeSafe(brief, end);
  if (safe) {
    forgetOwner('run', keys, runner);
    lock.release();
  }
  // Of a run that ended here nobody else writes one.
  await reportApart(runDirectory).catch((error: Error) => log(`no report: ${error.message}`));
  return safe ? 0 : 5;
}

/** Nothing that goes wrong in between may end this early: it begins again, from what is read then. */
async function madeSafe(brief: GuardianBrief, end: { reason: string; hangs: boolean }): Promise<boolean> {
  for (let attempt = 1; attempt <= 5; attempt += 1) {
    try {
      return allOff(await takeOver(brief, { by: 'guardian', ...end, log }));
    } catch (error) {
      log(error instanceof Error ? (error.stack ?? error.message) : String(error));
      await sleep(1000);
    }
  }
  return false;
}

function answer(to: FromGuardian): void {
  process.stdout.write(`${JSON.stringify(to)}\n`);
}

function log(text: string): void {
  process.stderr.write(`${new Date().toISOString()} ${text}\n`);
}
