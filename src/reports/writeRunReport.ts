import { basename, join, resolve } from 'node:path';
import { writeFileAtomically } from '../base/atomicFile.ts';
import { readHistory } from './history/readHistory.ts';
import { readRunData } from './run/readRunData.ts';
import type { Upload } from './run/runData.ts';
import { runReport } from './run/runReport.ts';

/** The report's name in its run directory. */
export const reportFile = 'report.html';

/** Builds the report of a run and writes it into the run directory. Answers with its path. */
export async function writeRunReport(directory: string, uploads?: readonly Upload[]): Promise<string> {
  const path = resolve(directory);
  const run = await readRunData({ id: basename(path), path });
  const html = runReport({ run, history: await readHistory(run), uploads });
  const file = join(path, reportFile);
  await writeFileAtomically(file, html);
  return file;
}
