import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { writeFileAtomically } from '../../base/atomicFile.ts';
import { BatonError } from '../../base/errors.ts';
import { findComponent } from '../../itkdb/commands/components.ts';
import { getTestRuns } from '../../itkdb/commands/testRuns.ts';
import { localPlaces } from '../../itkdb/places.ts';
import { type EarlierRun, earlierRuns } from '../../itkdb/testRuns/earlierResults.ts';
import type { TestTypeMapping } from '../../itkdb/testRuns/testTypeMapping.ts';
import type { RunModule } from '../../journal/event.ts';
import { readRecord } from '../../journal/readRecord.ts';
import type { RunRecord } from '../../journal/record.ts';
import { type RunDirectory, runFiles } from '../../journal/runDirectory.ts';
import { isSimulated } from '../../journal/simulated.ts';
import { type Connection, canAsk, connect, type Person } from './connection.ts';
import { loadMapping } from './uploadRun.ts';

/** What stands in past.json of a run: what the database told of its modules' runs, this one among them, or why nothing. */
interface Past {
  /** When it was asked, ms since 1970. */
  asked: number;
  database?: string;
  why?: string;
  /** By the index of the module. */
  modules: Record<string, readonly EarlierRun[]>;
}

/** A report does not wait longer for a database than this. */
const patienceMs = 10_000;
/** So many results of a module are asked for, the newest: several of each of its last runs. */
const most = 100;

/**
 * Asks the database for the earlier results of a run's modules and keeps the answer beside the record, for its report:
 * that is built without a network. Where it cannot be asked without a person, nothing is asked; a database that fails
 * or does not answer is said in the report, and hinders nothing.
 */
export async function keepPast(
  run: RunDirectory,
  { config, directory = dirname(run.path) }: { config: string; directory?: string | undefined },
): Promise<void> {
  const record = await readRecord(run);
  if (!record.modules.some(({ serialNumber }) => serialNumber !== undefined)) return;
  const local = isSimulated(record);
  // Nothing is made by looking.
  if (local && !(await stat(localPlaces(directory).database).catch(() => undefined))) return;
  await orWhy(run, undefined, async () => {
    const connection = await connect(
      { config, local, directory, json: false },
      { person: nobody, patienceMs },
    );
    try {
      if (await canAsk(connection)) await keepPastFrom(connection, run, record, await loadMapping(config));
      else await keep(run, { asked: Date.now(), why: 'nobody is logged in', modules: {} });
    } finally {
      await connection.close();
    }
  });
}

/** A report is no reason to ask a person for access codes. */
const nobody: Person = { tell: () => undefined, codes: async () => undefined };

/** The same with a database that is open already. */
export async function keepPastFrom(
  connection: Connection,
  run: RunDirectory,
  record: RunRecord,
  mapping: TestTypeMapping,
): Promise<void> {
  const asked = Date.now();
  const { name: database } = connection.client;
  await orWhy(run, database, async () => {
    const signal = AbortSignal.timeout(patienceMs);
    const modules: Record<string, readonly EarlierRun[]> = {};
    for (const module of record.modules)
      modules[module.index] = await pastOf(connection, module, mapping, signal);
    await keep(run, { asked, database, modules });
  });
}

/** A database that fails or is silent is told in the report, and hinders nothing. */
async function orWhy(
  run: RunDirectory,
  database: string | undefined,
  ask: () => Promise<void>,
): Promise<void> {
  const asked = Date.now();
  try {
    await ask();
  } catch (error) {
    if (!(error instanceof BatonError) && (error as Error).name !== 'TimeoutError') throw error;
    const why =
      error instanceof BatonError ? error.problems[0]!.what : `no answer within ${patienceMs / 1000} s`;
    await keep(run, { asked, ...(database === undefined ? {} : { database }), why, modules: {} });
  }
}

async function pastOf(
  { client }: Connection,
  { serialNumber, chips = [] }: RunModule,
  mapping: TestTypeMapping,
  signal: AbortSignal,
): Promise<readonly EarlierRun[]> {
  const component = serialNumber && (await findComponent(client, serialNumber, signal));
  if (!component) return [];
  const wanted = new Set(Object.values(mapping.calibrations).map(({ testType }) => testType));
  const newest = component.tests
    .filter(({ testType }) => wanted.has(testType))
    .flatMap(({ runs }) => runs)
    .sort((a, b) => (a.date < b.date ? 1 : -1))
    .slice(0, most);
  const testRuns = await getTestRuns(
    client,
    newest.map(({ id }) => id),
    signal,
  );
  return earlierRuns(testRuns, mapping, chips);
}

async function keep(run: RunDirectory, past: Past): Promise<void> {
  try {
    await writeFileAtomically(join(run.path, runFiles.past), `${JSON.stringify(past, null, 2)}\n`);
  } catch (error) {
    // Of an archived run that nobody may write to, the report tells what was kept before.
    if (!['EACCES', 'EROFS'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}
