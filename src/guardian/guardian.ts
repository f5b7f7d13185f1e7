import { createInterface, type Interface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { thisProcess } from '../base/processes.ts';
import { type FromGuardian, type GuardianBrief, readBrief, type ToGuardian } from './brief.ts';
import { stationHeld } from './owners.ts';
import { forgetOwner, isHeld, lockKeys, StationLock } from './stationLock.ts';
import { allOff, takeOver } from './takeOver.ts';

/**
 * The guardian: a process and session of its own that makes the station safe when the runner cannot. It holds one end of
 * a pipe on which the runner says that it lives; a runner that is gone, or silent, without a goodbye is taken over from.
 * It ends when power was verified off: by the runner (goodbye), or by itself. Its stderr is guardian.log of the run.
 */
const silenceMs = 2000;
const tickMs = 50;

// Whoever wants the station off asks the runner, or kills it; nobody can ask the guardian to look away.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGTSTP', 'SIGTTIN', 'SIGTTOU'] as const)
  process.on(signal, () => undefined);
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
// Whatever goes wrong in here is told, and does not end the watch.
process.on('uncaughtException', (error) => log(error.stack ?? error.message));

const lines = createInterface({ input: process.stdin });
process.exit(await guard(lines));

/** Answers with the exit code: 0 power is off, or the runner saw to it; 2 it cannot guard; 5 a person is needed. */
async function guard(requests: Interface): Promise<0 | 2 | 5> {
  const brief = await firstRequest(requests);
  if (!brief) return 2;
  const end = watch(requests, brief);
  const { station, runDirectory, runner } = brief;
  const keys = lockKeys(station);
  const what = `the guardian of the run in ${runDirectory}`;
  const lock = await StationLock.acquire('guardian', keys, { what, station: station.id, run: runDirectory });
  if (isHeld(lock)) {
    answer({ problems: [stationHeld(station.id, lock)] });
    return 2;
  }
  answer({ ready: thisProcess() });
  const runnersEnd = await end;
  if (runnersEnd && !(await madeSafe(brief, runnersEnd))) return 5;
  if (runnersEnd) forgetOwner('run', keys, runner);
  lock.release();
  return 0;
}

/** Nothing that goes wrong in between may end this early: it begins again, from what is read then. */
async function madeSafe(brief: GuardianBrief, end: RunnersEnd): Promise<boolean> {
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

interface RunnersEnd {
  reason: string;
  hangs: boolean;
}

/** Resolves when the runner's watch is over: with why to take over, or with nothing after a goodbye. */
function watch(requests: Interface, brief: GuardianBrief): Promise<RunnersEnd | undefined> {
  return new Promise((resolve) => {
    let silent = 0;
    let last = performance.now();
    const timer = setInterval(() => {
      const now = performance.now();
      // Time in which this process did not run either (a suspended machine, an overloaded one) is no silence.
      silent += Math.min(now - last, 2 * tickMs);
      last = now;
      if (silent >= silenceMs) end({ reason: `no sign of life for ${silenceMs / 1000} s`, hangs: true });
    }, tickMs);
    const end = (why: RunnersEnd | undefined) => {
      clearInterval(timer);
      resolve(why);
    };
    requests.on('line', (line) => {
      silent = 0;
      const request = read(line);
      if (request?.do === 'goodbye') end(undefined);
      if (request?.do !== 'calibration') return;
      if (request.calibration) brief.calibration = request.calibration;
      else delete brief.calibration;
    });
    requests.on('close', () => end({ reason: 'it ended without a goodbye', hangs: false }));
  });
}

function firstRequest(requests: Interface): Promise<GuardianBrief | undefined> {
  return new Promise((resolve) => {
    requests.once('line', (line) => {
      const request = read(line);
      resolve(request?.do === 'guard' ? readBrief(request.brief) : undefined);
    });
    requests.once('close', () => resolve(undefined));
  });
}

/** What a dying runner could not write to its end is no request. */
function read(line: string): ToGuardian | undefined {
  try {
    return JSON.parse(line) as ToGuardian;
  } catch {
    return undefined;
  }
}

function answer(to: FromGuardian): void {
  process.stdout.write(`${JSON.stringify(to)}\n`);
}

function log(text: string): void {
  process.stderr.write(`${new Date().toISOString()} ${text}\n`);
}
