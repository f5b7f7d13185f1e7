import { expect, test } from 'vitest';
import { Definitions } from '../../src/itkdb/definitions/definitions.ts';
import { type JsonObject, objectsOf } from '../../src/itkdb/json.ts';
import { clientFor, module1, pixelFailureRun, startDatabase, temporaryFolder } from './localDatabase.ts';
import { queueFor, readyRuns } from './queue.ts';

/** A result that is sent by definitions that were kept so long ago; in the database they have changed since. */
async function keptBefore(
  agoMs: number,
  results: JsonObject,
  change: (fields: JsonObject[]) => JsonObject[],
) {
  const database = await startDatabase();
  const client = clientFor(database);
  const { outbox, target, send } = await queueFor(client);
  const folder = temporaryFolder();
  const at = (now: () => number) => new Definitions({ client, database: client.name, folder, now });
  await at(() => Date.now() - agoMs).testTypes('P', 'MODULE');
  const { institution: _, ...draft } = pixelFailureRun(module1, 'run-1');
  const entry = await outbox.addTestRun({ ...draft, results: { ...draft.results, ...results } }, target);
  const type = database.store.definition('testType', draft.testType, 'P', 'MODULE')!;
  const define = (parameters: JsonObject[]) =>
    database.store.define('testType', { ...type, parameters }, 'P', 'MODULE');
  const sent = async (now = Date.now) => {
    await send({ definitions: at(now) });
    const { state, problems } = outbox.get(entry.n)!;
    return {
      state,
      problems: problems.map(({ what }) => what),
      there: (await readyRuns(client, module1)).length,
    };
  };
  define(change([...objectsOf(type.parameters)]));
  const first = await sent();
  define([...objectsOf(type.parameters)]);
  if (first.state === 'held') outbox.retry(entry.n);
  return { first, putBack: await sent(() => Date.now() + 120_000) };
}

const twoHours = 7_200_000;
const field = { code: 'NEW', name: 'New', dataType: 'integer', valueType: 'single', required: true };

test('a parameter that is required since holds the result before it is sent, and names it', async () => {
  const { first, putBack } = await keptBefore(twoHours, {}, (fields) => [...fields, field]);
  expect(first).toEqual({ state: 'held', problems: ['results.NEW is missing (New).'], there: 0 });
  expect(putBack).toMatchObject({ state: 'confirmed', there: 1 });
});

test('a parameter that has another name since is not dropped on the way', async () => {
  const { first, putBack } = await keptBefore(twoHours, { PIXEL_FAILURE_TOTAL: [3, 0, 0, 1] }, (fields) =>
    fields.map((one) => (one.code === 'PIXEL_FAILURE_TOTAL' ? { ...one, code: 'PIXEL_FAILURE_ALL' } : one)),
  );
  expect(first).toEqual({
    state: 'held',
    problems: ['results.PIXEL_FAILURE_TOTAL is no key that the database knows; it would drop it.'],
    there: 0,
  });
  expect(putBack).toMatchObject({ state: 'confirmed', there: 1 });
});

test('a result that does not fit what was kept is sent when it fits what the database says now', async () => {
  const { first } = await keptBefore(120_000, { NEW: 1 }, (fields) => [...fields, field]);
  expect(first).toEqual({ state: 'confirmed', problems: [], there: 1 });
});
