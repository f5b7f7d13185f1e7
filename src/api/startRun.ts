import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { writeFileAtomically } from '../base/atomicFile.ts';
import { BatonError, type Problem } from '../base/errors.ts';
import { parseCommand } from '../calibrations/command.ts';
import type { JournalLine } from '../journal/event.ts';
import { readRecord } from '../journal/readRecord.ts';
import { fold, type RunRecord } from '../journal/record.ts';
import { plainName, type RunDirectory } from '../journal/runDirectory.ts';
import { startDetachedRun } from '../sequence/attach/detachedRun.ts';
import { endNotWritten, followRun } from '../sequence/attach/followRun.ts';
import type { CalibrationSequence } from '../sequence/calibrationSequence.ts';
import type { Question } from '../sequence/runContext.ts';
import type { SequenceElement } from '../sequence/step.ts';

/** How the twin of a station is made. */
export interface SimulatedTwin {
  /** Seconds of the station that pass in each second. Default: 100. */
  timeScale?: number;
  /** The same seed gives the same module. Default: 1. */
  seed?: number;
  /** What goes wrong, `early-breakdown:V=-40`; docs/simulator.md lists them. */
  faults?: readonly string[];
}

/** How a run is started, and who is told of it. */
export interface StartOptions {
  /** Folder with the criteria, and with test-types.json for the upload. Default: ./config, else what ships with Baton. */
  config?: string;
  /**
   * Run on the simulated twin of the station, as `baton run --station simulated` does: no instrument is touched, and what
   * is measured can reach a local database alone. The station's own folder is then the one with the criteria.
   */
  simulated?: SimulatedTwin;
  /** Where the run directory is made. Default: `runs_directory` of station.json. */
  runsDirectory?: string;
  /** Who runs it, for the record. Default: the login name. */
  operator?: string;
  /** Whether the results go to the database afterwards. Default: they do; those of a simulated station to a local one. */
  upload?: boolean;
  /** Called with each event as it is written to the journal, and with the record of the run so far. */
  onEvent?: (event: JournalLine, record: RunRecord) => void;
  /** Called with what the calibration of a step prints, as it comes. */
  onOutput?: (step: number, text: string) => void;
  /** Asked what a calibration or an interlock asks the operator. Not given, or undefined: the answer is no, after a time-out. */
  ask?: (question: Question) => Promise<string | undefined>;
  /** Aborting it stops the run safely: HV ramped to zero, LV off, both verified. Its reason, a text, says who asked. */
  signal?: AbortSignal;
}

/** A run that goes on, in a process of its own. */
export interface StartedRun extends RunDirectory {
  /**
   * The record of the run when it is over and the station is safe, or a person is needed (`exitCode` 5).
   *
   * @throws E4603 neither the runner nor its guardian wrote an end: both were killed.
   */
  readonly ended: Promise<RunRecord>;
  /** Does not look any more. The run goes on; `ended` never comes then. */
  leave(): void;
}

/**
 * Runs a sequence as `baton run` does: the station locked, a guardian at its side, every event in a journal, a report at
 * the end. The runner is a process and session of its own, so that whatever becomes of this one changes nothing about the
 * run; `baton attach` shows it too.
 *
 * @throws E1004 the station files are those that ship with Baton; E4002 to E4103, E4201 what is wrong with the sequence;
 * E4005 a twin, and criteria from elsewhere; E9501 to E9503 what is wrong with the twin;
 * E4021 there is no dirigent; E6503, E6504 somebody else works on this station; E6506 no guardian could be started.
 * Nothing was touched then.
 */
export async function startRun(
  sequence: CalibrationSequence,
  options: StartOptions = {},
): Promise<StartedRun> {
  const folder = await mkdtemp(join(tmpdir(), 'baton-sequence-'));
  const forget = () => rm(folder, { recursive: true, force: true });
  try {
    const script = join(folder, `${plainName(sequence.title)}.scr`);
    await writeFileAtomically(script, scriptOf(sequence));
    const run = await startDetachedRun(argumentsOf(sequence, script, options));
    const { ended, leave } = await follow(run, options);
    return { ...run, ended: ended.finally(forget), leave };
  } catch (error) {
    await forget();
    throw error;
  }
}

function argumentsOf(
  { station, group, title }: CalibrationSequence,
  script: string,
  options: StartOptions,
): string[] {
  const { runsDirectory, operator = userInfo().username, upload = true } = options;
  const [module] = group.modules;
  return [
    ...['run', script, '--title', title, '--operator', operator],
    ...stationArguments(station.directory, options),
    ...(module ? ['--module', module.index] : []),
    ...(runsDirectory === undefined ? [] : ['--directory', runsDirectory]),
    ...(upload ? [] : ['--no-upload']),
  ];
}

/** A twin is made of the station of `--config`, so both come from there. */
function stationArguments(directory: string, { config, simulated }: StartOptions): string[] {
  if (!simulated) return ['--station', directory, ...(config === undefined ? [] : ['--config', config])];
  if (config !== undefined && resolve(config) !== resolve(directory))
    throw new BatonError({
      code: 'E4005',
      what: `The twin would be that of ${directory}, and the criteria those of ${config}.`,
      remedy: 'Leave `config` out, or load the station from there.',
    });
  const { timeScale, seed, faults = [] } = simulated;
  return [
    ...['--station', 'simulated', '--config', directory],
    ...(timeScale === undefined ? [] : ['--time-scale', String(timeScale)]),
    ...(seed === undefined ? [] : ['--seed', String(seed)]),
    ...faults.flatMap((fault) => ['--fault', fault]),
  ];
}

async function follow(
  run: RunDirectory,
  options: StartOptions,
): Promise<Pick<StartedRun, 'ended' | 'leave'>> {
  const { onEvent, onOutput, ask, signal } = options;
  let record: RunRecord | undefined;
  const viewer = {
    line: (line: JournalLine) => {
      record = fold(record, line);
      if (record) onEvent?.(line, record);
    },
    output: (step: number, text: string) => onOutput?.(step, text),
    progress: () => undefined,
    close: () => undefined,
  };
  const followed = await followRun(run, viewer, {
    question: (question, client) => {
      void ask?.(question).then((answer) => answer !== undefined && client.answer(question.id, answer));
    },
  });
  // It was over before anybody could look: what it came to stands in its folder.
  if (!followed) return { ended: readRecord(run), leave: () => undefined };
  const stop = () => followed.client.stop(String(signal?.reason ?? 'the program that started it'));
  if (signal?.aborted) stop();
  signal?.addEventListener('abort', stop, { once: true });
  let left = false;
  const ended = followed.ended.then((exitCode) => {
    signal?.removeEventListener('abort', stop);
    if (left) return new Promise<RunRecord>(() => undefined);
    if (exitCode === undefined || !record) throw new BatonError(endNotWritten(run), { exitCode: 5 });
    return record;
  });
  return {
    ended,
    leave: () => {
      left = true;
      followed.leave();
    },
  };
}

/** The sequence as a script: what a runner of its own can be given. */
function scriptOf({ title, elements }: CalibrationSequence): string {
  const script = {
    info: { product: 'any', bom: 'any', lot: 'any', location: 'any' },
    config: { title, fail_fast: true, drivers: ['station'] },
    // fail_fast is a module's; so each element is a module of its own.
    tests: elements.map((element) => {
      if ('checks' in element) throw new BatonError(noScript(element.checks.module));
      const { failFast = true } = element;
      return { module: 'calibrations', options: { fail_fast: failFast }, items: [itemOf(element)] };
    }),
  };
  return `${JSON.stringify(script, null, 2)}\n`;
}

function noScript(module: string): Problem {
  return {
    code: 'E4003',
    what: `${module} holds a site’s own checks, and those are part of a script.`,
    remedy: 'Start the script itself, with `baton run`.',
  };
}

function itemOf({ command, args = [], timeLimit, ...element }: SequenceElement): object {
  const { tuning, instruments, temperature, compliance, repeatOnBreakdown, biasFrom } = element;
  const parsed = parseCommand(command);
  return {
    id: parsed.calibration,
    ...(timeLimit === undefined ? {} : { timeout: timeLimit }),
    args: {
      options: [...parsed.args, ...args],
      ...(tuning === undefined ? {} : { tuning }),
      ...(instruments === undefined ? {} : { instruments: [...new Set(instruments)] }),
      ...(temperature === undefined ? {} : { temperature }),
      ...(compliance === undefined ? {} : { compliance }),
      ...(repeatOnBreakdown === undefined ? {} : { repeat_on_breakdown: repeatOnBreakdown }),
      ...(biasFrom === undefined ? {} : { bias_from: biasFrom }),
    },
  };
}
