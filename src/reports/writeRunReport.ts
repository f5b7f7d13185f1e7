import { basename, join, resolve } from 'node:path';
import { writeFileAtomically } from '../base/atomicFile.ts';
import { readHistory } from './history/readHistory.ts';
import { readRunData } from './run/readRunData.ts';
import type { Upload } from './run/runData.ts';
import { runReport } from './run/runReport.ts';

/** Where a run's report lies: beside what it is made from. */
export function reportPath(directory: string): string {
  return join(resolve(directory), 'report.html');
}

/** The report of the run in a directory, with the module's earlier runs beside it, as HTML. */
export async function buildRunReport(directory: string, uploads?: readonly Upload[]): Promise<string> {
  const path = resolve(directory);
  const run = await readRunData({ id: basename(path), path });
  return runReport({ run, history: await readHistory(run), uploads });
}

/** Builds the report of a run and writes it into the run directory. Answers with its path. */
export async function writeRunReport(directory: string): Promise<string> {
  const path = reportPath(directory);
  await writeFileAtomically(path, await buildRunReport(directory));
  return path;
}
