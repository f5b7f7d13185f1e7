import { join } from 'node:path';
import { BatonError, type Problem } from '../../base/errors.ts';
import { batonVersion } from '../../base/programs.ts';
import { counted } from '../../base/quantityText.ts';
import { catalogue } from '../../calibrations/catalogue.ts';
import { loadCriteria } from '../../calibrations/criteria.ts';
import { stationHeld } from '../../guardian/owners.ts';
import { lockKeys, ownersOf } from '../../guardian/stationLock.ts';
import type { Identified } from '../../instruments/identifyAll.ts';
import type { StationReading } from '../../instruments/readAll.ts';
import { checkKeeper } from '../../sequence/calibrating/keeper.ts';
import type { DirigentKnowledge } from '../../sequence/dirigent/dirigentHelp.ts';
import { poweringGroup } from '../../station/poweringGroup.ts';
import type { Station } from '../../station/station.ts';
import { formatAmperes, formatDuration, formatVolts } from '../../terminal/numbers.ts';
import type { Finding, Flight, RunChoice } from '../../terminal/station.ts';
import { checkPermission } from '../running/permission.ts';
import { sequenceOf, sequenceOn } from '../running/sequenceFile.ts';
import { freeSpace } from '../station/freeSpace.ts';
import { installedDirigent } from '../station/installedDirigent.ts';
import { isTwin, stationOf } from '../station/stationFiles.ts';
import { batonJson } from './batonJson.ts';
import type { Login } from './login.ts';

/**
 * Looks at everything that a run of this choice needs, and tells what it finds as it finds it; nothing that is wrong
 * hides what else is. Writes to no instrument. Answers with what would be done, if that could be planned.
 */
export async function preflight(
  login: Login,
  choice: RunChoice,
  tell: (finding: Finding) => void,
  signal: AbortSignal,
): Promise<Flight | undefined> {
  const station = await found(tell, 'station files', async () => {
    const { station, warnings } = await stationOf(login);
    const notes = [
      `${counted(station.instruments.size, 'instrument')}, ${counted(station.modules.length, 'module')}`,
    ];
    return { value: station, problems: warnings, notes };
  });
  if (!station) return undefined;
  const twin = isTwin(login.station);
  const [dirigent] = await Promise.all([
    asked(station, login, tell),
    twin ? undefined : free(station, tell),
    twin
      ? notAsked(tell, 'instruments', 'the simulated ones come with the run')
      : instruments(login, tell, signal),
    disk(login.directory ?? station.runsDirectory, tell),
    found(tell, 'criteria', async () => {
      const criteria = await loadCriteria(join(login.config, 'criteria'));
      return { value: criteria, notes: [`${criteria.size} calibrations can be judged`] };
    }),
  ]);
  const chosen = await planned(login, choice, station, dirigent, tell);
  if (chosen) await database(login, chosen, tell, signal);
  return chosen?.flight;
}

interface Chosen {
  flight: Flight;
  sequence: string;
  set: readonly string[];
  module: string | undefined;
}

/** Tells what came of a look at something: a value, or the problems that it was refused with. */
async function found<T>(
  tell: (finding: Finding) => void,
  about: string,
  look: () => Promise<{ value: T; problems?: readonly Problem[]; notes?: readonly string[] }>,
): Promise<T | undefined> {
  try {
    const { value, problems = [], notes = [] } = await look();
    tell({ about, state: stateOf(problems), notes, problems });
    return value;
  } catch (error) {
    if (!(error instanceof BatonError)) throw error;
    tell({ about, state: 'wrong', notes: [], problems: error.problems });
    return undefined;
  }
}

function stateOf(problems: readonly Problem[]): Finding['state'] {
  if (problems.some(({ severity }) => severity !== 'warning')) return 'wrong';
  return problems.length > 0 ? 'warning' : 'ok';
}

function notAsked(tell: (finding: Finding) => void, about: string, why: string): undefined {
  tell({ about, state: 'unknown', notes: [why], problems: [] });
}

function asked(
  station: Station,
  login: Login,
  tell: (finding: Finding) => void,
): Promise<DirigentKnowledge | undefined> {
  return found(tell, 'dirigent', async () => {
    const knowledge = await installedDirigent(station, login.station, catalogue.keys());
    const problems = [...knowledge.warnings, ...(await checkKeeper())];
    return { value: knowledge, problems, notes: [knowledge.version ?? station.dirigent.command.join(' ')] };
  });
}

async function free(station: Station, tell: (finding: Finding) => void): Promise<void> {
  const { run, guardian } = await ownersOf(lockKeys(station));
  const held = run ?? guardian;
  if (held)
    tell({ about: 'station', state: 'wrong', notes: ['in use'], problems: [stationHeld(station.id, held)] });
  else tell({ about: 'station', state: 'ok', notes: ['free'], problems: [] });
}

/** One after the other, for an instrument has one owner. */
async function instruments(
  login: Login,
  tell: (finding: Finding) => void,
  signal: AbortSignal,
): Promise<void> {
  const identified = await batonJson<Identified[]>(['instruments', 'identify', ...login.words], signal);
  if ('problems' in identified) {
    tell({ about: 'instruments', state: 'wrong', notes: [], problems: identified.problems });
    return;
  }
  for (const { name, identity, problem, class: className } of identified)
    tell({
      about: name,
      state: problem === undefined ? (identity ? 'ok' : 'unknown') : 'wrong',
      notes: [
        problem ??
          (identity ? `${identity.model} ${identity.serial}` : `${className}: only calibrations open it`),
      ],
      problems: [],
    });
  if (identified.some(({ problem }) => problem !== undefined)) return;
  const reading = await batonJson<StationReading>(['instruments', 'read', ...login.words], signal);
  if ('problems' in reading)
    tell({ about: 'outputs', state: 'wrong', notes: [], problems: reading.problems });
  else for (const output of reading.outputs) tell(outputFinding(output));
}

/** On is no fault: the run reads it, and brings it down first. Unreadable is. */
function outputFinding({
  at,
  role,
  output,
  voltage,
  current,
  problem,
}: StationReading['outputs'][number]): Finding {
  const about = `${role.toUpperCase()} ${at}`;
  if (problem !== undefined) return { about, state: 'wrong', notes: [problem], problems: [] };
  const values = [
    voltage === undefined ? '' : formatVolts(voltage),
    current === undefined ? '' : formatAmperes(current),
  ].join('  ');
  return output
    ? { about, state: 'warning', notes: [`on  ${values}: it is brought down first`], problems: [] }
    : { about, state: 'ok', notes: ['off'], problems: [] };
}

async function disk(directory: string, tell: (finding: Finding) => void): Promise<void> {
  await found(tell, 'disk', async () => ({ value: directory, ...(await freeSpace(directory)) }));
}

async function planned(
  login: Login,
  choice: RunChoice,
  station: Station,
  dirigent: DirigentKnowledge | undefined,
  tell: (finding: Finding) => void,
): Promise<Chosen | undefined> {
  const scale = isTwin(login.station) ? login.simulation.timeScale : station.timeScale;
  return found(tell, 'sequence', async () => {
    const set = Object.entries(choice.set).map(([name, value]) => `${name}=${value}`);
    const { config } = login;
    const loaded = await sequenceOf({ sequence: choice.sequence, config, set, module: choice.module });
    const { script, module, problems, fromTraveller } = loaded;
    const rules = isTwin(login.station) ? undefined : station.operators;
    checkPermission(rules, {
      user: login.user,
      sequence: script.name,
      set: loaded.set,
      traveller: fromTraveller,
    });
    const group = poweringGroup(station, module);
    const sequence = sequenceOn({ station, twin: isTwin(login.station), group, dirigent }, script);
    const plan = sequence.plan();
    const flight: Flight = {
      title: script.title,
      modules: group.modules.map(({ name, serialNumber = '' }) => `${name} ${serialNumber}`.trim()),
      steps: plan.steps.map(
        ({ number, calibration, estimate }) =>
          `${number}  ${calibration.padEnd(22)} about ${formatDuration(estimate / scale)}`,
      ),
      actions: plan.actions.length,
      estimate: plan.estimate / scale,
    };
    const chosenSet = Object.entries(loaded.set).map(([name, value]) => `${name}=${value}`);
    return {
      value: { flight, sequence: script.name, set: chosenSet, module },
      problems: [...problems, ...sequence.warnings],
      notes: [`${script.name}, checked`, `Baton ${batonVersion()}, Node ${process.version}`],
    };
  });
}

/** As `baton check` asks it, in a process of its own: nobody is asked for codes, and nothing is printed over the screen. */
async function database(
  login: Login,
  { sequence, set, module }: Chosen,
  tell: (finding: Finding) => void,
  signal: AbortSignal,
): Promise<void> {
  const words = [
    ...['check', sequence, ...login.words],
    ...set.flatMap((pair) => ['--set', pair]),
    ...(module === undefined ? [] : ['--module', module]),
  ];
  const answer = await batonJson<{ findings: { about: string; problems: Problem[]; notes?: string[] }[] }>(
    words,
    signal,
  );
  if ('problems' in answer) {
    tell({ about: 'database', state: 'warning', notes: [], problems: answer.problems });
    return;
  }
  for (const { about, problems, notes = [] } of answer.findings) {
    if (about === 'database') tell({ about, state: stateOf(problems), notes, problems });
    if (about === 'not covered' && notes.length > 0) tell({ about, state: 'unknown', notes, problems });
  }
}
