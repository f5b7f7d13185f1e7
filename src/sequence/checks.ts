import { join } from 'node:path';
import { writeFileAtomically } from '../base/atomicFile.ts';
import type { Problem } from '../base/errors.ts';
import type { Measurement, Verdict } from '../base/verdict.ts';
import type { StepJudged } from '../journal/stepEvents.ts';
import type { Answer, Question } from '../scripts/checks/checkModule.ts';
import { type ItemEvent, type ItemResult, type ModuleResult, runItems } from '../scripts/checks/runItems.ts';
import { told } from './calibrating/failureHints.ts';
import { makeStepFolder } from './calibrating/stepResults.ts';
import { done, interrupted, type Outcome } from './outcome.ts';
import type { RunContext } from './runContext.ts';
import type { RunState } from './runState.ts';
import { readStation } from './stationReadings.ts';
import { type ChecksStep, isChecks } from './step.ts';

/**
 * Runs a site's own checks as a step: their items into the journal, their verdict into that of each module. What ends
 * the run ends this at once; what the items then tidy up, in the time that they have for it, must not keep a sensor
 * under voltage.
 */
export async function runChecks(
  number: number,
  context: RunContext,
  state: RunState,
  stop: AbortSignal,
): Promise<Outcome> {
  const step = context.sequence.steps.find((one) => one.number === number);
  if (!step || !isChecks(step) || !context.checks) throw new Error(`step ${number} has no checks to run`);
  const { journal, directory } = context;
  const folder = await makeStepFolder(directory, step);
  const started = performance.now();
  await journal.append({
    event: 'step.started',
    step: number,
    calibration: step.calibration,
    argv: [],
    folder: step.folder,
  });

  const over = runModule(step, context, state, stop).then((result) =>
    writeDown(step, result, { folder, started }, context, state),
  );
  const interruption = await Promise.race([over.then(() => undefined), interruptionBy(stop)]);
  if (interruption === undefined) return over;
  state.tidying(over);
  return interruption;
}

function interruptionBy(stop: AbortSignal): Promise<Outcome> {
  return new Promise((resolve) => {
    const end = () => resolve(interrupted(stop));
    if (stop.aborted) end();
    else stop.addEventListener('abort', end, { once: true });
  });
}

async function writeDown(
  step: ChecksStep,
  result: ModuleResult,
  { folder, started }: { folder: string; started: number },
  context: RunContext,
  state: RunState,
): Promise<Outcome> {
  const { journal } = context;
  const { number } = step;
  await writeFileAtomically(
    join(folder, 'result.json'),
    `${JSON.stringify({ step: number, ...result }, null, 2)}\n`,
  );
  const problems = result.items.flatMap((item) => itemProblems(step, item));
  const end = result.stopped ? 'stopped' : problems.length > 0 ? 'failed' : 'completed';
  state.stepOver(number);
  const seconds = Math.round(performance.now() - started) / 1000;
  await journal.append({ event: 'step.ended', step: number, end, seconds, artefacts: [], problems });
  for (const judged of judgements(step, result, context)) {
    await journal.append(judged);
    state.judge(number, judged.module, judged.verdict);
  }
  if (problems.length > 0) return { end: 'failed', code: 3 };
  return result.verdict === 'PASS' ? done : { end: 'verdict' };
}

function runModule(
  step: ChecksStep,
  context: RunContext,
  state: RunState,
  stop: AbortSignal,
): Promise<ModuleResult> {
  const { cluster, group, pace, journal } = context;
  const { session, info } = context.checks!;
  return runItems(step.checks, {
    session,
    info,
    modules: group.modules.map(({ name, serialNumber }) => ({
      name,
      ...(serialNumber ? { serialNumber } : {}),
    })),
    msPerSecond: pace.realMs(1),
    signal: stop,
    ask: (question, gone) => ask(question, gone, step.number, context, state),
    // The way down has the instruments to itself.
    read: async () => {
      if (stop.aborted) await state.safe;
      return readStation(cluster);
    },
    record: async (event) => {
      await journal.append(itemEvent(step.number, event));
    },
  });
}

function itemEvent(step: number, event: ItemEvent) {
  switch (event.event) {
    case 'itemStarted':
      return { event: 'item.started', step, item: event.id } as const;
    case 'itemNote':
      return { event: 'item.noted', step, item: event.id, note: { ...event.note } } as const;
    case 'itemEnded': {
      const { measurements, ...rest } = event.result;
      const item = { ...rest, measurements: measurements.map((one) => ({ ...one })) };
      return { event: 'item.ended', step, item } as const;
    }
  }
}

/** The operator answers with a word or with its number; nobody at the terminal is nobody. */
async function ask(
  { text, choices, placeholder, timeout }: Question,
  gone: AbortSignal,
  step: number,
  context: RunContext,
  state: RunState,
): Promise<Answer | 'nobody'> {
  state.note({ event: 'step.prompted', step, text });
  const answer = await context.ask(
    {
      ...{ step, text, secret: false },
      ...(choices ? { choices } : {}),
      ...(placeholder === undefined ? {} : { placeholder }),
      ...(timeout === undefined ? {} : { within: timeout }),
    },
    gone,
  );
  state.note({
    event: 'step.answered',
    step,
    answer: answer ?? '',
    by: answer === undefined ? 'time-out' : 'operator',
  });
  if (answer === undefined) return 'nobody';
  if (!choices) return { text: answer };
  const typed = answer.trim().toLowerCase();
  const byWord = choices.findIndex((choice) => choice.toLowerCase() === typed);
  const choice = byWord >= 0 ? byWord : /^\d+$/.test(typed) ? Number(typed) - 1 : -1;
  return choices[choice] === undefined ? { text: answer } : { text: choices[choice], choice };
}

/** The script's words for a verdict, in those of a run. What was not judged is no PASS. */
function runVerdict(verdict: ItemResult['verdict']): Verdict {
  switch (verdict) {
    case 'PASS':
      return 'PASS';
    case 'FAIL':
      return 'FAIL';
    case 'SKIP':
    case 'UNKNOWN':
    case 'INC':
      return 'NONE';
    case 'TIMEOUT':
    case 'INTERNAL_ERROR':
      return 'ERROR';
  }
}

function judgements(step: ChecksStep, result: ModuleResult, { group, checks }: RunContext): StepJudged[] {
  const measurements = result.items.flatMap(itemMeasurements);
  return group.modules.map(({ index }) => ({
    event: 'step.judged',
    step: step.number,
    module: index,
    verdict: runVerdict(result.verdict),
    criteria: { name: `the limits in the script`, date: '', sha256: checks!.scriptHash },
    measurements,
  }));
}

/** A text is kept with its item; here stands what was judged, or could be plotted. */
function itemMeasurements({ id, verdict, measurements, fail }: ItemResult): Measurement[] {
  if (verdict === 'SKIP') return [];
  const hint = fail && told(fail);
  const numbers = measurements
    .filter(({ value, verdict: judged }) => typeof value !== 'string' || judged !== undefined)
    .map((one): Measurement => {
      const { name, value, unit = '', min, max } = one;
      const judged = one.verdict === undefined ? 'NONE' : runVerdict(one.verdict);
      const flag = judged === 'FAIL' ? [whyFailed(one), hint].filter(Boolean).join('; ') : '';
      return {
        name: `${id}.${name}`,
        value: typeof value === 'string' ? undefined : Number(value),
        unit,
        min,
        max,
        verdict: judged,
        ...(flag === '' ? {} : { flag }),
      };
    });
  // Where no number says it, the item says it by itself.
  const own = runVerdict(verdict);
  if (numbers.some((one) => one.verdict === own)) return numbers;
  return [...numbers, { name: id, unit: '', verdict: own, ...(hint === undefined ? {} : { flag: hint }) }];
}

/** With every digit: a value just above its limit is otherwise shown as the limit. */
function whyFailed({ value, unit, min, max }: ItemResult['measurements'][number]): string | undefined {
  if (typeof value === 'string') return `it is ${value}`;
  if (typeof value !== 'number') return undefined;
  const [side, limit] = max !== undefined && value > max ? ['above', max] : ['below', min];
  return `${value} is ${side} ${limit} ${unit}`.trimEnd();
}

/** An item that threw, crashed or ran out of time was not carried out. */
function itemProblems(step: ChecksStep, { id, verdict, problems }: ItemResult): Problem[] {
  if (verdict !== 'TIMEOUT' && verdict !== 'INTERNAL_ERROR') return [];
  return [
    {
      code: 'E4309',
      where: step.checks.where,
      what: `${step.checks.module}: ${id} ended with ${verdict}: ${problems.join('; ') || 'no reason given'}.`,
      remedy: 'It is the site’s own check: mend it there, or give it more time with "timeout".',
    },
  ];
}
