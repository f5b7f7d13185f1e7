import { basename, join, resolve } from 'node:path';
import { writeFileAtomically } from '../base/atomicFile.ts';
import { readHistory } from './history/readHistory.ts';
import { readRunData } from './run/readRunData.ts';
import { runReport } from './run/runReport.ts';
import { readUploads, type Upload } from './run/uploads.ts';

/** Where a run's report lies: beside what it is made from. */
export function reportPath(directory: string): string {
  return join(resolve(directory), 'report.html');
}

/**
 * The report of the run in a directory, with the module's earlier runs beside it, as HTML. `uploads` as the queue tells
 * them now; not given, as they stood after the run.
 */
export async function buildRunReport(directory: string, uploads?: readonly Upload[]): Promise<string> {
  const path = resolve(directory);
  const run = await readRunData({ id: basename(path), path });
  return runReport({
    run,
    history: await readHistory(run),
    uploads: uploads ?? (await readUploads(path)),
  });
}

/** Builds the report of a run and writes it into the run directory. Answers with its path. */
export async function writeRunReport(directory: string): Promise<string> {
  const path = reportPath(directory);
  await writeFileAtomically(path, await buildRunReport(directory));
  return path;
}
