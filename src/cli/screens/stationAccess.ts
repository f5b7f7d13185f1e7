import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { BatonError } from '../../base/errors.ts';
import type { StationReading } from '../../instruments/readAll.ts';
import { readRecord } from '../../journal/readRecord.ts';
import { listRuns, plainName } from '../../journal/runDirectory.ts';
import { scriptPath } from '../../scripts/sequenceFiles.ts';
import { substitutionForm } from '../../scripts/substitutions/substitutionForm.ts';
import { isTravellerCode } from '../../scripts/travellers/travellerCode.ts';
import { startDetachedRun } from '../../sequence/attach/detachedRun.ts';
import type { Station } from '../../station/station.ts';
import type { Readings, Recognised, RunChoice, StationAccess } from '../../terminal/station.ts';
import { listedSequences } from '../running/listedSequences.ts';
import { sequenceOf } from '../running/sequenceFile.ts';
import { tryToWatchRun, watchRun } from '../running/watchRun.ts';
import { summariseAll } from '../runs/recordedRuns.ts';
import { isTwin, stationOf } from '../station/stationFiles.ts';
import { batonJson } from './batonJson.ts';
import { lazyUploads } from './lazyUploads.ts';
import { listFolder } from './listFolder.ts';
import type { Login } from './login.ts';

/** Between two looks at the outputs, ms. */
const readingPauseMs = 10_000;
/** A run that goes on is among the last ones. */
const lookedAt = 20;

/**
 * What the screens of the terminal can ask of a station.
 *
 * @throws BatonError what is wrong with its files
 */
export async function stationAccess(login: Login): Promise<StationAccess> {
  const { station } = await stationOf(login);
  const root = login.directory ?? station.runsDirectory;
  const twin = isTwin(login.station);
  // What comes from simulated instruments stays on this machine.
  const local = twin || station.simulated !== undefined;
  const database = { config: login.config, directory: root, local, json: false };
  const readings = new ReadingRounds(login);
  return {
    id: station.id,
    site: station.site,
    twin,
    operator: login.operator,
    language: station.language,
    modules: station.modules.map(({ index, name, serialNumber }) => ({
      index,
      name,
      ...(serialNumber === undefined ? {} : { serialNumber }),
    })),
    sequences: () => listedSequences(login.config),
    runs: async (most = Number.POSITIVE_INFINITY) => {
      const runs = (await listRuns(root)).slice(0, most);
      const lines = await summariseAll(runs);
      return lines.map((line, k) => ({ ...line, ...runs[k]! }));
    },
    record: async (run) => {
      const report = join(run.path, 'report.html');
      const isThere = await access(report).then(
        () => true,
        () => false,
      );
      return { record: await readRecord(run), directory: run.path, ...(isThere ? { report } : {}) };
    },
    recognise: (text) => recognise(text, station, login),
    questions: async (sequence) => {
      const { fields, problems } = await substitutionForm(await scriptPath(sequence, login.config));
      const wrong = problems.filter(({ severity }) => severity !== 'warning');
      return { questions: fields, problems: wrong };
    },
    preflight: async (choice, tell, signal) => {
      await readings.rest();
      const { preflight } = await import('./preflight.ts');
      return preflight(login, choice, tell, signal);
    },
    start: async (choice) => {
      await readings.rest();
      const warnings = new PassThrough({ encoding: 'utf8' });
      const watched = await watchRun(await startDetachedRun(wordsOf(login, choice), warnings));
      warnings.on('data', (text: string) => watched.run.log.take(text));
      return watched;
    },
    resume: async (run, operator, talk) => {
      await readings.rest();
      const { resumeTalk } = await import('./resumeTalk.ts');
      return resumeTalk(login, run.path, operator, talk);
    },
    goingOn: async () => {
      const name = twin ? `${station.id}-simulated` : station.id;
      const ours = (await listRuns(root)).filter(({ id }) => id.includes(`_${plainName(name)}_`));
      for (const run of ours.slice(0, lookedAt)) {
        const watched = await tryToWatchRun(run);
        if (watched) return watched;
      }
      return undefined;
    },
    uploads: lazyUploads({ config: login.config, runsDirectory: root, local }),
    register: async (talk) => {
      const { registerTalk } = await import('./registerTalk.ts');
      await registerTalk(database, talk);
    },
    wirebond: async (files, component, talk) => {
      const { wirebondTalk } = await import('./wirebondTalk.ts');
      await wirebondTalk(database, files, component, talk);
    },
    folder: (path = '.') => listFolder(path),
    ...(twin ? {} : { watchReadings: (tell) => readings.begin(tell) }),
  };
}

async function recognise(text: string, station: Station, login: Login): Promise<Recognised | undefined> {
  const wanted = text.toUpperCase();
  const module = station.modules.find(
    ({ index, name, serialNumber }) =>
      serialNumber?.toUpperCase() === wanted || name.toUpperCase() === wanted || index === text,
  );
  if (module) {
    const { index, name, serialNumber } = module;
    return { module: { index, name, ...(serialNumber === undefined ? {} : { serialNumber }) } };
  }
  if (!isTravellerCode(text)) return undefined;
  try {
    const { script } = await sequenceOf({ sequence: text, config: login.config });
    const traveller: RunChoice = { sequence: text, set: {}, operator: login.operator, upload: true };
    return { traveller, title: script.title };
  } catch (error) {
    if (!(error instanceof BatonError)) throw error;
    return { problems: error.problems };
  }
}

/** The command line of a run; a traveller says module and values by itself. */
function wordsOf(login: Login, { sequence, module, set, operator, upload }: RunChoice): string[] {
  const { transport, timeScale, seed, fault } = login.simulation;
  const simulation = isTwin(login.station)
    ? [
        ...['--transport', transport, '--time-scale', String(timeScale), '--seed', String(seed)],
        ...fault.flatMap((one) => ['--fault', one]),
      ]
    : [];
  return [
    'run',
    sequence,
    ...login.words,
    ...(login.directory === undefined ? [] : ['--directory', login.directory]),
    ...(module === undefined ? [] : ['--module', module]),
    ...Object.entries(set).flatMap(([name, value]) => ['--set', `${name}=${value}`]),
    ...['--operator', operator],
    ...(upload ? [] : ['--no-upload']),
    ...simulation,
  ];
}

/** Reads the outputs in rounds while somebody looks, each by a process that has them for that moment alone. */
class ReadingRounds {
  readonly #login: Login;
  #round: Promise<void> = Promise.resolve();
  #ended: AbortController | undefined;

  constructor(login: Login) {
    this.#login = login;
  }

  begin(tell: (readings: Readings) => void): () => void {
    this.#ended?.abort();
    const ended = new AbortController();
    this.#ended = ended;
    const before = this.#round;
    this.#round = (async () => {
      await before;
      while (!ended.signal.aborted) {
        const readings = await this.#read();
        if (!ended.signal.aborted) tell(readings);
        // Ends early, by a rejection, when nobody looks any more; the loop asks the signal itself.
        await sleep(readingPauseMs, undefined, { signal: ended.signal }).catch(() => undefined);
      }
    })();
    return () => ended.abort();
  }

  /** Ends them, and waits until no instrument is held. */
  async rest(): Promise<void> {
    this.#ended?.abort();
    await this.#round;
  }

  async #read(): Promise<Readings> {
    const reading = await batonJson<StationReading>(['instruments', 'read', ...this.#login.words]);
    const at = Date.now();
    if ('problems' in reading) return { at, unread: reading.problems.map(({ what }) => what).join(' ') };
    const probes = reading.probes.map(
      ({ instrument, voltages = {}, problem }) =>
        `${instrument}  ${
          problem ??
          Object.entries(voltages)
            .map(([net, volts]) => `${net} ${volts.toFixed(2)} V`)
            .join('  ')
        }`,
    );
    return { at, outputs: reading.outputs, probes };
  }
}
