import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BatonError, type Problem } from '../../base/errors.ts';
import { packageDirectory } from '../../base/programs.ts';
import type { Entry } from '../../itkdb/outbox/entry.ts';
import type { Outbox } from '../../itkdb/outbox/outbox.ts';
import { sendPatiently } from '../../itkdb/outbox/sender.ts';
import type { SenderEvent, SendSummary } from '../../itkdb/outbox/sending.ts';
import { documentsOfRun, type RunDocuments } from '../../itkdb/testRuns/runDocuments.ts';
import { readTestTypeMapping, type TestTypeMapping } from '../../itkdb/testRuns/testTypeMapping.ts';
import type { RunRecord } from '../../journal/record.ts';
import { type Connection, localName, type Person } from './connection.ts';
import { openQueue } from './openQueue.ts';
import { runForUpload } from './runForUpload.ts';
import { simulatedRunOf } from './simulatedRunOf.ts';

export interface RunUpload {
  /** On disk in the queue, whatever becomes of the network. */
  queued: { testRuns: readonly Entry[]; files: readonly Entry[] };
  /** Undefined: another sender is at work and takes them. */
  sent: SendSummary | undefined;
  /** What is not uploaded as a test run, and why. */
  notes: readonly Problem[];
}

interface RunUploadOptions {
  /** Folder with test-types.json. */
  config: string;
  /** Where the run directories are, if not where station.json says. */
  directory?: string;
  /** The local database; always so for a record of simulated instruments. */
  local: boolean;
  /** How long to wait for a database that does not answer at once. What is left stays in the queue. */
  patienceMs?: number;
  /** What somebody chose of it, and decided; without it everything goes. */
  choose?: (documents: RunDocuments) => RunDocuments;
  person?: Person;
  signal?: AbortSignal;
  /** Everything of the run is in the queue. */
  onQueued?: (queued: RunUpload['queued']) => void;
  onEvent?: (event: SenderEvent) => void;
  /** What else is to be asked while the database is open. */
  also?: (connection: Connection, mapping: TestTypeMapping) => Promise<void>;
}

/**
 * Queues every result of a finished run and sends what can be sent now. A record of simulated instruments goes to the
 * local database, wherever else somebody is logged in. Done again for the same run, it adds nothing.
 */
export async function uploadRun(
  record: RunRecord,
  directory: string,
  options: RunUploadOptions,
): Promise<RunUpload> {
  const told = await runForUpload(record, directory);
  const run = { ...told, simulated: told.simulated || (await simulatedRunOf(directory)) !== undefined };
  const mapping = await loadMapping(options.config);
  const { choose = (documents) => documents, person, directory: runs } = options;
  const documents = choose(documentsOfRun(run, mapping));
  const { connection, outbox, close } = await openQueue(
    {
      config: options.config,
      local: options.local || run.simulated,
      ...(runs === undefined ? {} : { directory: runs }),
      json: false,
    },
    {
      ...(person ? { person } : {}),
      ...(options.patienceMs === undefined ? {} : { patienceMs: options.patienceMs }),
    },
  );
  try {
    const target = { database: connection.client.name, simulated: run.simulated };
    const queued = await outbox.addRun(documents, target);
    options.onQueued?.(queued);
    const sent = await sendQueued(connection, outbox, options);
    await options.also?.(connection, mapping);
    const notes = [...documents.notes, ...assumption(mapping, connection)];
    return { queued: refreshed(outbox, queued), sent, notes };
  } finally {
    await close();
  }
}

/** Sends what waits for this database. */
export async function sendQueued(
  connection: Connection,
  outbox: Outbox,
  { patienceMs = 30_000, signal, onEvent }: Pick<RunUploadOptions, 'patienceMs' | 'signal' | 'onEvent'>,
): Promise<SendSummary | undefined> {
  const { client, definitions } = connection;
  let local: boolean;
  try {
    local = await connection.local();
  } catch (error) {
    if (!(error instanceof BatonError)) throw error;
    return { confirmed: 0, held: 0, postponed: outbox.counts(client.name).waiting, stopped: error };
  }
  return sendPatiently(
    { outbox, client, definitions, local, ...(signal ? { signal } : {}), ...(onEvent ? { onEvent } : {}) },
    patienceMs,
  );
}

/** config/test-types.json, or the one that ships with Baton where a site has none. */
export async function loadMapping(config: string): Promise<TestTypeMapping> {
  for (const folder of [config, join(packageDirectory, 'config')]) {
    const path = join(folder, 'test-types.json');
    const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    if (text !== undefined) return readTestTypeMapping(text, path);
  }
  throw new BatonError({
    code: 'E8090',
    what: `There is no test-types.json in ${config}, nor with Baton.`,
    remedy: 'Install Baton again, or write one (docs/database.md).',
  });
}

function assumption({ assumed }: TestTypeMapping, { client }: Connection): Problem[] {
  if (!assumed || client.name === localName) return [];
  return [
    {
      code: 'E8092',
      what: 'config/test-types.json is marked as assumed: nobody has compared it with this database.',
      remedy:
        'What does not fit its definitions is held. Compare the first uploads, then set assumed to false.',
      severity: 'warning',
    },
  ];
}

function refreshed(
  outbox: Outbox,
  { testRuns, files }: { testRuns: Entry[]; files: Entry[] },
): RunUpload['queued'] {
  const now = (entries: readonly Entry[]) => entries.map((entry) => outbox.get(entry.n) ?? entry);
  return { testRuns: now(testRuns), files: now(files) };
}
