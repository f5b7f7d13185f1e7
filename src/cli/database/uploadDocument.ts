import { BatonError, formatProblem, isBatonError, type Problem } from '../../base/errors.ts';
import { isPassing } from '../../itkdb/client/faults.ts';
import { refuseSimulated } from '../../itkdb/client/locality.ts';
import { getComponent } from '../../itkdb/commands/components.ts';
import { typeBySerialNumber } from '../../itkdb/definitions/typeBySerialNumber.ts';
import type { JsonObject } from '../../itkdb/json.ts';
import type { Entry, TestRunDraft } from '../../itkdb/outbox/entry.ts';
import { Outbox } from '../../itkdb/outbox/outbox.ts';
import { checkByDefinitions, checkCodes } from '../../itkdb/testRuns/definitionCheck.ts';
import { checkTestRun } from '../../itkdb/testRuns/testRunCheck.ts';
import { comesFromSimulation } from './comesFromSimulation.ts';
import { type Connection, connect, type DatabaseArguments, localName, tell } from './connection.ts';
import { readDocument } from './documentFile.ts';
import { exitCodeOf, refused, type Uploaded } from './uploaded.ts';
import { sendQueued } from './uploadRun.ts';

/** Queues a test run document that somebody has filled in, and sends it. What is wrong with it by itself is not queued. */
export async function uploadDocument(
  args: DatabaseArguments & { dryRun: boolean },
  path: string,
): Promise<Uploaded> {
  let connection: Connection | undefined;
  try {
    const document = await readDocument(path);
    const simulated = await comesFromSimulation(args, path, document);
    connection = await connect(args);
    try {
      if (simulated) await refuseSimulated(path, connection.settings, connection.transport);
      const problems = await check(document, path, connection);
      if (problems.length > 0) throw new BatonError(problems);
    } catch (error) {
      const { report } = refused(error);
      tell(
        `${path} was not queued, and nothing of it was sent. Put right what is said, and upload it again.`,
      );
      return { code: 2, report, text: '' };
    }
    if (args.dryRun) return { code: 0, report: document, text: `${path} is in order; nothing was queued.\n` };
    return await queueDocument(document as unknown as TestRunDraft, simulated, connection);
  } finally {
    await connection?.close();
  }
}

/** By the form alone first, so that a left-over sample is named as such and not as an unknown component. */
async function check(
  document: JsonObject,
  path: string,
  { client, definitions }: Connection,
): Promise<Problem[]> {
  const where = { file: path };
  const first = checkTestRun(document, undefined, where);
  if (first.length > 0) return first;
  const about = await componentType(String(document.component), client, definitions);
  if (!about) return [];
  const codes = await whereKnown(checkCodes(document, about, definitions, where), []);
  return [...codes, ...(await whereKnown(checkByDefinitions(document, about, definitions, where), []))];
}

/** By the component itself; without network by the letters of its serial number, from what is kept on disk. */
async function componentType(
  component: string,
  client: Connection['client'],
  definitions: Connection['definitions'],
): Promise<{ project: string; componentType: string; here?: string } | undefined> {
  try {
    const { project, componentType: code, currentLocation } = await getComponent(client, component);
    return { project, componentType: code, here: currentLocation };
  } catch (error) {
    if (!cannotAsk(error)) throw error;
  }
  const type = await whereKnown(typeBySerialNumber(definitions, component), undefined);
  return type && { project: type.project, componentType: type.code };
}

/** What cannot be known now is queued all the same; the sender checks it before it goes. */
async function whereKnown<T>(asked: Promise<T>, unknown: T): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    if (cannotAsk(error)) return unknown;
    throw error;
  }
}

function cannotAsk(error: unknown): boolean {
  return isPassing(error) || isBatonError(error, 'E8001');
}

async function queueDocument(
  draft: TestRunDraft,
  simulated: boolean,
  connection: Connection,
): Promise<Uploaded> {
  const outbox = await Outbox.open(connection.places.outbox);
  try {
    const queued = await outbox.addTestRun(draft, { database: connection.client.name, simulated });
    const sent = await sendQueued(connection, outbox, {});
    const entry = outbox.get(queued.n)!;
    // What stopped the sending is as a rule what the entry waits for.
    const problems = [...entry.problems, ...(sent?.stopped?.problems ?? [])].map(formatProblem);
    for (const problem of new Set(problems)) tell(problem);
    return {
      code: entry.state === 'dropped' ? 1 : exitCodeOf([entry.state]),
      report: entry,
      text: `${draft.testType} ${draft.runNumber} of ${draft.component}: ${stateText(entry)}\n`,
    };
  } finally {
    outbox.close();
  }
}

/** With what can be done next; an entry that is not in the database stays in the queue until then. */
function stateText({ n, state, remote, database }: Entry): string {
  const queue = (action: string) => `\`baton queue ${action}${database === localName ? ' --local' : ''}\``;
  if (state === 'confirmed') return `in the database as ${remote}`;
  if (state === 'dropped')
    return `not sent: a person has dropped entry ${n}; ${queue(`retry ${n}`)} takes it up again`;
  return state === 'held'
    ? `held as entry ${n}, which stays in the queue. When it was put right there: ${queue(`retry ${n}`)}. A corrected file instead: ${queue(`drop ${n} --reason "…"`)}, then upload that`
    : `waiting in the queue as entry ${n}; ${queue('send')} sends it when the database is there`;
}
