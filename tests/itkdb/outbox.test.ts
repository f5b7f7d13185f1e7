import { readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { localSettings } from '../../src/itkdb/client/settings.ts';
import { getComponent, setComponentStage } from '../../src/itkdb/commands/components.ts';
import { deleteTestRun, getTestRun, uploadTestRun } from '../../src/itkdb/commands/testRuns.ts';
import { Definitions } from '../../src/itkdb/definitions/definitions.ts';
import type { Component, ComponentType } from '../../src/itkdb/model.ts';
import { completeDraft } from '../../src/itkdb/outbox/completeDraft.ts';
import type { QueuedFile } from '../../src/itkdb/outbox/newEntries.ts';
import { Outbox } from '../../src/itkdb/outbox/outbox.ts';
import { keepSending } from '../../src/itkdb/outbox/sender.ts';
import { lockSender } from '../../src/itkdb/outbox/senderLock.ts';
import type { Fault } from '../../src/itkdb/server/fault.ts';
import { localCodes } from '../../src/itkdb/server/serve.ts';
import { closedPort, serve } from './brokenServer.ts';
import {
  clientFor,
  module1,
  module2,
  pixelFailureRun,
  startDatabase,
  temporaryFolder,
} from './localDatabase.ts';
import { queueFor, readyRuns } from './queue.ts';

/** A file for a component itself. */
function withFile(file: QueuedFile) {
  return { testRuns: [], componentFiles: [{ component: module1, file }] };
}

function draft(runNumber: string, disconnected = 3, component = module1) {
  const { institution, ...rest } = pixelFailureRun(component, runNumber, disconnected);
  return rest;
}

test('a queued test run is sent, read back and confirmed, and its files follow it', async () => {
  const client = clientFor(await startDatabase());
  const { outbox, target, send, file } = await queueFor(client);
  const raw = { path: file('raw.csv', 'V,I\n0,0\n'), title: 'raw data' };
  const entry = await outbox.addTestRun(draft('run-1'), target, [raw]);
  expect(await send()).toEqual({ confirmed: 2, held: 0, postponed: 0 });
  const sent = outbox.get(entry.n)!;
  expect(sent.state).toBe('confirmed');
  const run = await getTestRun(client, sent.remote!);
  expect(run).toMatchObject({ runNumber: 'run-1', institution: 'CERN' });
  expect(run!.attachments).toEqual([expect.objectContaining({ title: 'raw data', filename: 'raw.csv' })]);
});

test('the same document queued ten times is one entry and one test run', async () => {
  const client = clientFor(await startDatabase());
  const { outbox, target, send } = await queueFor(client);
  for (let time = 0; time < 10; time++) await outbox.addTestRun(draft('run-1'), target);
  await send();
  await outbox.addTestRun(draft('run-1'), target);
  await send();
  expect(await readyRuns(client, module1)).toHaveLength(1);
});

test('the same run number with other content is held, never sent beside the first', async () => {
  const client = clientFor(await startDatabase());
  const { outbox, target, send } = await queueFor(client);
  await outbox.addTestRun(draft('run-1', 3), target);
  const second = await outbox.addTestRun(draft('run-1', 4), target);
  expect(second).toMatchObject({ state: 'held', problems: [{ code: 'E8072' }] });
  await send();
  expect(await readyRuns(client, module1)).toHaveLength(1);
});

test('a run number that somebody else has used for other values is held beside that test run', async () => {
  const client = clientFor(await startDatabase());
  const id = await uploadTestRun(client, pixelFailureRun(module1, 'run-1', 7));
  const { outbox, target, send } = await queueFor(client);
  await outbox.addTestRun(draft('run-1', 3), target);
  await send();
  expect(outbox.get(1)).toMatchObject({ state: 'held', remote: id, problems: [{ code: 'E8072' }] });
  expect(await readyRuns(client, module1)).toHaveLength(1);
});

test('a document that another machine has sent already is confirmed as that one', async () => {
  const client = clientFor(await startDatabase());
  const id = await uploadTestRun(client, pixelFailureRun(module1, 'run-1', 7));
  const { outbox, target, send } = await queueFor(client);
  await outbox.addTestRun(draft('run-1', 7), target);
  await send();
  expect(outbox.get(1)).toMatchObject({ state: 'confirmed', remote: id });
  expect(await readyRuns(client, module1)).toHaveLength(1);
});

test('"retry" looks again and does not send a near-duplicate; "anyway" does', async () => {
  const client = clientFor(await startDatabase());
  const { outbox, target, send } = await queueFor(client);
  await outbox.addTestRun(draft('run-1', 3), target);
  await outbox.addTestRun(draft('run-1', 4), target);
  await send();
  outbox.retry(2);
  await send();
  expect(outbox.get(2)).toMatchObject({ state: 'held', problems: [{ code: 'E8072' }] });
  outbox.retry(2, { anyway: true });
  await send();
  expect(outbox.get(2)!.state).toBe('confirmed');
  expect(await readyRuns(client, module1)).toHaveLength(2);
});

test('a file that something between has sent twice is attached once', async () => {
  const database = await startDatabase({
    faults: ({ command }) =>
      command.endsWith('Attachment') && /^create/.test(command) ? 'twice' : undefined,
  });
  const client = clientFor(database);
  const { outbox, target, send, file } = await queueFor(client);
  const raw = { path: file('raw.csv', 'V,I\n0,0\n'), title: 'raw data' };
  const entry = await outbox.addTestRun(draft('run-1'), target, [raw]);
  await outbox.addRun(withFile(raw), target);
  expect(await send()).toMatchObject({ confirmed: 3, held: 0 });
  expect((await getTestRun(client, outbox.get(entry.n)!.remote!))!.attachments).toHaveLength(1);
  expect((await getComponent(client, module1)).attachments).toHaveLength(1);
});

test('a file whose kept copy is gone is held by itself, and everything else goes', async () => {
  const client = clientFor(await startDatabase());
  const { outbox, target, send, file } = await queueFor(client);
  await outbox.addRun(withFile({ path: file('a.csv', 'a'), title: 'a' }), target);
  await outbox.addRun(withFile({ path: file('b.csv', 'b'), title: 'b' }), target);
  rmSync(join(dirname(outbox.path), 'outbox-files', outbox.get(1)!.fileSha256!));
  expect(await send()).toMatchObject({ confirmed: 1, held: 1 });
  expect(outbox.get(1)).toMatchObject({ state: 'held', problems: [{ code: 'E8076' }] });
});

test('a dropped file can be taken up again, and a sent one takes no room', async () => {
  const client = clientFor(await startDatabase());
  const { outbox, target, send, file } = await queueFor(client);
  await outbox.addRun(withFile({ path: file('a.csv', 'a'), title: 'a' }), target);
  await outbox.addRun(withFile({ path: file('b.csv', 'b'), title: 'b' }), target);
  outbox.drop(2, 'perhaps not');
  await send();
  outbox.retry(2);
  expect(await send()).toMatchObject({ confirmed: 1, held: 0 });
  expect(readdirSync(join(dirname(outbox.path), 'outbox-files'))).toEqual([]);
});

test('what the database has taken and does not show is looked for, and never sent a second time by itself', async () => {
  let sent = 0;
  const database = await startDatabase({
    faults: ({ command }) => {
      if (command === 'uploadTestRunResults') sent += 1;
      return undefined;
    },
  });
  const client = clientFor(database);
  const { outbox, target, send } = await queueFor(client);
  const entry = await outbox.addTestRun(draft('run-1'), target);
  // As when it lags behind: taken, and gone again before it is read back.
  await send({ onEvent: ({ what }) => what === 'sent' && database.store.sql.run('DELETE FROM test_runs') });
  expect(sent).toBe(1);
  expect(outbox.get(entry.n)).toMatchObject({ state: 'held', problems: [{ code: 'E8077' }] });
  outbox.retry(entry.n);
  await send();
  expect(outbox.get(entry.n)!.state).toBe('confirmed');
  expect(sent).toBe(2);
});

test('a database with a fault of its own is left alone after a few, and nothing is lost', async () => {
  let asked = 0;
  const database = await startDatabase({
    faults: () => {
      asked += 1;
      return 'server error';
    },
  });
  const client = clientFor(database);
  const { outbox, target, send } = await queueFor(client);
  for (let n = 0; n < 100; n++) await outbox.addTestRun(draft(`run-${n}`, n), target);
  expect((await send())?.stopped?.code).toBe('E8012');
  expect(asked).toBeLessThan(80);
  expect(outbox.counts()).toMatchObject({ waiting: 100, held: 0 });
});

test('an order to stop ends the request that is under way', async () => {
  const silent = await serve(() => {});
  const client = clientFor({ settings: localSettings(silent), accessCodes: localCodes });
  const { outbox, target, send } = await queueFor(client);
  await outbox.addTestRun(draft('run-1'), target);
  const stop = new AbortController();
  setTimeout(() => stop.abort(), 50);
  await send({ signal: stop.signal });
  expect(outbox.counts()).toMatchObject({ waiting: 1, sending: 0 });
});

test.each<Fault>([
  'cut after',
  'server error after',
  'half an answer',
  'cut before',
  'server error',
  'web page',
  'twice',
])('an upload that meets "%s" is in the database exactly once in the end', async (fault) => {
  let left = 2;
  const database = await startDatabase({
    faults: ({ command }) => (command === 'uploadTestRunResults' && left-- > 0 ? fault : undefined),
  });
  const client = clientFor(database);
  const { outbox, target, send } = await queueFor(client);
  for (const number of ['run-1', 'run-2', 'run-3'])
    await outbox.addTestRun(draft(number, Number(number.at(-1))), target);
  await send();
  expect((await readyRuns(client, module1)).map(({ runNumber }) => runNumber).sort()).toEqual([
    'run-1',
    'run-2',
    'run-3',
  ]);
  expect(outbox.counts().confirmed).toBe(3);
});

test('without network everything waits, and goes when the database is back', async () => {
  const port = await closedPort();
  const url = `http://127.0.0.1:${port}/`;
  const client = clientFor({ settings: localSettings(url), accessCodes: localCodes });
  const { outbox, target, send } = await queueFor(client);
  await outbox.addTestRun(draft('run-1'), target);
  expect((await send())?.stopped?.code).toBe('E8010');
  expect(outbox.counts()).toMatchObject({ waiting: 1, confirmed: 0 });

  await startDatabase({ port });
  await send();
  expect(outbox.counts()).toMatchObject({ waiting: 0, confirmed: 1 });
});

test('a record of simulated instruments is held for every database that is not local', async () => {
  const client = clientFor(await startDatabase());
  const { outbox, send } = await queueFor(client);
  await outbox.addTestRun(draft('run-1'), { database: client.name, simulated: true });
  await send({ local: false });
  expect(outbox.get(1)).toMatchObject({ state: 'held', problems: [{ code: 'E8060' }] });
  await outbox.retry(1, { anyway: true });
  await send({ local: false });
  expect(outbox.get(1), 'there is no override').toMatchObject({
    state: 'held',
    problems: [{ code: 'E8060' }],
  });
  expect(await readyRuns(client, module1)).toEqual([]);
});

test('what says the same as a test run that is there is held, shown, and sent only when a person says so', async () => {
  const client = clientFor(await startDatabase());
  const id = await uploadTestRun(client, pixelFailureRun(module1, 'by hand', 7));
  const { outbox, target, send } = await queueFor(client);
  await outbox.addTestRun({ ...draft('run-1', 7), date: '2026-05-05T00:00:00.000Z' }, target);
  await send();
  expect(outbox.get(1)).toMatchObject({ state: 'held', remote: id, problems: [{ code: 'E8072' }] });
  outbox.retry(1, { anyway: true });
  await send();
  expect(await readyRuns(client, module1)).toHaveLength(2);
});

test('of two queued runs with the same values the second is held', async () => {
  const client = clientFor(await startDatabase());
  const { outbox, target, send } = await queueFor(client);
  await outbox.addTestRun(draft('run-1', 7), target);
  await outbox.addTestRun(draft('run-2', 7), target);
  await outbox.addTestRun(draft('run-3', 7, module2), target);
  await send();
  expect([1, 2, 3].map((n) => outbox.get(n)!.state)).toEqual(['confirmed', 'held', 'confirmed']);
});

test('a module that has moved on takes its result at the stage of the run', async () => {
  const client = clientFor(await startDatabase());
  await setComponentStage(client, module1, 'MODULE/PARYLENE_MASKING');
  const { outbox, target, send } = await queueFor(client);
  await outbox.addTestRun({ ...draft('run-1'), stage: 'MODULE/INITIAL_WARM' }, target);
  expect(await send()).toMatchObject({ confirmed: 1 });
  const [run] = await readyRuns(client, module1);
  expect(run!.component.stage).toBe('MODULE/INITIAL_WARM');
  expect((await getComponent(client, module1)).currentStage).toBe('MODULE/PARYLENE_MASKING');
});

test.each([
  // Measured before the module moved on.
  ['at a stage of the test', 60_000, 'PIXEL_FAILURE_ANALYSIS', 'MODULE/INITIAL_WARM', true],
  // Measured after: the present stage is meant.
  ['at the present stage', -60_000, 'VISUAL_INSPECTION', 'MODULE/PARYLENE_MASKING', false],
  // Somebody set the stage only after he had measured.
  [
    'at a stage that the test does not belong to',
    60_000,
    'VISUAL_INSPECTION',
    'MODULE/PARYLENE_MASKING',
    false,
  ],
])(
  'the stage of a result is where the module was by the database when it was measured: %s',
  (_what, agoMs, testType, stage, retroactive) => {
    const now = Date.now();
    const at = (code: string, ms: number) => ({ code, dateTime: new Date(now - ms).toISOString() });
    const component = {
      currentLocation: 'CERN',
      currentStage: 'MODULE/PARYLENE_MASKING',
      stages: [at('MODULE/INITIAL_WARM', 120_000), at('MODULE/PARYLENE_MASKING', 0)],
    } as unknown as Component;
    const type = {
      stages: [
        { code: 'MODULE/INITIAL_WARM', testTypes: ['PIXEL_FAILURE_ANALYSIS'] },
        { code: 'MODULE/PARYLENE_MASKING', testTypes: ['VISUAL_INSPECTION'] },
      ],
    } as unknown as ComponentType;
    const date = new Date(now - agoMs).toISOString();
    const document = completeDraft({ ...draft('run-1'), testType, date }, component, type);
    expect(document.stage ?? component.currentStage).toBe(stage);
    expect(document.isRetroactive ?? false).toBe(retroactive);
  },
);

test.each([
  ['an unknown module', { component: '20UPGM29999999' }, 'E8020'],
  ['a wrong institution', { institution: 'BONN' }, 'E8022'],
  ['a missing required result', { results: {} }, 'E8040'],
  ['a result of the wrong type', { results: { PIXEL_FAILURE_DISCONNECTED_PIXELS: ['3'] } }, 'E8041'],
  ['an unknown result', { results: { PIXEL_FAILURE_DISCONNECTED_PIXELS: [3], FOO: 1 } }, 'E8023'],
  ['an unknown test type', { testType: 'NO_SUCH_TEST' }, 'E8026'],
])('%s is held with its reason, and is sent after it was put right', async (_what, change, code) => {
  const client = clientFor(await startDatabase());
  const { outbox, target, send } = await queueFor(client);
  await outbox.addTestRun({ ...draft('run-1'), ...change } as ReturnType<typeof draft>, target);
  await outbox.addTestRun(draft('run-2', 9), target);
  expect(await send()).toMatchObject({ confirmed: 1, held: 1 });
  expect(outbox.get(1)!.problems[0]!.code).toBe(code);
});

test('wrong access codes stop the sending and lose nothing', async () => {
  const client = clientFor(await startDatabase(), { accessCodes: async () => undefined });
  const { outbox, target, send } = await queueFor(client);
  for (let n = 0; n < 40; n++) await outbox.addTestRun(draft(`run-${n}`, n), target);
  expect((await send())?.stopped?.code).toBe('E8001');
  expect(outbox.counts()).toMatchObject({ waiting: 40, sending: 0 });
});

test('one that arrived and was deleted there is not sent again by itself', async () => {
  const database = await startDatabase({
    faults: ({ command }) => (command === 'uploadTestRunResults' ? 'cut after' : undefined),
  });
  const client = clientFor(database);
  const { outbox, target, send } = await queueFor(client);
  await outbox.addTestRun(draft('run-1'), target);
  const cut = new AbortController();
  await send({ settleMs: 60_000, signal: cut.signal });
  const [arrived] = await readyRuns(client, module1);
  await deleteTestRun(client, arrived!.id);
  outbox.retry(1);
  await send();
  expect(outbox.get(1)).toMatchObject({ state: 'held', problems: [{ code: 'E8073' }] });
});

test('a sender that goes on all day takes what is queued later, and what could not go at first', async () => {
  const port = await closedPort();
  const client = clientFor({ settings: localSettings(`http://127.0.0.1:${port}/`), accessCodes: localCodes });
  const { outbox, target } = await queueFor(client);
  const definitions = new Definitions({ client, database: client.name, folder: temporaryFolder() });
  await outbox.addTestRun(draft('run-1', 1), target);
  const stop = new AbortController();
  const confirmed: (string | undefined)[] = [];
  const stopped: string[] = [];
  let saidSo = () => {};
  const said = new Promise<void>((resolve) => {
    saidSo = resolve;
  });
  const sending = keepSending({
    outbox,
    client,
    definitions,
    local: async () => true,
    idleMs: 5,
    pauseMs: 1,
    signal: stop.signal,
    onStopped: ({ code }) => {
      stopped.push(code);
      saidSo();
    },
    onEvent: async ({ what, entry }) => {
      if (what !== 'confirmed') return;
      confirmed.push(entry.runNumber);
      if (entry.runNumber === 'run-1') await outbox.addTestRun(draft('run-2', 2), target);
      else stop.abort();
    },
  });
  await said;
  await startDatabase({ port });
  await sending;
  expect(stopped, 'why nothing goes is said, and once').toEqual(['E8010']);
  expect(confirmed).toEqual(['run-1', 'run-2']);
});

test('who comes while another sends waits for his turn, and everything goes', async () => {
  const client = clientFor(await startDatabase());
  const { outbox, target, send } = await queueFor(client);
  const path = outbox.path;
  const lock = await lockSender(path);
  await outbox.addTestRun(draft('run-1'), target);
  const sending = send();
  await sleep(150);
  lock!.release();
  expect(await sending).toMatchObject({ confirmed: 1 });
});

test('only one sender is at work, and the lock of a dead one is free', async () => {
  const path = join(temporaryFolder(), 'outbox.sqlite');
  const first = await lockSender(path);
  expect(first).toBeDefined();
  expect(await lockSender(path)).toBeUndefined();
  first!.release();
  const second = await lockSender(path);
  expect(second).toBeDefined();
  second!.release();
});

test('dropping needs nothing but keeps entry and reason in the books', async () => {
  const outbox = await Outbox.open(join(temporaryFolder(), 'outbox.sqlite'));
  await outbox.addTestRun(draft('run-1'), { database: 'x', simulated: false });
  outbox.drop(1, 'module broke');
  expect(outbox.get(1)!.state).toBe('dropped');
  expect(outbox.history(1).map(({ what }) => what)).toEqual(['dropped: module broke']);
  expect(() => outbox.drop(1, 'again')).toThrow(/E8071/);
  expect(() => outbox.retry(99)).toThrow(/E8071/);
  outbox.close();
});
