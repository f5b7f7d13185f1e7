import { join } from 'node:path';
import { type ExitCode, formatProblem } from '../../base/errors.ts';
import { Pace } from '../../base/time.ts';
import { openCluster } from '../../instruments/openCluster.ts';
import type { Journal } from '../../journal/journal.ts';
import { fold } from '../../journal/record.ts';
import {
  createRunDirectory,
  type RunDirectory,
  type RunNaming,
  runFiles,
} from '../../journal/runDirectory.ts';
import { writeRecord } from '../../journal/writeRecord.ts';
import { CheckSession } from '../../scripts/checks/checkSession.ts';
import { RunServer } from '../../sequence/attach/runServer.ts';
import { CalibrationSequence } from '../../sequence/calibrationSequence.ts';
import { breakdownOfEarlierRun } from '../../sequence/resume/earlierRun.ts';
import type { LiveListener } from '../../sequence/runContext.ts';
import { type RunOutcome, runSequence } from '../../sequence/runner.ts';
import { loadStation } from '../../station/load.ts';
import { groupMaxVoltage, poweringGroup } from '../../station/poweringGroup.ts';
import type { PoweringGroup, Station } from '../../station/station.ts';
import { ownStation } from '../station/ownStation.ts';
import { askOperator } from './askOperator.ts';
import { moduleOf, openRunJournal, resumedEvent, started } from './beginRun.ts';
import { type GuardedRun, guardRun } from './guardRun.ts';
import { keepConfig } from './keepConfig.ts';
import { reportAfterRun } from './reportAfterRun.ts';
import type { ResumedRun } from './resume/resumedRun.ts';
import { openRunLog } from './runLog.ts';
import type { RunRequest } from './runRequest.ts';
import { elementsOf } from './sequenceFile.ts';
import { startTwin } from './simulatedTwin.ts';
import type { SimulationArguments } from './simulationOptions.ts';
import { stopOnSignals } from './stopSignal.ts';

/**
 * From a checked request to the exit code: the station is locked and guarded, the simulated twin started if asked for,
 * and the sequence carried out, for clients to look at.
 *
 * @throws E6503, E6504: somebody else works on this station.
 */
export async function carryOutRun(request: RunRequest): Promise<ExitCode> {
  // What its calibrations write is for the user alone, too.
  process.umask(0o077);
  const stop = stopOnSignals();
  const what = `a run of ${request.title} by ${request.operator}`;
  const given = poweringGroup(request.station, request.module);
  // A twin is ours alone; a real station must be, before anything is made.
  const lock = request.simulation ? undefined : await ownStation(request.station, what);
  let run: RunDirectory;
  let exitCode: ExitCode;
  let checks: CheckSession | undefined;
  try {
    // A driver that does not start is found out while there is no folder, no port and no guardian yet.
    checks = await CheckSession.open(request.script.drivers, stop.signal);
    if (lock?.stale) {
      const { endDeadRun } = await import('../station/endOwners.ts');
      const ended = await endDeadRun(request.station, lock.stale);
      if (ended !== undefined) await reportAfterRun(ended);
    }
    run = request.resumed?.run ?? (await createRunDirectory(request.runsDirectory, naming(request, given)));
    await lock?.describe({ what, station: request.station.id, run: run.path });
    exitCode = await (request.simulation
      ? runOnTwin({ ...request, checks }, request.simulation, run, what, stop)
      : runOn({ ...request, checks }, run, request.station, stop));
  } finally {
    await closeDrivers(checks);
    lock?.release();
  }
  // The station is free for the next module while this one's results go to the database and its report is built.
  if (request.upload && (exitCode === 0 || exitCode === 1)) {
    // Loaded here alone: a run needs no database before it has results.
    const { uploadAfterRun } = await import('./uploadAfterRun.ts');
    await uploadAfterRun(run, request);
  }
  // Not verified as off: the guardian waits for this process to end, goes on trying, and builds the report then.
  const report = exitCode === 5 ? undefined : await reportAfterRun(run.path);
  if (report !== undefined) request.renderer.report?.(report);
  return exitCode;
}

/** With the thread of the script's own checks and drivers, which is there before anything else. */
type ReadyRequest = RunRequest & { checks: CheckSession };

/** What a driver of the site did not give back is no fault of the run, and must be known before the next one. */
async function closeDrivers(checks: CheckSession | undefined): Promise<void> {
  const failure = await checks?.close();
  if (failure === undefined) return;
  const problem = {
    code: 'E7404',
    what: `A driver of the script did not close: ${failure}.`,
    remedy: 'See what it is connected to before the next run.',
    severity: 'warning' as const,
  };
  process.stderr.write(`${formatProblem(problem)}\n`);
}

function naming({ station, simulation, title }: RunRequest, { modules }: PoweringGroup): RunNaming {
  return {
    time: new Date(),
    station: simulation ? `${station.id}-simulated` : station.id,
    title,
    module: modules.map(({ name, serialNumber }) => serialNumber ?? name).join('-'),
  };
}

async function runOnTwin(
  request: ReadyRequest,
  simulation: SimulationArguments,
  run: RunDirectory,
  what: string,
  stop: AbortController,
): Promise<ExitCode> {
  const twin = await startTwin(request.station, twinOptions(simulation, run, request));
  try {
    const station = await twinStation(run);
    const lock = await ownStation(station, what);
    try {
      await lock.describe({ what, station: station.id, run: run.path });
      return await runOn(request, run, station, stop);
    } finally {
      lock.release();
    }
  } finally {
    twin.simulated.release();
  }
}

function twinOptions(
  { transport, timeScale, seed, fault }: SimulationArguments,
  run: RunDirectory,
  { runsDirectory, resumed }: RunRequest,
) {
  const directory = join(run.path, 'station');
  return {
    directory,
    witness: join(run.path, runFiles.witness),
    transport,
    timeScale,
    seed,
    faults: fault,
    runsDirectory,
    goesOn: resumed !== undefined,
  };
}

async function twinStation(run: RunDirectory): Promise<Station> {
  return (await loadStation(join(run.path, 'station'))).station;
}

async function runOn(
  request: ReadyRequest,
  run: RunDirectory,
  station: Station,
  stop: AbortController,
): Promise<ExitCode> {
  const group = poweringGroup(station, request.module);
  const guarded = guardRun(run.path, station, group, stop);
  let safe = true;
  try {
    const outcome = await runGuarded(request, run, station, group, guarded, stop);
    safe = outcome.safe;
    return outcome.exitCode;
  } finally {
    // Without a goodbye it takes over as soon as this process has ended, and goes on trying.
    if (safe) await guarded.goodbye();
  }
}

async function runGuarded(
  request: ReadyRequest,
  run: RunDirectory,
  station: Station,
  group: PoweringGroup,
  guarded: GuardedRun,
  stop: AbortController,
): Promise<RunOutcome> {
  const { script, title, renderer, dirigent, criteria, checks, resumed } = request;
  const sequence = new CalibrationSequence(
    {
      station,
      group,
      runDirectory: run.path,
      dirigent,
      ...(resumed ? { resumed: { ...resumed.resumption, identify: resumed.identify } } : {}),
    },
    elementsOf(script),
    title,
  );
  const guard = await guarded.guard;

  const opened = await openRunJournal(run, resumed);
  const { journal, cutBytes } = opened;
  const log = openRunLog(run.path);
  let { record } = opened;
  journal.listen((line) => {
    record = fold(record, line);
    log.event(line);
    renderer.line(line, record);
  });
  const server = await RunServer.open(journal, run.path, (by) => stop.abort(by));
  request.announce?.(run);
  const pace = new Pace(station.timeScale);
  try {
    const files = await keepConfig(run.path, request, station, resumed && record);
    if (cutBytes !== undefined) await journal.append({ event: 'journal.repaired', bytes: cutBytes });
    if (resumed) {
      const calibrations = new Map(sequence.steps.map(({ number, calibration }) => [number, calibration]));
      await journal.append(resumedEvent(request, resumed, calibrations, files));
      // The one of before says how the run ended; it goes on.
      if (record) await writeRecord(run.path, record);
      if (!resumed.identify) await confirmWithoutChips(resumed, journal);
    } else await journal.append(started(request, run, station, group, files));
    guarded.writeTo(journal);
    return await runSequence(
      {
        sequence,
        station,
        group,
        cluster: openCluster(station, group, { pace, onWire: (event) => log.wire(event) }),
        journal,
        directory: run.path,
        criteria,
        pace,
        ask: (question, ended) =>
          askOperator(question, server, { ended, detached: request.announce !== undefined }),
        live: liveFor(renderer, server),
        guard,
        ...(resumed ? { expected: resumed.expected } : {}),
        checks: { session: checks, info: script.info, scriptHash: script.hash },
        earlierBreakdown: (index) =>
          breakdownOfEarlierRun(
            request.runsDirectory,
            moduleOf(group, index),
            station.timeScale !== 1 || station.simulated !== undefined,
          ),
        environment: {
          // Baton's own measurements hold the limit in their driver, too (rule 6).
          BATON_BIAS_LIMIT: String(groupMaxVoltage(station, group)),
          ...(station.timeScale === 1 ? {} : { BATON_TIME_SCALE: String(station.timeScale) }),
        },
      },
      stop.signal,
    );
  } finally {
    if (record) await writeRecord(run.path, record).catch((error: Error) => tellNoRecord(run, error));
    await server.close();
    renderer.close();
    await log.close();
  }
}

async function confirmWithoutChips({ expected }: ResumedRun, journal: Journal): Promise<void> {
  for (const { module, confirmedBy: by } of expected)
    if (by !== undefined) await journal.append({ event: 'module.confirmed', module, by });
}

/** Nothing of the run is lost by it, and the station is safe: what it came to stays the answer. */
function tellNoRecord({ path }: RunDirectory, error: Error): void {
  const problem = {
    code: 'E5005',
    what: `record.json could not be written: ${error.message}.`,
    remedy: `The journal has what was written down: make room, and \`baton runs show ${path}\` reads it.`,
  };
  process.stderr.write(`${formatProblem(problem)}\n`);
}

/** What passes by goes to the terminal of the runner, if it has one, and to all who look. */
function liveFor(...listeners: LiveListener[]): LiveListener {
  return {
    output: (step, chunk) => {
      for (const one of listeners) one.output(step, chunk);
    },
    progress: (step, progress) => {
      for (const one of listeners) one.progress(step, progress);
    },
  };
}
