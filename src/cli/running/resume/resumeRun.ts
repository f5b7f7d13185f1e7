import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { BatonError, type Problem } from '../../../base/errors.ts';
import type { JournalLine } from '../../../journal/event.ts';
import type { RunRecord } from '../../../journal/record.ts';
import { findRun, type RunDirectory, runFiles } from '../../../journal/runDirectory.ts';
import { chipCodes } from '../../../sequence/calibrating/chipIdentity.ts';
import { CalibrationSequence } from '../../../sequence/calibrationSequence.ts';
import type { Plan } from '../../../sequence/plan/plan.ts';
import { evidenceOf, takenFolders } from '../../../sequence/resume/evidence.ts';
import { whatIsKept } from '../../../sequence/resume/kept.ts';
import type { ExpectedModule } from '../../../sequence/resume/moduleIdentity.ts';
import { faultsOfTheModule } from '../../../simulator/faults.ts';
import { codesInModulesJson } from '../../../station/chipCodes.ts';
import { loadStation } from '../../../station/load.ts';
import { poweringGroup } from '../../../station/poweringGroup.ts';
import type { Module, PoweringGroup, Station } from '../../../station/station.ts';
import { installedDirigent } from '../../station/installedDirigent.ts';
import { undisturbedAndLast } from '../../station/makingSafe.ts';
import { stationOf } from '../../station/stationFiles.ts';
import type { RunRequest } from '../runRequest.ts';
import { elementsOf } from '../sequenceFile.ts';
import {
  clearTwin,
  demandFree,
  demandInterrupted,
  readInterrupted,
  twinOf,
  writeMissingEnd,
} from './interruptedRun.ts';
import { changesAtStation, sourcesOf } from './resumeSources.ts';

/** Which run is to go on, and how. */
interface ResumeChoice {
  /** Id, beginning of it, or folder; not given: the last one. */
  run?: string | undefined;
  config: string;
  /** Of a run on its own simulated twin it is not asked for: its files are in the run directory. */
  station?: string | undefined;
  directory?: string | undefined;
  /** Serial numbers, or names, of modules that somebody says are mounted. */
  modules: readonly string[];
  operator: string;
  /** Faults of the simulated twin that is started again. */
  faults: readonly string[];
  /** Nothing is touched, not even a run whose end nobody wrote. */
  look: boolean;
}

/** A run that can go on: all that is known before anything is powered. */
export interface ResumeProposal {
  run: RunDirectory;
  record: RunRecord;
  request: Omit<RunRequest, 'renderer' | 'announce'>;
  sequence: CalibrationSequence;
  plan: Plan;
  /** What is not as it was when the run began, and must be agreed to. */
  changes: readonly string[];
  /** What should be said, and needs no answer. */
  notes: readonly string[];
  warnings: readonly Problem[];
  /** Modules of which neither their chips nor anybody has said so far that they are the same. */
  unconfirmed: readonly Module[];
}

/**
 * Finds an interrupted run and decides what of it stands, from its journal and its files. A run whose end nobody wrote is
 * ended first: its station is made safe. The same for the terminal and for `baton runs resume`.
 *
 * @throws BatonError why it cannot go on: E5003 to E5008, E4605, E6503, E6504, E6511
 */
export async function proposeResume(choice: ResumeChoice): Promise<ResumeProposal> {
  const run = await chosenRun(choice);
  const begun = await demandInterrupted(run);
  const twin = await twinOf(run);
  const station = await stationOfRun(run, begun, choice);
  await demandFree(station, run);
  const ended = begun.state === 'ended';
  if (!choice.look && twin) await undisturbedAndLast(() => clearTwin(run, twin, ended));
  else if (!choice.look && !ended) await undisturbedAndLast(() => writeMissingEnd(run, station));

  const { lines, record, torn } = await readInterrupted(run);
  const { script, problems, criteria, notes } = await sourcesOf(run, record);
  const group = poweringGroup(station, record.modules[0]?.index);
  demandSameModules(run, record, group);
  const names = [...script.calibrations.map(({ id }) => id), 'get_module_info'];
  const dirigent = await installedDirigent(station, twin ? 'simulated' : undefined, names);
  const changes = twin ? [] : await changesAtStation(run, record, station, dirigent.version);
  const context = { station, group, runDirectory: run.path, dirigent };
  const whole = new CalibrationSequence(context, elementsOf(script), record.title);
  const evidence = await evidenceOf({ directory: run.path, lines, record, group }, whole.steps);
  const resumption = whatIsKept(record, whole.steps, evidence, await takenFolders(run.path, lines));
  demandModules(choice.modules, group);
  const begunWith = await readFile(join(run.path, runFiles.config, 'modules.json'), 'utf8').catch(() => '');
  const expected = expectedModules(choice, group, record, lines, station, begunWith);
  const identify =
    group.lv.length > 0 &&
    dirigent.knows('get_module_info') &&
    expected.some(({ chips }) => chips !== undefined);
  const sequence = new CalibrationSequence(
    { ...context, resumed: { ...resumption, identify } },
    elementsOf(script),
    record.title,
  );
  const request: ResumeProposal['request'] = {
    script,
    title: record.title,
    station,
    ...(record.modules[0] ? { module: record.modules[0].index } : {}),
    dirigent,
    criteria,
    config: choice.config,
    runsDirectory: dirname(run.path),
    operator: choice.operator,
    upload: record.upload,
    ...(twin
      ? {
          simulation: {
            transport: twin.making.transport,
            timeScale: twin.making.timeScale,
            seed: twin.making.seed,
            fault: [...faultsOfTheModule(twin.making.faults), ...choice.faults],
          },
        }
      : {}),
    resumed: { run, resumption, identify, expected, changes, lines: lines.length },
  };
  return {
    run,
    record,
    request,
    sequence,
    plan: sequence.plan(),
    changes,
    notes: [...notes, ...(torn ? ['the last line of its journal was cut short, and is taken off'] : [])],
    warnings: [...problems, ...sequence.warnings],
    unconfirmed: unconfirmed(group, expected, identify),
  };
}

/** The proposal, with modules that a person has just confirmed. */
export function withConfirmed(
  { request, ...proposal }: ResumeProposal,
  by: string,
  modules: readonly Pick<Module, 'index'>[],
): ResumeProposal {
  const resumed = request.resumed!;
  const expected = resumed.expected.map((one) =>
    modules.some(({ index }) => index === one.module) ? { confirmedBy: by, ...one } : one,
  );
  return { ...proposal, unconfirmed: [], request: { ...request, resumed: { ...resumed, expected } } };
}

/** The command line that goes on with it in a process of its own, with everything agreed to. */
export function resumeWords(
  { run, request }: ResumeProposal,
  {
    config,
    station,
    fault = [],
  }: { config: string; station?: string | undefined; fault?: readonly string[] },
): string[] {
  const { expected } = request.resumed!;
  const said = expected.filter(({ confirmedBy }) => confirmedBy !== undefined).map(({ module }) => module);
  const names = poweringGroup(request.station, request.module).modules.filter(({ index }) =>
    said.includes(index),
  );
  return [
    ...['runs', 'resume', run.path, '--config', config, '--operator', request.operator, '--accept-changes'],
    ...(station === undefined ? [] : ['--station', station]),
    ...names.flatMap(({ name, serialNumber = name }) => ['--module', serialNumber]),
    ...fault.flatMap((one) => ['--fault', one]),
  ];
}

async function chosenRun({ run, config, station, directory }: ResumeChoice): Promise<RunDirectory> {
  if (run?.includes('/')) return findRun('', run);
  const root = directory ?? (await stationOf({ config, station })).station.runsDirectory;
  return findRun(resolve(root), run);
}

/** @throws E5007 it is another station */
async function stationOfRun(run: RunDirectory, record: RunRecord, choice: ResumeChoice): Promise<Station> {
  if (await twinOf(run)) return (await loadStation(join(run.path, 'station'))).station;
  const { station } = await stationOf(choice);
  if (station.id === record.station.id) return station;
  throw new BatonError({
    code: 'E5007',
    what: `the run ${run.id} was on the station ${record.station.id}; these are the files of ${station.id}.`,
    remedy: `Name the files of ${record.station.id} with --config or --station.`,
  });
}

/**
 * What was measured of one module allows no bias of another, whoever agrees to it.
 *
 * @throws E4406 the files of the station name other modules than the run began with
 */
export function demandSameModules(
  { id }: Pick<RunDirectory, 'id'>,
  { modules }: Pick<RunRecord, 'modules'>,
  group: Pick<PoweringGroup, 'modules'>,
): void {
  const begun = new Map(modules.map((module) => [module.index, calledBy(module)]));
  const now = new Map(group.modules.map((module) => [module.index, calledBy(module)]));
  const others = [...new Set([...begun.keys(), ...now.keys()])].filter(
    (index) => begun.get(index) !== now.get(index),
  );
  if (others.length === 0) return;
  const told = others.map(
    (index) => `module ${index} is ${now.get(index) ?? 'none'}; it was ${begun.get(index) ?? 'none'}`,
  );
  throw new BatonError({
    code: 'E4406',
    what: `the files of the station name other modules than ${id} began with: ${told.join('; ')}.`,
    remedy: `Mount ${[...begun.values()].join(', ')} and put the files back, or start a run of the module that is mounted.`,
  });
}

function calledBy({ name, serialNumber }: { name: string; serialNumber?: string | undefined }): string {
  return serialNumber ?? name;
}

/** @throws E4406 somebody says that another module is mounted */
function demandModules(said: readonly string[], { modules }: PoweringGroup): void {
  const known = modules.flatMap(({ name, serialNumber }) => [name, serialNumber?.toUpperCase()]);
  const others = said.filter((one) => !known.includes(one) && !known.includes(one.toUpperCase()));
  if (others.length === 0) return;
  const called = modules.map(({ name, serialNumber = name }) => serialNumber).join(', ');
  throw new BatonError({
    code: 'E4406',
    what: `${others.join(', ')} is not of this run: it is of ${called}.`,
    remedy: `Mount ${called}, or start a run of the module that is mounted.`,
  });
}

/** By what each module can be known: chips that were read in this run, those of modules.json, what somebody says. */
function expectedModules(
  { modules: said }: ResumeChoice,
  group: PoweringGroup,
  record: RunRecord,
  lines: readonly JournalLine[],
  station: Station,
  begunWith: string,
): ExpectedModule[] {
  return group.modules.map(({ index, name, serialNumber }): ExpectedModule => {
    const read = codesRead(index, record, lines);
    // What modules.json says of a simulated module is of the one that it was copied from.
    const chips = read ?? (station.simulated ? undefined : codesInFiles(station, begunWith, index));
    const named = said.find((one) => one === name || one.toUpperCase() === serialNumber?.toUpperCase());
    const by = named ? `--module ${named}` : station.simulated ? 'the seed of its simulation' : undefined;
    return {
      module: index,
      ...(chips ? { chips } : {}),
      certain: read !== undefined,
      ...(by === undefined ? {} : { confirmedBy: by }),
    };
  });
}

/** By a step of this run, or when it was resumed before. */
function codesRead(
  module: string,
  { steps }: RunRecord,
  lines: readonly JournalLine[],
): ExpectedModule['chips'] {
  const confirmed = lines.findLast((line) => line.event === 'module.confirmed' && line.module === module);
  if (confirmed?.event === 'module.confirmed' && confirmed.chips) return confirmed.chips;
  const codes = steps
    .filter(({ state }) => state === 'completed')
    .flatMap(({ results }) => results.filter((result) => result.module === module))
    .map(({ measurements }) => chipCodes(measurements))
    .findLast((one) => Object.keys(one).length > 0);
  return codes;
}

/** As the run began with it, for a step that was killed may have written the codes of other chips over it. */
function codesInFiles({ files }: Station, begunWith: string, index: string): ExpectedModule['chips'] {
  const now = files.find(({ name }) => name === 'modules.json')?.text ?? '';
  const codes = { ...codesInModulesJson(now, index), ...codesInModulesJson(begunWith, index) };
  return Object.keys(codes).length > 0 ? codes : undefined;
}

function unconfirmed(
  { modules }: PoweringGroup,
  expected: readonly ExpectedModule[],
  identify: boolean,
): Module[] {
  return modules.filter(({ index }) => {
    const one = expected.find(({ module }) => module === index);
    return one?.confirmedBy === undefined && !(identify && one?.chips !== undefined);
  });
}
