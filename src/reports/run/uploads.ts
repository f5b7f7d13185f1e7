import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { EpochMs } from '../../base/units.ts';
import type { RunRecord } from '../../journal/record.ts';
import { runFiles } from '../../journal/runDirectory.ts';
import { type Cell, dataTable, mark } from '../page/pieces.ts';
import { when, words } from '../page/text.ts';

/** One result of a run in the queue for the database, and what became of it. */
export interface Upload {
  /** Number of its entry in the queue. */
  n: number | undefined;
  component: string;
  what: string;
  /** Of the run: the number at the end of its run number. */
  step: number | undefined;
  state: string;
  /** Identifier in the database. */
  remote: string | undefined;
  database: string;
  /** When its state changed last. */
  t: EpochMs | undefined;
  /** Why it is held or was dropped. */
  why: string | undefined;
}

/** As the queue writes an entry; reports take from it what they show, and no more. */
interface QueueEntry {
  n?: unknown;
  component?: unknown;
  testType?: unknown;
  kind?: unknown;
  runNumber?: unknown;
  state?: unknown;
  remote?: unknown;
  database?: unknown;
  changed?: unknown;
  problems?: unknown;
}

export function uploadOf(entry: QueueEntry): Upload {
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
  const [problem] = Array.isArray(entry.problems) ? entry.problems : [];
  return {
    n: typeof entry.n === 'number' ? entry.n : undefined,
    component: text(entry.component) ?? '',
    what: text(entry.testType) ?? text(entry.kind) ?? '',
    step: stepOf(text(entry.runNumber)),
    state: text(entry.state) ?? '',
    remote: text(entry.remote),
    database: text(entry.database) ?? '',
    t: typeof entry.changed === 'number' ? entry.changed : undefined,
    why: problem === undefined ? undefined : text((problem as { what?: unknown }).what),
  };
}

/** `<run id>-<step>` */
function stepOf(runNumber: string | undefined): number | undefined {
  const digits = /-(\d+)$/.exec(runNumber ?? '')?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** What stood in the queue when the run had just been uploaded; none where it was not. */
export async function readUploads(directory: string): Promise<Upload[]> {
  let written: unknown;
  try {
    written = JSON.parse(await readFile(join(directory, runFiles.upload), 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' || error instanceof SyntaxError) return [];
    throw error;
  }
  const { testRuns, files } = (written ?? {}) as { testRuns?: unknown; files?: unknown };
  return [testRuns, files].flatMap((part) =>
    Array.isArray(part) ? (part as QueueEntry[]).map(uploadOf) : [],
  );
}

export function uploadSection(record: RunRecord, uploads: readonly Upload[]): string {
  const table = uploadTable(
    'What was queued for the database',
    uploads,
    record.modules.length > 1,
    (step) => record.steps.find((one) => one.step === step)?.calibration,
  );
  const sentence = record.upload
    ? 'Nothing of this run is in the queue for the database.'
    : 'This run was made without upload.';
  return `<section id="uploads"><h2>Uploads</h2>${table || `<p>${sentence} <code>baton upload</code> queues it.</p>`}</section>`;
}

/** What became of each result, and where it is. */
export function uploadTable(
  caption: string,
  uploads: readonly Upload[],
  withModule: boolean,
  calibrationOf: (step: number) => string | undefined,
): string {
  const module = (cell: Cell): Cell[] => (withModule ? [cell] : []);
  return dataTable(
    caption,
    ['result', ...module('module'), 'step', 'state', 'when', 'database', 'identifier', 'why'],
    uploads.map(({ component, what, step, state, database, remote, why, t }) => [
      words(what),
      ...module(words(component)),
      step === undefined ? '' : words(`${step} ${calibrationOf(step) ?? ''}`),
      mark(state, stateTone[state] ?? 'none'),
      t === undefined ? '' : when(t),
      {
        html: words(database === 'local' ? 'local, on this machine: not the production database' : database),
        of: 'text',
      },
      `<code>${words(remote ?? '')}</code>`,
      { html: words(why ?? ''), of: 'text' },
    ]),
  );
}

const stateTone: Readonly<Record<string, string>> = {
  confirmed: 'good',
  held: 'bad',
  waiting: 'unknown',
  sending: 'unknown',
  dropped: 'none',
};
