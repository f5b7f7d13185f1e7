import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { uptime } from 'node:os';
import { join } from 'node:path';
import { readKeeperFile } from '../../guardian/keptCalibration.ts';
import { damageOf } from '../../journal/damage.ts';
import type { JournalLine } from '../../journal/event.ts';
import type { RunRecord, StepRecord } from '../../journal/record.ts';
import { stepFiles } from '../../journal/stepFolder.ts';
import type { PoweringGroup } from '../../station/station.ts';
import { OutputScanner } from '../calibrating/output.ts';
import { stepProblems } from '../calibrating/stepResults.ts';
import { type CalibrationStep, isChecks, type Step } from '../step.ts';
import type { StepEvidence } from './kept.ts';

/** An interrupted run, as it lies there. */
interface InterruptedRun {
  directory: string;
  lines: readonly JournalLine[];
  record: RunRecord;
  group: PoweringGroup;
}

/** What the disk says of the steps of an interrupted run: whether files are as they were, and what had finished. */
export async function evidenceOf(
  run: InterruptedRun,
  steps: readonly Step[],
): Promise<Map<number, StepEvidence>> {
  const evidence = new Map<number, StepEvidence>();
  for (const step of steps) {
    const known = run.record.steps.find((one) => one.step === step.number);
    if (isChecks(step) || !known || known.calibration !== step.calibration) continue;
    const damage = await damageOf(run.directory, known.artefacts);
    const finished = diedMeanwhile(known) && (await hadFinished(run, step, known));
    evidence.set(step.number, { ...(damage ? { damage: damage.what } : {}), finished });
  }
  return evidence;
}

/**
 * Folders of the run that a step must not begin in: what lies there is of an earlier one, also where the journal has lost
 * the line that says so.
 */
export async function takenFolders(
  directory: string,
  lines: readonly JournalLine[],
): Promise<ReadonlySet<string>> {
  const entries = await readdir(directory, { withFileTypes: true });
  const there = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  return new Set([...begunFolders(lines), ...there]);
}

/** Folders that steps of the run were begun in. */
export function begunFolders(lines: readonly JournalLine[]): Set<string> {
  return new Set(lines.flatMap((line) => (line.event === 'step.started' ? [line.folder] : [])));
}

/** Its runner died while the step ran: who ended the run in its place says so. */
function diedMeanwhile({ state, problems }: StepRecord): boolean {
  return state === 'failed' && problems.some(({ code }) => code === 'E6502');
}

/**
 * As much as a runner asks of a step: it ended by itself with exit code 0, nobody having interrupted it, its artefacts
 * are there, what is known of its output has no error line, and it left off what it had been given.
 */
async function hadFinished(
  run: InterruptedRun,
  planned: CalibrationStep,
  known: StepRecord,
): Promise<boolean> {
  const step = { ...planned, folder: known.folder };
  const keeperFile = join(run.directory, step.folder, stepFiles.keeper);
  const keeper = readKeeperFile(keeperFile);
  if (keeper?.exitCode !== 0 || keeper.interrupted) return false;
  if (await diedWithTheMachine(keeperFile, known)) return false;
  const logs = [stepFiles.stdout, stepFiles.stderr];
  const scanned = await Promise.all(logs.map((log) => scan(join(run.directory, step.folder, log))));
  const end = {
    exitCode: 0,
    errorLines: scanned.flatMap(({ errorLines }) => errorLines),
    errorCount: scanned.reduce((sum, { errorCount }) => sum + errorCount, 0),
  };
  return stepProblems(step, end, known.artefacts).length === 0 && leftOff(run, step);
}

/** What was never flushed may be missing from files whose hashes were taken only after the machine had started again. */
async function diedWithTheMachine(keeperFile: string, { ended = 0 }: StepRecord): Promise<boolean> {
  const { mtimeMs } = await stat(keeperFile);
  const started = Date.now() - uptime() * 1000;
  return mtimeMs < started && ended > started;
}

async function scan(log: string): Promise<OutputScanner> {
  const scanner = new OutputScanner();
  try {
    for await (const chunk of createReadStream(log, { encoding: 'utf8' })) scanner.take(chunk as string);
  } catch {
    // It printed nothing, and so no error line.
  }
  scanner.end();
  return scanner;
}

/** Whoever read its outputs first afterwards found each of them off. */
function leftOff({ lines, group }: InterruptedRun, { number, handOver }: CalibrationStep): boolean {
  const started = lines.findLastIndex((line) => line.event === 'step.started' && line.step === number);
  const outputs = [
    ...(handOver.includes('hv') && group.hv ? [group.hv] : []),
    ...(handOver.includes('lv') ? group.lv : []),
  ];
  return outputs.every((at) => {
    const first = lines.slice(started).find((line) => line.event === 'power' && line.at === at);
    return first?.event === 'power' && first.output === false && first.problem === undefined;
  });
}
