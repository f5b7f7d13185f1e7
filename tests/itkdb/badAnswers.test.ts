import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { readAnswer } from '../../src/itkdb/client/answer.ts';
import { mayHaveArrived } from '../../src/itkdb/client/faults.ts';
import { Transport } from '../../src/itkdb/client/transport.ts';
import { getComponent } from '../../src/itkdb/commands/components.ts';
import { uploadTestRun } from '../../src/itkdb/commands/testRuns.ts';
import type { Fault } from '../../src/itkdb/server/fault.ts';
import { closedPort, serve, serveTls } from './brokenServer.ts';
import { clientFor, module1, pixelFailureRun, startDatabase, temporaryFolder } from './localDatabase.ts';

const document = pixelFailureRun(module1, 'r-1');

test.each<[Fault, string, boolean]>([
  ['cut before', 'E8014', true],
  ['cut after', 'E8014', true],
  ['server error', 'E8012', true],
  ['server error after', 'E8012', true],
  ['web page', 'E8013', true],
  ['half an answer', 'E8014', true],
  ['nothing', 'E8014', true],
])(
  'an upload that meets "%s" is never sent again by itself, and says that it may have arrived',
  async (fault, code, arrived) => {
    let uploads = 0;
    const database = await startDatabase({
      faults: ({ command }) => {
        if (command !== 'uploadTestRunResults') return undefined;
        uploads += 1;
        return fault;
      },
    });
    const error: unknown = await uploadTestRun(clientFor(database), document).catch(
      (caught: unknown) => caught,
    );
    expect(error).toMatchObject({ code, passing: true });
    expect(mayHaveArrived(error)).toBe(arrived);
    expect(uploads).toBe(1);
  },
);

test.each<Fault>(['cut before', 'server error', 'web page', 'half an answer', 'nothing'])(
  'a read that meets "%s" three times is repeated until it is answered',
  async (fault) => {
    let reads = 0;
    const database = await startDatabase({
      faults: ({ command }) => (command === 'getComponent' && ++reads <= 3 ? fault : undefined),
    });
    expect((await getComponent(clientFor(database), module1)).serialNumber).toBe(module1);
    expect(reads).toBe(4);
  },
);

test('a read that is never answered ends with what was wrong, not with silence', async () => {
  const database = await startDatabase({
    faults: ({ command }) => (command === 'getComponent' ? 'web page' : undefined),
  });
  await expect(getComponent(clientFor(database), module1)).rejects.toMatchObject({
    code: 'E8013',
    message: expect.stringContaining('("Maintenance")'),
  });
});

test('a database that is not there is told apart from one that was cut off: nothing can have arrived', async () => {
  const database = await startDatabase();
  const client = clientFor(database, {
    settings: { apiUrl: `http://127.0.0.1:${await closedPort()}/` },
  });
  const error: unknown = await uploadTestRun(client, document).catch((caught: unknown) => caught);
  expect(error).toMatchObject({ code: 'E8010', passing: true });
  expect(mayHaveArrived(error)).toBe(false);
});

test('a database that does not answer in time is given up, and the upload may have arrived', async () => {
  const url = await serve(() => {});
  const transport = new Transport({ timeout: 0.05 });
  const error: unknown = await transport
    .send({ method: 'POST', url, body: '{}' })
    .catch((caught: unknown) => caught);
  expect(error).toMatchObject({ code: 'E8011', passing: true, effect: 'unknown' });
  await transport.close();
});

test('an answer that drips, a byte now and then, is given up as one that does not come', async () => {
  const url = await serve((_request, response) => {
    const drip = setInterval(() => response.write(' '), 20);
    response.on('close', () => clearInterval(drip));
  });
  const transport = new Transport({ timeout: 0.1 });
  const error: unknown = await transport.send({ method: 'GET', url }).catch((caught: unknown) => caught);
  expect(error).toMatchObject({ code: 'E8011', passing: true, effect: 'none' });
  await transport.close();
});

test('a certificate that does not verify sends nothing, not even the codes', async () => {
  const folder = temporaryFolder();
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-days',
      '1',
    ].concat([
      '-subj',
      '/CN=127.0.0.1',
      '-addext',
      'subjectAltName=IP:127.0.0.1',
      '-keyout',
      key,
      '-out',
      cert,
    ]),
    { stdio: 'ignore' },
  );
  const url = await serveTls(readFileSync(key, 'utf8'), readFileSync(cert, 'utf8'));
  const database = await startDatabase();
  const client = clientFor(database, { settings: { authUrl: url } });
  // Somebody at the site has switched verification off for another program.
  vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
  onTestFinished(() => void vi.unstubAllEnvs());
  await expect(getComponent(client, module1)).rejects.toMatchObject({
    code: 'E8015',
    passing: false,
    effect: 'none',
  });

  const trusting = new Transport({ timeout: 5, ca: readFileSync(cert, 'utf8') });
  expect((await trusting.send({ method: 'GET', url })).status).toBe(200);
  await trusting.close();
});

function reply(status: number, body: unknown, contentType = 'application/json') {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { status, contentType, fileName: undefined, bytes: Buffer.from(text) };
}

test('an error map that is a string says nothing, as in answers of the real log-in service', () => {
  const answer = readAnswer('x', reply(200, { id: 1, uuAppErrorMap: '#<UuApp::Oidc::Session:0x0>' }), true);
  expect(answer).toEqual({ body: { id: 1, uuAppErrorMap: '#<UuApp::Oidc::Session:0x0>' }, warnings: [] });
});

test('an error in a 200 answer is an error, and only its entries of type warning are not', () => {
  const map = { 'ucl-itkpd-main/x/unsupportedKeys': { type: 'warning', message: 'Hm.' } };
  expect(readAnswer('x', reply(200, { uuAppErrorMap: map }), true).warnings).toEqual([
    'unsupportedKeys: Hm.',
  ]);
  const worse = { ...map, 'cern-itkpd-main/x/componentDoesNotExist': { type: 'error', message: 'No.' } };
  expect(() => readAnswer('x', reply(200, { uuAppErrorMap: worse }), true)).toThrow(/E8020/);
});

test('both names of the application mean the same reason', () => {
  for (const application of ['cern-itkpd-main', 'ucl-itkpd-main']) {
    const key = `${application}/uploadTestRunResults/componentAtDifferentLocation`;
    const body = { uuAppErrorMap: { [key]: { type: 'error', message: 'There.' } } };
    expect(() => readAnswer('upload', reply(400, body), true)).toThrow(/^E8022/);
  }
});

test('invalid input is told key by key', () => {
  const entry = {
    type: 'error',
    message: 'DtoIn is not valid.',
    paramMap: {
      missingKeyMap: { '$.runNumber': { 'a/b': 'required' } },
      invalidTypeKeyMap: { '$.passed': { 'a/c': 'must be boolean' } },
    },
  };
  const body = { uuAppErrorMap: { 'ucl-itkpd-main/u/invalidDtoIn': entry } };
  expect(() => readAnswer('u', reply(400, body), true)).toThrow(
    '$.runNumber missing (required); $.passed wrong type (must be boolean)',
  );
});

test.each([
  [401, '', 'E8003', 'none'],
  [403, '', 'E8004', 'none'],
  [403, '<html>', 'E8013', 'none'],
  [404, 'not here', 'E8016', 'none'],
  [413, '', 'E8017', 'none'],
  [429, '', 'E8018', 'none'],
  [429, '{"uuAppErrorMap":{"a/tooManyRequests":{"type":"error"}}}', 'E8018', 'none'],
  [502, '<html><title>Bad Gateway</title></html>', 'E8012', 'unknown'],
  [503, '', 'E8012', 'unknown'],
])('HTTP %i without an error map is %s', (status, body, code, effect) => {
  let caught: unknown;
  try {
    readAnswer('upload', reply(status, body, 'text/html'), true);
  } catch (error) {
    caught = error;
  }
  expect(caught).toMatchObject({ code, effect });
});

test('an empty answer is an empty object', () => {
  expect(readAnswer('x', reply(200, ''), true).body).toEqual({});
});
