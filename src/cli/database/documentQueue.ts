import type { ExitCode } from '../../base/errors.ts';
import { formatProblem } from '../../base/errors.ts';
import { isPassing } from '../../itkdb/client/faults.ts';
import { simulatedRefusal } from '../../itkdb/client/locality.ts';
import type { TestRunDraft } from '../../itkdb/outbox/entry.ts';
import type { QueuedFile } from '../../itkdb/outbox/newEntries.ts';
import { comesFromSimulation } from './comesFromSimulation.ts';
import {
  atPlainTerminal,
  type Connection,
  type DatabaseArguments,
  localName,
  type Person,
} from './connection.ts';
import { type OpenQueue, openQueue } from './openQueue.ts';
import { sendQueued } from './uploadRun.ts';

/** Puts a test run document with the files that follow it on disk, for the database that the arguments name. */
export type QueueDocument = (
  document: TestRunDraft,
  files: readonly QueuedFile[],
) => Promise<{ id: string; already: boolean }>;

/**
 * For commands that make test run documents without a run: pull tests, sensor QC files. What they queue is on disk at
 * once, network or not; when they are done, what can be sent is sent, and what became of it is told.
 */
export async function withDocumentQueue(
  args: DatabaseArguments,
  work: (queueDocument: QueueDocument) => Promise<ExitCode>,
  person: Person = atPlainTerminal,
): Promise<ExitCode> {
  let opened: OpenQueue | undefined;
  const queued: number[] = [];
  try {
    const code = await work(async (draft, files) => {
      opened ??= await openQueue(args, { person });
      const { connection, outbox } = opened;
      const database = connection.client.name;
      const already = outbox.find(draft, database) !== undefined;
      const origins = await Promise.all(files.map(({ path }) => comesFromSimulation(args, path, draft)));
      const simulated = origins.includes(true);
      if (simulated && !(await isLocal(connection)))
        throw simulatedRefusal(draft.runNumber, connection.settings);
      const entry = await outbox.addTestRun(draft, { database, simulated }, files);
      queued.push(entry.n);
      return { id: entry.id, already };
    });
    return opened ? await send(opened, queued, code, person) : code;
  } finally {
    await opened?.close();
  }
}

/** While it cannot be asked, the queue decides when it can. */
async function isLocal({ local }: Connection): Promise<boolean> {
  try {
    return await local();
  } catch (error) {
    if (isPassing(error)) return true;
    throw error;
  }
}

/** The worse of the command's own code and of what became of the upload: 1 held, 3 waiting. */
async function send(
  { connection, outbox }: OpenQueue,
  queued: readonly number[],
  code: ExitCode,
  { tell }: Person,
): Promise<ExitCode> {
  const sent = await sendQueued(connection, outbox, {});
  const entries = queued.flatMap((n) => outbox.get(n) ?? []);
  const problems = [...entries.flatMap((entry) => entry.problems), ...(sent?.stopped?.problems ?? [])];
  for (const problem of new Set(problems.map(formatProblem))) tell(problem);
  const held = entries.filter(({ state }) => state === 'held').length;
  const confirmed = entries.filter(({ state }) => state === 'confirmed').length;
  const waiting = entries.length - held - confirmed;
  const { name } = connection.client;
  const look = name === localName ? 'baton queue --local' : 'baton queue';
  tell(
    `${confirmed} in the database (${name}), ${waiting} waiting, ${held} held; \`${look}\` shows what is left.`,
  );
  const own: ExitCode = waiting > 0 ? 3 : held > 0 ? 1 : 0;
  return own > code ? own : code;
}
