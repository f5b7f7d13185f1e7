import { BatonError, type ExitCode } from '../../base/errors.ts';
import type { ItkdbClient } from '../../itkdb/client/client.ts';
import type { Definitions } from '../../itkdb/definitions/definitions.ts';
import { KnownSensors, testsOfBatch, waferOf } from '../../sensors/database/compare.ts';
import type { SensorComponent, SensorDatabase, UploadQueue } from '../../sensors/database/database.ts';
import type { TestRun } from '../../sensors/database/testRun.ts';
import type { SensorUpload, TestTypeDefinition } from '../../sensors/database/upload.ts';
import type { SensorTest } from '../../sensors/record.ts';
import type { SensorSite } from '../../sensors/siteFile.ts';
import type { Connection, DatabaseArguments } from '../database/connection.ts';
import type { QueueDocument } from '../database/documentQueue.ts';

/** What the sensor commands use of the database. Nothing local needs it. */
export interface SensorServices {
  /** With `mayAsk` a person may be asked for the access codes; else E9307 if nobody has logged in. */
  database(site: SensorSite, options?: { mayAsk?: boolean }): Promise<SensorDatabase>;
}

export interface UploadServices extends SensorServices {
  queue: UploadQueue;
}

/** Opens the database when it is first asked for, and closes it. */
export async function withSensorDatabase(
  args: DatabaseArguments,
  work: (services: SensorServices) => Promise<ExitCode>,
): Promise<ExitCode> {
  let opened: Connection | undefined;
  try {
    return await work({
      async database(site, { mayAsk = true } = {}) {
        const { canAsk, connect } = await import('../database/connection.ts');
        opened ??= await connect(args);
        if (!mayAsk && !(await canAsk(opened))) throw notLoggedIn();
        return sensorDatabase(opened.client, opened.definitions, site);
      },
    });
  } finally {
    await opened?.close();
  }
}

/** With the queue too; what is queued is sent when the work is done. */
export async function withUploadServices(
  args: DatabaseArguments,
  work: (services: UploadServices) => Promise<ExitCode>,
): Promise<ExitCode> {
  const { withDocumentQueue } = await import('../database/documentQueue.ts');
  return withSensorDatabase(args, (services) =>
    withDocumentQueue(args, (queueDocument) => work({ ...services, queue: uploadQueue(queueDocument) })),
  );
}

function notLoggedIn(): BatonError {
  return new BatonError({
    code: 'E9307',
    what: 'Nobody is logged in to the database.',
    remedy: 'Log in with `baton itkdb login`, or add --no-database to work on files alone.',
  });
}

/** The database as sensor tests see it: one project, one component type. */
function sensorDatabase(
  client: ItkdbClient,
  definitions: Definitions,
  { project, componentType }: SensorSite,
): SensorDatabase {
  let listed: Promise<readonly SensorComponent[]> | undefined;
  const components = () => {
    listed ??= listSensors(client, project, componentType);
    return listed;
  };
  return {
    components,
    async *testRuns(of) {
      const byCode = new Map((await components()).map((component) => [component.code, component]));
      for (let from = 0; from < of.components.length; from += atOnce) {
        const few = of.components.slice(from, from + atOnce);
        const runs = await Promise.all(
          few.map((code) => runsOfSensor(client, code, byCode.get(code), of.testTypes)),
        );
        yield* runs.flat();
      }
    },
    testType: async (code): Promise<TestTypeDefinition | undefined> =>
      definitions.testType(project, componentType, code),
  };
}

/** Sensors whose test runs are asked for at the same time. */
const atOnce = 6;

async function listSensors(
  client: ItkdbClient,
  project: string,
  componentType: string,
): Promise<SensorComponent[]> {
  const { listComponents } = await import('../../itkdb/commands/components.ts');
  const found: SensorComponent[] = [];
  for await (const { serialNumber, code, alternativeIdentifier, type } of listComponents(client, {
    project,
    componentType,
  }))
    if (serialNumber !== undefined) found.push({ serialNumber, code, alternativeIdentifier, type });
  return found;
}

async function runsOfSensor(
  client: ItkdbClient,
  code: string,
  component: SensorComponent | undefined,
  testTypes: readonly string[],
): Promise<TestRun[]> {
  const { getTestRuns, listTestRuns } = await import('../../itkdb/commands/testRuns.ts');
  const ids: string[] = [];
  // Some servers leave the type out of a list; the run itself has it.
  for await (const { id, state, testType } of listTestRuns(client, { component: code }))
    if (state === 'ready' && (testType === '' || testTypes.includes(testType))) ids.push(id);
  const runs = await getTestRuns(client, ids);
  return runs.map(({ id, state, runNumber, date, testType, institution, properties, results }) => ({
    id,
    state,
    runNumber,
    date,
    testType: { code: testType },
    institution: { code: institution },
    properties: Object.entries(properties).map(([key, value]) => ({ code: key, value })),
    results: Object.entries(results).map(([key, value]) => ({ code: key, value })),
    components: [{ code, ...component }],
  }));
}

function uploadQueue(queueDocument: QueueDocument): UploadQueue {
  return {
    queue: ({ attachment, ...document }: SensorUpload) =>
      queueDocument(document, [{ ...attachment, contentType: 'text/plain' }]),
  };
}

/** The database's side of a comparison. */
interface DatabaseSide {
  components: readonly SensorComponent[];
  known: KnownSensors;
  /** Its tests of the batches. */
  tests: SensorTest[];
}

export async function askDatabase(
  database: SensorDatabase,
  batches: readonly string[],
): Promise<DatabaseSide> {
  const components = await database.components();
  const tests: SensorTest[] = [];
  for (const batch of new Set(batches)) tests.push(...(await testsOfBatch(database, components, batch)));
  return { components, known: new KnownSensors(components), tests };
}

/** Every batch that the database's sensors are of. */
export function batchesOf(components: readonly SensorComponent[]): string[] {
  return [...new Set(components.flatMap((component) => waferOf(component).batch ?? []))];
}
