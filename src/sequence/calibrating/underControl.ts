import { join } from 'node:path';
import type { Seconds } from '../../base/units.ts';
import { type EndedBy, type EndingBudget, endCalibration } from '../../guardian/ending.ts';
import { stepFiles } from '../../journal/stepFolder.ts';
import { keepModulesJson } from '../dirigent/modulesJson.ts';
import { resolveProgram } from '../dirigent/program.ts';
import type { RunContext } from '../runContext.ts';
import type { RunState } from '../runState.ts';
import { type CalibrationEnd, CalibrationProcess } from './calibrationProcess.ts';
import type { KeptCommand } from './keeper.ts';
import type { PlannedCalibration } from './nextCalibration.ts';
import { asksForSecret } from './output.ts';
import { makeStepFolder } from './stepResults.ts';

interface CalibrationRun {
  /** 0: of no step. */
  step: number;
  argv: readonly string[];
  /** Relative to the run directory. */
  folder: string;
  /** Station seconds. */
  timeLimit: Seconds;
  budget: EndingBudget;
  /** Must be on disk before it starts. */
  after?: Promise<void>;
}

interface ControlledEnd {
  end: CalibrationEnd;
  why: 'itself' | 'stopped' | 'late';
  /** How it was ended, if it did not end by itself. */
  endedBy?: EndedBy;
}

/**
 * Runs a calibration and waits for its end, or ends it: when the signal says so, or when its time is over. Its folder is
 * made; modules.json is kept as it was before and after.
 */
export async function runUnderControl(
  { step, argv, folder, timeLimit, budget, after }: CalibrationRun,
  context: RunContext,
  state: RunState,
  stop: AbortSignal,
): Promise<ControlledEnd> {
  const { directory, pace, live, station } = context;
  // A disk that does not take it is told below, where it is waited for.
  after?.catch(() => undefined);
  const planned = { argv, folder };
  const prepared = await state.nextCalibration.take(planned);
  const command = prepared?.command ?? (await commandOf(planned, context));
  await makeStepFolder(directory, { folder });
  // Told before it starts: whenever the runner dies from here on, the guardian knows whom to end.
  context.guard?.calibrationStarts({ step, folder, budget });
  const calibration = await CalibrationProcess.start(
    {
      ...command,
      after: Promise.all([keepModulesJson(directory, station, folder, 'before'), after]),
      onOutput: (chunk) => live?.output(step, chunk),
      onProgress: (progress) => live?.progress(step, progress),
      onPrompt: (text, ended) => answer(text, step, context, state, ended),
    },
    prepared?.calibration,
  ).catch((error: unknown) => {
    context.guard?.calibrationEnded();
    throw error;
  });
  const { plannedNext } = state;
  if (plannedNext) state.nextCalibration.prepare(plannedNext, commandOf(plannedNext, context));
  const why = await firstOf(calibration, stop, pace.realMs(timeLimit));
  const endedBy = why === 'itself' ? undefined : await endCalibration(calibration, budget, pace);
  const end = await calibration.ended;
  context.guard?.calibrationEnded();
  await keepModulesJson(directory, station, folder, 'after');
  return { end, why, ...(endedBy === undefined ? {} : { endedBy }) };
}

async function commandOf(
  { argv, folder }: PlannedCalibration,
  { directory, station, environment }: RunContext,
): Promise<KeptCommand> {
  const cwd = join(directory, folder);
  return {
    argv: await resolveProgram(station.dirigent, argv),
    cwd,
    logFiles: [join(cwd, stepFiles.stdout), join(cwd, stepFiles.stderr)],
    keeperFile: join(cwd, stepFiles.keeper),
    ...(environment ? { env: environment } : {}),
  };
}

async function firstOf(
  calibration: CalibrationProcess,
  stop: AbortSignal,
  limitMs: number,
): Promise<ControlledEnd['why']> {
  let timer: NodeJS.Timeout | undefined;
  let onAbort: (() => void) | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), Math.min(limitMs, 2 ** 31 - 1));
  });
  const stopped = new Promise<'stopped'>((resolve) => {
    onAbort = () => resolve('stopped');
    if (stop.aborted) onAbort();
    else stop.addEventListener('abort', onAbort);
  });
  const itself = calibration.ended.then(() => 'itself' as const);
  try {
    return await Promise.race([itself, stopped, late]);
  } finally {
    clearTimeout(timer);
    if (onAbort) stop.removeEventListener('abort', onAbort);
  }
}

/** A calibration that asks is answered by the operator, and N when nobody does: it must never wait for ever. */
async function answer(
  text: string,
  step: number,
  { ask }: RunContext,
  state: RunState,
  ended: AbortSignal,
): Promise<string> {
  const secret = asksForSecret(text);
  state.note({ event: 'step.prompted', step, text });
  const given = await ask({ step, text, secret }, ended);
  if (ended.aborted) return 'N';
  const by = given === undefined ? 'time-out' : 'operator';
  state.note({
    event: 'step.answered',
    step,
    answer: secret && given !== undefined ? '(not written down)' : (given ?? 'N'),
    by,
  });
  return given ?? 'N';
}
