import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { BatonError, type Problem } from '../../base/errors.ts';
import { filesOf } from '../../calibrations/category.ts';
import { readCurve, temperatureOf } from '../../calibrations/ivResults.ts';
import { column, type NumberTable, readTable } from '../../calibrations/table.ts';
import type { JournalLine, RunModule } from '../../journal/event.ts';
import { readJournal } from '../../journal/read.ts';
import { readRecord } from '../../journal/readRecord.ts';
import { foldJournal, type ModuleRecord, type RunRecord, type StepRecord } from '../../journal/record.ts';
import { type RunDirectory, runFiles } from '../../journal/runDirectory.ts';
import { isSameModule } from '../history/pastRun.ts';
import { readReadout } from '../readout/readers.ts';
import type { IVCurve, ModuleData, ReadoutFile, RunData, SldoResult } from './runData.ts';
import { type SldoCurve, sldoCurve } from './sldoCurve.ts';

/**
 * Reads a run with the contents of its files. A file that cannot be read is a problem in the answer, and hides nothing
 * else.
 *
 * @throws E5004 the run was refused before it began.
 */
export async function readRunData(run: RunDirectory): Promise<RunData> {
  const problems: Problem[] = [];
  const lines = await kept<readonly JournalLine[]>(problems, run.path, runFiles.journal, [], async (path) => {
    return (await readJournal(path)).lines;
  });
  // The journal is what the record is made from: where it can be read, nothing newer is missed.
  const record = foldJournal(lines) ?? (await readRecord(run));
  const modules: ModuleData[] = [];
  const owned = new Set<string>();
  for (const module of record.modules)
    modules.push(await readModule(run.path, record, module, owned, problems));
  const shared: ReadoutFile[] = [];
  for (const step of record.steps)
    for (const { path } of step.artefacts)
      if (!owned.has(path)) shared.push(...(await readReadoutFile(run.path, step, path, problems)));
  return { directory: run.path, record, lines, modules, shared, problems };
}

async function readModule(
  directory: string,
  record: RunRecord,
  module: ModuleRecord,
  owned: Set<string>,
  problems: Problem[],
): Promise<ModuleData> {
  const iv: IVCurve[] = [];
  const sldo: SldoResult[] = [];
  const readout: ReadoutFile[] = [];
  for (const step of record.steps) {
    const names = step.artefacts.map(({ path }) => path);
    const own = filesOf({ names, modules: record.modules }, module, /./);
    for (const file of own) {
      owned.add(file);
      if (step.category === 'ivcurve' || step.category === 'sldo') {
        if (!/\.csv$/i.test(file)) continue;
        const table = await kept(problems, directory, file, undefined, async (path) =>
          readTable(await readFile(path, 'utf8')),
        );
        if (!table) continue;
        if (step.category === 'ivcurve') iv.push(...curveIn(table, step, file, record));
        else {
          const curve = sldoCurve(table);
          if (curve) sldo.push({ ...curve, step: step.step, file });
        }
      } else readout.push(...(await readReadoutFile(directory, step, file, problems)));
    }
  }
  return { module, iv, sldo, readout };
}

/**
 * The IV curves of a module in a run, without anything else of it: what its other runs are compared by. `module` may be
 * the module of another run; what cannot be read is left out.
 */
export async function ivCurves(directory: string, record: RunRecord, module: RunModule): Promise<IVCurve[]> {
  const own = record.modules.find((other) => isSameModule(module, other));
  if (!own) return [];
  const curves: IVCurve[] = [];
  for (const step of record.steps.filter(isMeasured)) {
    const names = step.artefacts.map(({ path }) => path);
    for (const file of filesOf({ names, modules: record.modules }, own, /\.csv$/i)) {
      const table = await kept([], directory, file, undefined, async (path) =>
        readTable(await readFile(path, 'utf8')),
      );
      if (table) curves.push(...curveIn(table, step, file, record));
    }
  }
  return curves;
}

/** What a step left that was not completed does not count. */
function isMeasured({ category, state }: StepRecord): boolean {
  return category === 'ivcurve' && state === 'completed';
}

/** The shunt-LDO curves of all modules in a run; what cannot be read is left out. */
export async function sldoCurves(directory: string, record: RunRecord): Promise<SldoCurve[]> {
  const curves: SldoCurve[] = [];
  for (const step of record.steps.filter(({ category }) => category === 'sldo'))
    for (const { path } of step.artefacts.filter((artefact) => /\.csv$/i.test(artefact.path))) {
      const table = await kept([], directory, path, undefined, async (file) =>
        readTable(await readFile(file, 'utf8')),
      );
      const curve = table && sldoCurve(table);
      if (curve) curves.push(curve);
    }
  return curves;
}

function curveIn(table: NumberTable, step: StepRecord, file: string, record: RunRecord): IVCurve[] {
  const points = readCurve(table);
  if (!points || points.length === 0) return [];
  const temperature = temperatureOf(table);
  const seconds = column(table, /^time \(s\)$/i);
  return [
    {
      step: step.step,
      file,
      points,
      ...(seconds ? { seconds } : {}),
      t: step.ended ?? record.started,
      ...(temperature === undefined ? {} : { temperature }),
    },
  ];
}

async function readReadoutFile(
  directory: string,
  { step, calibration }: StepRecord,
  file: string,
  problems: Problem[],
): Promise<ReadoutFile[]> {
  const objects = await kept(problems, directory, file, undefined, readReadout);
  return objects ? [{ step, calibration, file, objects }] : [];
}

/** Reads one file; what is wrong with it is kept beside the answer. */
async function kept<T>(
  problems: Problem[],
  directory: string,
  file: string,
  otherwise: T,
  read: (path: string) => Promise<T>,
): Promise<T> {
  try {
    return await read(join(directory, file));
  } catch (error) {
    if (error instanceof BatonError)
      problems.push(
        ...error.problems.map((problem) => ({
          ...problem,
          ...(problem.where
            ? { where: { ...problem.where, file: fromRun(directory, problem.where.file) } }
            : {}),
        })),
      );
    else
      problems.push({
        code: 'E9401',
        where: { file },
        what: `this file of the run cannot be read: ${error instanceof Error ? error.message : String(error)}.`,
        remedy: 'The rest is shown all the same. If it was moved, bring it back and write the report again.',
      });
    return otherwise;
  }
}

function fromRun(directory: string, file: string): string {
  const inside = relative(directory, file);
  return inside.startsWith('..') ? file : inside;
}
