import { hostname, machine, release, type, version } from 'node:os';
import { join, resolve } from 'node:path';
import { writeFileAtomically } from '../../base/atomicFile.ts';
import { BatonError, formatProblem } from '../../base/errors.ts';
import { readRecord } from '../../journal/readRecord.ts';
import type { RunRecord } from '../../journal/record.ts';
import { findRun, listRuns } from '../../journal/runDirectory.ts';
import { rowsOf, toColumns, toCsv, toJson } from '../../reports/export/formats.ts';
import { runAsPrismRecord } from '../../reports/export/prism.ts';

export type ExportFormat = 'csv' | 'json' | 'columns' | 'prism';

interface ExportRequest {
  root: string;
  /** None: all of them. */
  selectors: readonly string[];
  format: ExportFormat;
  output: string | undefined;
}

/** Writes the named runs, or all of them, in one format. Exit code 3 when one of all could not be read and is left out. */
export async function exportRuns({ root, selectors, format, output }: ExportRequest): Promise<0 | 3> {
  const { records, leftOut } = await recordsOf(root, selectors);
  if (format === 'prism') await writePrism(records, resolve(output ?? 'prism'));
  else {
    const text =
      format === 'json' ? toJson(records) : (format === 'csv' ? toCsv : toColumns)(rowsOf(records));
    if (output === undefined) process.stdout.write(text);
    else {
      await writeFileAtomically(resolve(output), text);
      process.stdout.write(`${resolve(output)}\n`);
    }
  }
  return leftOut ? 3 : 0;
}

async function recordsOf(root: string, selectors: readonly string[]) {
  if (selectors.length > 0) {
    const named = await Promise.all(selectors.map((selector) => findRun(root, selector)));
    return { records: await Promise.all(named.map(readRecord)), leftOut: false };
  }
  const records: RunRecord[] = [];
  let leftOut = false;
  for (const run of (await listRuns(root)).reverse()) {
    try {
      records.push(await readRecord(run));
    } catch (error) {
      if (!(error instanceof BatonError)) throw error;
      leftOut = true;
      for (const problem of error.problems)
        process.stderr.write(`${formatProblem({ ...problem, severity: 'warning' })}\n`);
    }
  }
  return { records, leftOut };
}

async function writePrism(records: readonly RunRecord[], folder: string): Promise<void> {
  for (const one of records) {
    const { file, record } = runAsPrismRecord(one, [type(), hostname(), release(), version(), machine()]);
    await writeFileAtomically(join(folder, file), `${JSON.stringify(record, null, 2)}\n`);
    process.stdout.write(`${join(folder, file)}\n`);
  }
}
