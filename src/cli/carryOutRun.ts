import { join } from 'node:path';
import { writeFileAtomically } from '../base/atomicFile.ts';
import type { ExitCode } from '../base/errors.ts';
import { batonVersion } from '../base/programs.ts';
import { Pace } from '../base/time.ts';
import type { Criteria } from '../calibrations/criteria.ts';
import { openCluster } from '../instruments/openCluster.ts';
import type { HashedFile, RunStarted } from '../journal/event.ts';
import { Journal } from '../journal/journal.ts';
import { fold, type RunRecord } from '../journal/record.ts';
import { createRunDirectory, type RunDirectory, runFiles } from '../journal/runDirectory.ts';
import type { SequenceScript } from '../scripts/script.ts';
import { CalibrationSequence } from '../sequence/calibrationSequence.ts';
import type { DirigentKnowledge } from '../sequence/dirigentHelp.ts';
import { breakdownOfEarlierRun } from '../sequence/earlierRun.ts';
import { runSequence } from '../sequence/runner.ts';
import { loadStation } from '../station/load.ts';
import { groupMaxVoltage, poweringGroup } from '../station/poweringGroup.ts';
import type { PoweringGroup, Station } from '../station/station.ts';
import type { Renderer } from '../terminal/renderer.ts';
import { keepConfig } from './keepConfig.ts';
import { askAtTerminal } from './question.ts';
import { openRunLog } from './runLog.ts';
import { elementsOf } from './sequenceFile.ts';
import { startTwin } from './simulatedTwin.ts';
import type { SimulationArguments } from './simulationOptions.ts';
import { stopSignal } from './stopSignal.ts';

export interface RunRequest {
  script: SequenceScript;
  title: string;
  station: Station;
  module?: string;
  /** What the dirigent that will be called says of itself. */
  dirigent: DirigentKnowledge;
  criteria: ReadonlyMap<string, Criteria>;
  runsDirectory: string;
  operator: string;
  upload: boolean;
  renderer: Renderer;
  /** The run starts a simulated twin of the station and uses that. */
  simulation?: SimulationArguments;
}

/** From a checked request to the exit code: run directory, simulated twin if asked for, journal, runner, record. */
export async function carryOutRun(request: RunRequest): Promise<ExitCode> {
  const stop = stopSignal();
  const given = poweringGroup(request.station, request.module);
  const run = await createRunDirectory(request.runsDirectory, {
    time: new Date(),
    station: request.simulation ? `${request.station.id}-simulated` : request.station.id,
    title: request.title,
    module: given.modules.map(({ name, serialNumber }) => serialNumber ?? name).join('-'),
  });
  const twin =
    request.simulation && (await startTwin(request.station, twinOptions(request.simulation, run, request)));
  try {
    return await runOn(request, run, twin ? await twinStation(run) : request.station, stop);
  } finally {
    twin?.simulated.release();
  }
}

function twinOptions(
  { transport, timeScale, seed, fault }: SimulationArguments,
  run: RunDirectory,
  { runsDirectory }: RunRequest,
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
  };
}

async function twinStation(run: RunDirectory): Promise<Station> {
  return (await loadStation(join(run.path, 'station'))).station;
}

async function runOn(
  request: RunRequest,
  run: RunDirectory,
  station: Station,
  stop: AbortSignal,
): Promise<ExitCode> {
  const { script, title, renderer, dirigent, criteria } = request;
  const group = poweringGroup(station, request.module);
  const sequence = new CalibrationSequence(
    { station, group, runDirectory: run.path, dirigent },
    elementsOf(script),
    title,
  );
  const files = await keepConfig(run.path, request, station);

  const log = openRunLog(run.path);
  const journal = await Journal.create(join(run.path, runFiles.journal));
  let record: RunRecord | undefined;
  journal.listen((line) => {
    record = fold(record, line);
    log.event(line);
    renderer.line(line, record);
  });
  const pace = new Pace(station.timeScale);
  try {
    await journal.append(started(request, run, station, group, files));
    const { exitCode } = await runSequence(
      {
        sequence,
        station,
        group,
        cluster: openCluster(station, group, { pace, onWire: (event) => log.wire(event) }),
        journal,
        directory: run.path,
        criteria,
        pace,
        failFast: script.failFast,
        ask: ({ text, secret }, ended) =>
          askAtTerminal(`\n${text}\nYour answer: `, { secret, signal: ended }),
        live: renderer,
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
      stop,
    );
    return exitCode;
  } finally {
    if (record)
      await writeFileAtomically(join(run.path, runFiles.record), `${JSON.stringify(record, null, 2)}\n`);
    renderer.close();
    await log.close();
  }
}

function started(
  request: RunRequest,
  run: RunDirectory,
  station: Station,
  group: PoweringGroup,
  files: HashedFile[],
): RunStarted {
  const { script, title, operator, upload } = request;
  return {
    event: 'run.started',
    run: run.id,
    title,
    sequence: {
      name: script.name,
      sha256: script.hash,
      substitutions: Object.fromEntries(script.substitutions.map(({ name, value }) => [name, String(value)])),
    },
    station: {
      id: station.id,
      site: station.site,
      institution: station.institution,
      simulated: station.simulated !== undefined,
      timeScale: station.timeScale,
    },
    operator,
    versions: { baton: batonVersion(), node: process.version, dirigent: request.dirigent.version },
    modules: group.modules.map(({ index }) => moduleOf(group, index)),
    failFast: script.failFast,
    upload,
    files,
  };
}

function moduleOf(group: PoweringGroup, wanted: string) {
  const { index, name, serialNumber, sensorType, type, chips } = group.modules.find(
    (module) => module.index === wanted,
  )!;
  return { index, name, serialNumber, sensorType, type, chips };
}
