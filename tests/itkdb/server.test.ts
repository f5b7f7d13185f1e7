import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { listAll } from '../../src/itkdb/client/paging.ts';
import {
  addComponentComment,
  assembleComponent,
  attachToComponent,
  findComponent,
  getComponent,
  getComponentAttachment,
  listComponents,
  registerComponent,
  setComponentStage,
} from '../../src/itkdb/commands/components.ts';
import { createShipment, updateShipment } from '../../src/itkdb/commands/shipments.ts';
import { deleteTestRun, getTestRun, listTestRuns, uploadTestRun } from '../../src/itkdb/commands/testRuns.ts';
import type { JsonObject } from '../../src/itkdb/json.ts';
import {
  clientFor,
  module1,
  module2,
  pixelFailureRun,
  startDatabase,
  temporaryFolder,
} from './localDatabase.ts';

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

test('a test run that was uploaded is read back with its values, comment and stage', async () => {
  const client = clientFor(await startDatabase());
  const id = await uploadTestRun(client, { ...pixelFailureRun(module1, 'r-1'), comments: ['quick 1/5'] });
  const run = await getTestRun(client, id);
  expect(run).toMatchObject({
    runNumber: 'r-1',
    passed: true,
    state: 'ready',
    testType: 'PIXEL_FAILURE_ANALYSIS',
    institution: 'CERN',
    comments: ['quick 1/5'],
    results: { PIXEL_FAILURE_DISCONNECTED_PIXELS: [3, 0, 0, 1] },
    component: { serialNumber: module1, stage: 'MODULE/INITIAL_WARM' },
  });
  const component = await getComponent(client, module1);
  expect(component.tests).toEqual([
    { testType: 'PIXEL_FAILURE_ANALYSIS', runs: [expect.objectContaining({ id, runNumber: 'r-1' })] },
  ]);
});

test('the same document twice is two test runs, and a deleted one is kept as requestedToDelete', async () => {
  const client = clientFor(await startDatabase());
  const first = await uploadTestRun(client, pixelFailureRun(module1, 'r-1'));
  const second = await uploadTestRun(client, pixelFailureRun(module1, 'r-1'));
  expect(second).not.toBe(first);
  await deleteTestRun(client, second);
  const runs = await collect(listTestRuns(client, { component: module1, runNumber: 'r-1' }));
  expect(runs.map(({ id, state }) => [id, state])).toEqual([
    [first, 'ready'],
    [second, 'requestedToDelete'],
  ]);
  expect((await getComponent(client, module1)).tests[0]!.runs).toHaveLength(1);
});

test('what was given survives a restart of the database', async () => {
  const file = join(temporaryFolder(), 'kept.sqlite');
  const before = await startDatabase({ file });
  const id = await uploadTestRun(clientFor(before), pixelFailureRun(module1, 'r-1'));
  const after = await startDatabase({ file });
  expect((await getTestRun(clientFor(after), id))?.runNumber).toBe('r-1');
});

test.each([
  ['another institution', { institution: 'BONN' }, 'E8022', 'componentAtDifferentLocation'],
  [
    'a stage that the test does not belong to',
    { testType: 'MASS_MEASUREMENT' },
    'E8021',
    'unassociatedStageWithTestType',
  ],
  ['an unknown component', { component: '20UPGM29999999' }, 'E8020', 'componentDoesNotExist'],
  ['a missing required result', { results: {} }, 'E8024', 'invalidDtoIn'],
  [
    'a result of the wrong type',
    { results: { PIXEL_FAILURE_DISCONNECTED_PIXELS: 'many' } },
    'E8024',
    'invalidDtoIn',
  ],
  ['a missing key', { runNumber: undefined }, 'E8024', 'invalidDtoIn'],
])('an upload with %s is refused and leaves nothing', async (_what, change, code, reason) => {
  const client = clientFor(await startDatabase());
  const document = { ...pixelFailureRun(module1, 'r-1'), ...change } as Parameters<typeof uploadTestRun>[1];
  await expect(uploadTestRun(client, document)).rejects.toMatchObject({ code, reason, effect: 'none' });
  expect(await collect(listTestRuns(client, { component: module1 }))).toEqual([]);
});

test('an earlier stage takes a test run that says isRetroactive', async () => {
  const client = clientFor(await startDatabase());
  await setComponentStage(client, module1, 'MODULE/PARYLENE_MASKING');
  const document = pixelFailureRun(module1, 'r-1');
  await expect(uploadTestRun(client, document)).rejects.toMatchObject({ code: 'E8021' });
  const id = await uploadTestRun(client, { ...document, stage: 'MODULE/INITIAL_WARM', isRetroactive: true });
  expect((await getTestRun(client, id))?.component.stage).toBe('MODULE/INITIAL_WARM');
});

test('keys that the database does not know are dropped with a warning that names them', async () => {
  const warnings: string[] = [];
  const client = clientFor(await startDatabase(), { onWarning: (warning) => warnings.push(warning) });
  const document = {
    ...pixelFailureRun(module1, 'r-1'),
    title: 'quick',
    results: { PIXEL_FAILURE_DISCONNECTED_PIXELS: [1], NO_SUCH_RESULT: 1 },
  };
  const id = await uploadTestRun(client, document);
  expect(warnings).toEqual([
    'uploadTestRunResults: unsupportedKeys: DtoIn contains unsupported keys.: $.title, $.results.NO_SUCH_RESULT',
  ]);
  expect((await getTestRun(client, id))?.results).toEqual({ PIXEL_FAILURE_DISCONNECTED_PIXELS: [1] });
});

const registration = {
  project: 'P',
  subproject: 'PG',
  institution: 'CERN',
  componentType: 'MODULE',
  type: 'OUTER_SYSTEM_QUAD_MODULE',
  properties: { FECHIP_VERSION: '3', ORIENTATION: true, ALTERNATIVE_IDENTIFIER: 'our first' },
  serialNumber: '20UPGM23000001',
};

test('a registered component starts at the initial stage and is found by each of its names', async () => {
  const client = clientFor(await startDatabase());
  const made = await registerComponent(client, registration);
  for (const name of [made.serialNumber!, made.code, made.id])
    expect((await getComponent(client, name)).code).toBe(made.code);
  const found = await client.get('getComponent', { component: 'our first', alternativeIdentifier: true });
  expect(found.code).toBe(made.code);
  expect(made.currentStage).toBe('MODULE/ASSEMBLY');
});

test.each([
  [
    'a serial number that is taken',
    { properties: { ...registration.properties, ALTERNATIVE_IDENTIFIER: 'other' } },
    'E8025',
  ],
  ['a property value that must be unique', { serialNumber: '20UPGM23000002' }, 'E8027'],
  [
    'a serial number with the letters of another type',
    { serialNumber: '20UPGM13000001', properties: { FECHIP_VERSION: '3', ORIENTATION: true } },
    'E8024',
  ],
  [
    'a code that is not in the code table',
    { serialNumber: '20UPGM23000003', properties: { FECHIP_VERSION: '7', ORIENTATION: true } },
    'E8024',
  ],
  ['a missing required property', { serialNumber: '20UPGM23000003', properties: {} }, 'E8024'],
  ['an unknown component type', { componentType: 'MODUL' }, 'E8026'],
])('registering with %s is refused', async (_what, change, code) => {
  const client = clientFor(await startDatabase());
  await registerComponent(client, registration);
  await expect(registerComponent(client, { ...registration, ...change })).rejects.toMatchObject({ code });
});

test('each role may do what those before it may, and no more', async () => {
  const database = await startDatabase();
  const reader = clientFor(database, { role: 'reader' });
  await addComponentComment(reader, module1, 'seen');
  await expect(registerComponent(reader, registration)).rejects.toMatchObject({ code: 'E8004', status: 403 });
  const executive = clientFor(database, { role: 'executive' });
  await registerComponent(executive, registration);
  await executive.post('deleteComponent', { component: registration.serialNumber });
  const approve = { component: registration.serialNumber, approve: 'true' };
  await expect(executive.post('approveDeleteComponent', approve)).rejects.toMatchObject({ code: 'E8004' });
  expect(await findComponent(executive, registration.serialNumber)).toBeDefined();
  await clientFor(database, { role: 'authority' }).post('approveDeleteComponent', approve);
  expect(await findComponent(executive, registration.serialNumber)).toBeUndefined();
});

test('both list dialects page to the total, whatever the size of the page', async () => {
  const client = clientFor(await startDatabase());
  for (let number = 0; number < 7; number++)
    await uploadTestRun(client, pixelFailureRun(module1, `r-${number}`));
  const names = (items: readonly JsonObject[]) => items.map(({ runNumber }) => runNumber);
  const expected = Array.from({ length: 7 }, (_, number) => `r-${number}`);
  for (const pageSize of [1, 3, 7, 50]) {
    const flat = listAll(client, 'listTestRunsByComponent', { component: module1 }, { pageSize });
    expect(names(await collect(flat))).toEqual(expected);
    const filtered = { filterMap: { serialNumber: module1, state: ['ready'] } };
    expect(names(await collect(listAll(client, 'listTestRunsByComponent', filtered, { pageSize })))).toEqual(
      expected,
    );
  }
  const page = await client.get('listTestRunsByComponent', {
    component: module1,
    pageInfo: { pageSize: 2, pageIndex: 3 },
  });
  expect(page.pageInfo).toEqual({ pageIndex: 3, pageSize: 2, total: 7 });
});

test('components are filtered by scalars and by lists, and trashed ones are left out', async () => {
  const client = clientFor(await startDatabase());
  await registerComponent(client, registration);
  const numbers = async (filter: Parameters<typeof listComponents>[1]) =>
    (await collect(listComponents(client, filter))).map(({ serialNumber }) => serialNumber).sort();
  expect(await numbers({ project: 'P', componentType: ['MODULE'] })).toEqual([
    module1,
    module2,
    '20UPGM23000001',
  ]);
  expect(await numbers({ serialNumber: '20UPGM23' })).toEqual(['20UPGM23000001']);
  expect(await numbers({ currentStage: 'MODULE/ASSEMBLY' })).toEqual(['20UPGM23000001']);
  await client.post('setComponentTrashed', { component: module1, trashed: true });
  expect(await numbers({ project: 'P', componentType: 'MODULE' })).toEqual([module2, '20UPGM23000001']);
});

test('a read takes its input as a JSON body, as a form and as a query string', async () => {
  const database = await startDatabase();
  const client = clientFor(database);
  const { bearer } = await client.session.token();
  const ask = (path: string, body: string, contentType: string) =>
    new Promise<JsonObject>((resolve, reject) => {
      const outgoing = httpRequest(`${database.url}${path}`, {
        method: 'GET',
        headers: {
          authorization: `Bearer ${bearer.reveal()}`,
          ...(body ? { 'content-type': contentType, 'content-length': Buffer.byteLength(body) } : {}),
        },
      });
      outgoing.on('error', reject);
      outgoing.on('response', async (incoming) => {
        let text = '';
        for await (const chunk of incoming) text += chunk;
        resolve(JSON.parse(text) as JsonObject);
      });
      outgoing.end(body);
    });
  const answers = [
    await ask('getComponent', JSON.stringify({ component: module1 }), 'application/json'),
    await ask('getComponent', `component=${module1}`, 'application/x-www-form-urlencoded'),
    await ask(`getComponent?component=${module1}`, '', ''),
  ];
  for (const answer of answers) expect(answer.serialNumber).toBe(module1);
});

test('an attachment comes back byte by byte, with its name', async () => {
  const client = clientFor(await startDatabase());
  const bytes = Buffer.from(Array.from({ length: 70_000 }, (_, index) => index % 256));
  const about = { title: 'raw data', description: 'IV µA' };
  const made = await attachToComponent(client, module1, about, {
    name: 'Größe µ.csv',
    contentType: 'text/csv',
    bytes,
  });
  const [listed] = (await getComponent(client, module1)).attachments;
  expect(listed).toMatchObject({ ...about, code: made.code, filename: 'Größe µ.csv' });
  const back = await getComponentAttachment(client, module1, made.code);
  expect(back.name).toBe('Größe µ.csv');
  expect(Buffer.compare(Buffer.from(back.bytes), bytes)).toBe(0);
});

test('a delivered shipment moves its components, and only a delivered one', async () => {
  const client = clientFor(await startDatabase());
  const { code } = await getComponent(client, module1);
  const shipment = await createShipment(client, {
    name: 'to Bonn',
    sender: 'CERN',
    recipient: 'BONN',
    type: 'intraContinental',
    shipmentItems: [code],
  });
  const move = (status: 'inTransit' | 'delivered') =>
    updateShipment(client, { shipment: shipment.id, recipient: 'BONN', type: 'intraContinental', status });
  await move('inTransit');
  expect((await getComponent(client, module1)).currentLocation).toBe('CERN');
  await move('delivered');
  expect((await getComponent(client, module1)).currentLocation).toBe('BONN');
  await expect(move('inTransit')).rejects.toMatchObject({ code: 'E8027' });
});

test('a child goes into a free slot once, and not from another place', async () => {
  const client = clientFor(await startDatabase());
  await registerComponent(client, registration);
  const pcb = {
    ...registration,
    componentType: 'PCB',
    type: 'QUAD_PCB',
    properties: { FECHIP_VERSION: '3' },
  };
  await registerComponent(client, { ...pcb, serialNumber: '20UPGPQ0000001' });
  await registerComponent(client, { ...pcb, serialNumber: '20UPGPQ0000002', institution: 'BONN' });
  await assembleComponent(client, registration.serialNumber, '20UPGPQ0000001');
  const parent = await getComponent(client, registration.serialNumber);
  expect(parent.children.map(({ serialNumber }) => serialNumber)).toContain('20UPGPQ0000001');
  expect((await getComponent(client, '20UPGPQ0000001')).parents[0]!.serialNumber).toBe(
    registration.serialNumber,
  );
  await expect(assembleComponent(client, registration.serialNumber, '20UPGPQ0000001')).rejects.toMatchObject({
    reason: 'childComponentAlreadyAssembled',
  });
  await expect(assembleComponent(client, registration.serialNumber, '20UPGPQ0000002')).rejects.toMatchObject({
    reason: 'componentAtDifferentLocation',
  });
});

test('flags are set on the revision that was seen alone', async () => {
  const client = clientFor(await startDatabase());
  const { revision } = await getComponent(client, module1);
  await client.post('setComponentFlags', { component: module1, flags: ['A'], revision });
  await expect(
    client.post('setComponentFlags', { component: module1, flags: ['B'], revision }),
  ).rejects.toMatchObject({ code: 'E8028' });
});
