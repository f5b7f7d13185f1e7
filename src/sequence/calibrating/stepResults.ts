import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeDerivedFile } from '../../base/atomicFile.ts';
import type { Problem } from '../../base/errors.ts';
import { makeFolder } from '../../base/makeFolder.ts';
import { worst } from '../../base/verdict.ts';
import type { SensorFindings } from '../../calibrations/breakdown.ts';
import type { ModuleResults, ReadingContext, StepFiles } from '../../calibrations/category.ts';
import { type Criteria, judge } from '../../calibrations/criteria.ts';
import type { HashedFile } from '../../journal/runDirectory.ts';
import type { StepJudged } from '../../journal/stepEvents.ts';
import { outputOf, stepFiles } from '../../journal/stepFolder.ts';
import type { Module } from '../../station/station.ts';
import type { CalibrationStep } from '../step.ts';
import type { CalibrationEnd } from './calibrationProcess.ts';
import { withHints } from './failureHints.ts';

/** A fresh folder for the step. What an attempt before it left is kept beside it under another name by the caller. */
export async function makeStepFolder(
  directory: string,
  step: Pick<CalibrationStep, 'folder'>,
): Promise<string> {
  const folder = join(directory, step.folder);
  makeFolder(folder, 0o700);
  return folder;
}

/** Why a step is not completed, from how its process ended and what it left. Empty: completed. */
export function stepProblems(
  step: CalibrationStep,
  end: CalibrationEnd,
  artefacts: readonly HashedFile[],
): Problem[] {
  const problems: Problem[] = [];
  const say = (code: string, what: string, remedy: string) =>
    problems.push({ code, what: `${step.calibration}: ${what}`, remedy });
  const log = `Its output is in ${outputOf(step.folder)}.`;
  if (end.signal) say('E4301', `was killed by ${end.signal}.`, log);
  else if (end.exitCode !== 0) say('E4301', exitMeaning(end.exitCode), log);
  if (end.errorCount > 0) {
    const more = end.errorCount > 1 ? ` (and ${end.errorCount - 1} more)` : '';
    say(
      'E4302',
      `printed an error line: ${end.errorLines[0] ?? ''}${more}`,
      `A step with an error line is never taken as done. ${log}`,
    );
  }
  for (const pattern of step.entry.artefacts) {
    const matching = artefacts.filter(({ path }) => pattern.test(path.slice(step.folder.length + 1)));
    if (matching.length === 0) say('E4303', `left no file that matches ${pattern.source}.`, log);
    for (const { path, bytes } of matching) if (bytes === 0) say('E4304', `left ${path} empty.`, log);
  }
  return problems;
}

/** 126, 127 and 128 + n are what a shell says of a program that it could not run, or that a signal ended. */
function exitMeaning(exitCode: number | undefined): string {
  if (exitCode === undefined) return 'ended without an exit code.';
  if (exitCode === 125) return 'was not started, for its runner had died.';
  if (exitCode === 126) return 'could not be executed (exit code 126).';
  if (exitCode === 127) return 'was not found (exit code 127).';
  if (exitCode > 128) return `was ended by signal ${exitCode - 128} (exit code ${exitCode}).`;
  return `ended with exit code ${exitCode}.`;
}

/** What the step says of each module. */
export interface StepResults {
  judged: StepJudged[];
  /** What an IV tells of each sensor, by the index of its module. */
  sensors: Map<string, SensorFindings>;
  problems: Problem[];
}

/** Reads the artefacts and judges them by the criteria. Reading problems become ERROR, never a PASS. */
export async function readStepResults(
  directory: string,
  step: CalibrationStep,
  modules: readonly Module[],
  artefacts: readonly HashedFile[],
  criteria: Criteria | undefined,
  context: ReadingContext,
): Promise<StepResults> {
  const { strangers = [] } = context;
  const files = { ...filesIn(directory, step, artefacts, modules), strangers };
  const results: StepResults = { judged: [], sensors: new Map(), problems: [] };
  for (const module of modules) {
    const read = await readModule(files, step, module, context);
    const { verdict, measurements } = judge(read.values, criteria, module);
    const judged: StepJudged = {
      event: 'step.judged',
      step: step.number,
      module: module.index,
      verdict: read.problems.length > 0 ? worst([verdict, 'ERROR']) : verdict,
      ...(criteria
        ? { criteria: { name: criteria.name, date: criteria.date, sha256: criteria.sha256 } }
        : {}),
      measurements,
    };
    results.judged.push(withHints(judged, step));
    if (read.sensor) results.sensors.set(module.index, read.sensor);
    results.problems.push(...read.problems);
  }
  return results;
}

async function readModule(
  files: StepFiles,
  step: CalibrationStep,
  module: Module,
  context: ReadingContext,
): Promise<ModuleResults> {
  try {
    return await step.entry.readResults(files, module, context);
  } catch (error) {
    return { values: {}, problems: [unreadable(step, error as Error)] };
  }
}

/** Leaves what was judged beside the artefacts, for people; the journal has it, too. */
export async function writeResult(
  directory: string,
  step: CalibrationStep,
  { judged, problems }: StepResults,
): Promise<void> {
  const modules = judged.map(({ module, verdict, criteria, measurements }) => ({
    module,
    verdict,
    criteria,
    measurements,
  }));
  const result = { step: step.number, calibration: step.calibration, modules, problems };
  await writeDerivedFile(
    join(directory, step.folder, stepFiles.result),
    `${JSON.stringify(result, null, 2)}\n`,
  );
}

function filesIn(
  directory: string,
  step: CalibrationStep,
  artefacts: readonly HashedFile[],
  modules: readonly Module[],
): StepFiles {
  const folder = join(directory, step.folder);
  return {
    names: artefacts.map(({ path }) => path.slice(step.folder.length + 1)),
    read: (name) => readFile(join(folder, name), 'utf8'),
    modules,
  };
}

function unreadable(step: CalibrationStep, error: Error): Problem {
  return {
    code: 'E4306',
    what: `${step.calibration}: its results could not be read: ${error.message}`,
    remedy: `The files are kept in ${step.folder}; the step counts as not measured.`,
  };
}
