import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { localSettings } from '../../src/itkdb/client/settings.ts';
import { getComponent } from '../../src/itkdb/commands/components.ts';
import { localCodes } from '../../src/itkdb/server/serve.ts';
import { type Between, between } from './brokenServer.ts';
import { clientFor, module1, pixelFailureRun, startDatabase } from './localDatabase.ts';
import { queueFor } from './queue.ts';

type Meddle = (...how: [Parameters<Between>[1], Parameters<Between>[2]]) => Promise<void>;

const page = '<!DOCTYPE html><html><head><title>Sign in</title></head></html>';
const says =
  (status: number, body: string, type = 'application/json'): Meddle =>
  async (response) =>
    void response.writeHead(status, { 'content-type': type }).end(body);
/** The database did it, and something else answers. */
const saysAfter =
  (body: string): Meddle =>
  async (response, forward) => {
    await forward();
    response.writeHead(200).end(body);
  };
const packed: Meddle = async (response, forward) => {
  const { status, contentType, bytes } = await forward();
  response.writeHead(status, { 'content-type': contentType, 'content-encoding': 'gzip' });
  response.end(gzipSync(bytes));
};
/** Without a length, so that nothing tells that it is cut but the content. */
const cut: Meddle = async (response, forward) => {
  const { contentType, bytes } = await forward();
  response.useChunkedEncodingByDefault = false;
  response.writeHead(200, { 'content-type': contentType, connection: 'close' });
  response.end(bytes.subarray(0, bytes.length / 2));
};

/** A test run with a file, sent through something that meddles. */
async function sendThrough(meddle: Between, breaksOff?: (command: string) => boolean, text = 'V,I\n0,0\n') {
  const database = await startDatabase();
  const url = await between(database.url, meddle, breaksOff);
  const client = clientFor({ settings: localSettings(url), accessCodes: localCodes });
  const { outbox, target, send, file } = await queueFor(client);
  const { institution: _, ...draft } = pixelFailureRun(module1, 'run-1');
  await outbox.addTestRun(draft, target, [{ path: file('raw.csv', text), title: 'raw' }]);
  await send();
  const { items } = database.store.testRunsWhere('1=1', []);
  return {
    states: [1, 2].map((n) => outbox.get(n)!.state),
    there: [items.length, ...items.map(({ id }) => database.store.attachments('testRun', id).length)],
  };
}

test.each<[string, string, Meddle]>([
  ['packed', '', packed],
  ['nothing at all', 'getComponent', says(200, '')],
  ['an empty object', 'listTestTypes', says(200, '{}')],
  ['an empty object', 'uploadTestRunResults', says(200, '{}')],
  ['an empty object after it was done', 'uploadTestRunResults', saysAfter('{}')],
  ['an empty list', 'listTestRunsByComponent', says(200, '[]')],
  ['nothing at all', 'createTestRunAttachment', says(200, '')],
  ['nothing at all after it was done', 'createTestRunAttachment', saysAfter('')],
  ['a web page', 'getTestRunAttachment', says(200, page, 'text/html')],
  ['half a file', 'getTestRunAttachment', cut],
  ['the log-in page of a network', 'uploadTestRunResults', says(511, page, 'text/html')],
])(
  'an answer that is %s (%s) loses nothing, is taken for nothing, and makes nothing twice',
  async (_what, command, how) => {
    let left = command === '' ? Number.POSITIVE_INFINITY : 2;
    const sent = await sendThrough((asked, response, forward) =>
      (command === '' || asked === command) && left-- > 0 ? how(response, forward) : undefined,
    );
    expect(sent).toEqual({ states: ['confirmed', 'confirmed'], there: [1, 1] });
  },
);

test('a connection that is reset in the middle of a long file is tried again, and the file is there once', async () => {
  let left = 2;
  const sent = await sendThrough(
    () => undefined,
    (command) => command === 'createTestRunAttachment' && left-- > 0,
    'x'.repeat(3_000_000),
  );
  expect(sent).toEqual({ states: ['confirmed', 'confirmed'], there: [1, 1] });
  expect(left).toBeLessThan(0);
});

test('a network that sends everybody to its log-in page is named by its address', async () => {
  const { url } = await startDatabase();
  const portal = await between(url, async (_command, response) => {
    response.writeHead(302, { location: 'http://portal.example/login' }).end();
  });
  const client = clientFor({ settings: localSettings(portal), accessCodes: localCodes });
  await expect(getComponent(client, module1)).rejects.toMatchObject({
    code: 'E8013',
    passing: true,
    message: expect.stringContaining('portal.example'),
  });
});
