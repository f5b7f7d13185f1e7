import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { simulatedMark } from '../../src/itkdb/client/locality.ts';
import { Outbox } from '../../src/itkdb/outbox/outbox.ts';
import { startLocalDatabase } from '../../src/itkdb/server/startLocalDatabase.ts';
import { serve } from './brokenServer.ts';
import { module1, module2, pixelFailureRun, startDatabase, temporaryFolder } from './localDatabase.ts';
import { type Ended, filesBelow, person } from './person.ts';

const codes = { accessCode1: 'kqzvfirst8831', accessCode2: 'kqzvsecond4417' };
const user = {
  userIdentity: '9-9-9',
  firstName: 'Ada',
  lastName: 'Tester',
  institution: 'CERN',
  role: 'executive' as const,
};

async function database() {
  const folder = temporaryFolder();
  const file = join(folder, 'd', 'database.sqlite');
  const started = await startDatabase({ file, users: [{ ...user, ...codes }] });
  return {
    folder,
    environment: {
      ITKDB_API_URL: started.url,
      ITKDB_ACCESS_CODE1: codes.accessCode1,
      ITKDB_ACCESS_CODE2: codes.accessCode2,
    },
  };
}

test('the everyday commands do their work, and no access code and no token is on disk, in output or in messages', async () => {
  const { environment, folder: ofDatabase } = await database();
  const { folder, baton } = person(environment);
  const outputs: Ended[] = [];
  const say = async (...args: string[]) => {
    const ended = await baton(args);
    outputs.push(ended);
    return ended;
  };
  expect(await say('itkdb', 'login')).toMatchObject({ code: 0, out: expect.stringContaining('Ada Tester') });
  const withoutCodes = { ITKDB_ACCESS_CODE1: '', ITKDB_ACCESS_CODE2: '' };
  const kept = await baton(['itkdb', 'whoami', '--json'], { more: withoutCodes });
  expect(JSON.parse(kept.out), 'the kept token is used').toMatchObject({ userIdentity: '9-9-9' });

  expect((await say('itkdb', 'comment', module1, 'seen', 'twice')).out).toContain('seen twice');
  writeFileSync(join(folder, 'photo.png'), 'not really');
  expect((await say('itkdb', 'attach', module1, 'photo.png', '--title', 'front')).code).toBe(0);
  expect(
    (await say('itkdb', 'stage', module1, 'MODULE/PARYLENE_UNMASKING', '--walk')).err.match(/is at/g),
  ).toHaveLength(4);
  expect((await say('itkdb', 'stage', module1, 'MODULE/INITIAL_WARM')).code).toBe(0);
  expect((await say('itkdb', 'stage', module1, 'MODULE/INITIAL_WARM')).err).toContain('already');
  expect((await say('itkdb', 'missing', module1)).code).toBe(1);
  expect((await say('itkdb', 'missing', module1, '--stage', 'MODULE/NO_SUCH')).err).toContain('E8026');
  expect(
    (await say('itkdb', 'prototype', '--project', 'P', '--component-type', 'MODULE', '--out', 'p')).out,
  ).toContain(join('p', 'prototype_IV_MEASURE.json'));
  writeFileSync(join(folder, 'p', 'prototype_SLDO.json'), '{ "filled": "in" }');
  const again = await say('itkdb', 'prototype', '--project', 'P', '--component-type', 'MODULE', '--out', 'p');
  expect(again).toMatchObject({ code: 1, err: expect.stringContaining('left as it is') });
  expect(readFileSync(join(folder, 'p', 'prototype_SLDO.json'), 'utf8')).toBe('{ "filled": "in" }');
  expect((await say('itkdb', 'inventory', '--institution', 'NOWHERE')).err).toContain('E8026');
  const left = await say('upload', join('p', 'prototype_IV_MEASURE.json'));
  expect(left).toMatchObject({ code: 2, err: expect.stringContaining('E8044') });

  writeFileSync(join(folder, 'result.json'), JSON.stringify(pixelFailureRun(module1, 'by hand', 3)));
  expect(await say('upload', 'result.json')).toMatchObject({
    code: 0,
    out: expect.stringContaining('in the database as'),
  });
  writeFileSync(join(folder, 'again.json'), JSON.stringify(pixelFailureRun(module1, 'by hand 2', 3)));
  expect(await say('upload', 'again.json')).toMatchObject({ code: 1, err: expect.stringContaining('E8072') });
  expect((await say('queue', 'list')).out).toContain('held');
  expect((await say('queue', 'show', '2')).out).toMatch(/results\.PIXEL_FAILURE_DISCONNECTED_PIXELS/);
  expect((await say('queue', 'drop', '2')).code).toBe(2);
  expect((await say('queue', 'drop', '2', '--reason', 'measured twice')).code).toBe(0);
  writeFileSync(join(folder, 'other.json'), JSON.stringify(pixelFailureRun(module1, 'later', 9)));
  expect((await say('upload', 'other.json')).code).toBe(0);
  expect(await say('itkdb', 'compare', module1, 'PIXEL_FAILURE_ANALYSIS')).toMatchObject({
    code: 0,
    out: expect.stringContaining('changed'),
  });
  expect((await say('itkdb', 'get', module1)).out).toMatch(/PIXEL_FAILURE_ANALYSIS +passed/);
  expect((await say('itkdb', 'inventory', '--institution', 'CERN')).out).toMatch(
    new RegExp(`${module2},MODULE,`),
  );
  const mirrored = await say('itkdb', 'mirror', '--project', 'P');
  expect(mirrored.out).toContain('8 test types');

  const exported = await baton(['itkdb', 'login', '--export']);
  const token = /^export ITK_DB_AUTH=(\S+)\n$/.exec(exported.out)![1]!;
  const fromShell = await baton(['itkdb', 'whoami'], { more: { ...withoutCodes, ITK_DB_AUTH: token } });
  outputs.push(fromShell);
  expect(fromShell.code).toBe(0);
  const wrong = await baton(['itkdb', 'login'], { more: { ITKDB_ACCESS_CODE2: 'kqzvwrong0001' } });
  outputs.push(wrong);
  expect(wrong).toMatchObject({ code: 3, err: expect.stringContaining('E8002') });
  expect((await say('itkdb', 'login')).code).toBe(0);

  const secrets = [
    codes.accessCode1,
    codes.accessCode2,
    'kqzvwrong0001',
    token,
    token.split('.')[2]!,
    'eyJhbGciOi',
  ];
  const searched = [...filesBelow(folder), ...filesBelow(ofDatabase)];
  expect(searched.some((path) => path.startsWith(join(folder, 'runtime')))).toBe(true);
  expect(searched.some((path) => path.endsWith('outbox.sqlite'))).toBe(true);
  for (const path of searched)
    for (const secret of secrets)
      expect(readFileSync(path).includes(secret), `${secret.slice(0, 6)}… in ${path}`).toBe(false);
  for (const { out, err } of outputs)
    for (const secret of secrets) expect(`${out}${err}`).not.toContain(secret);

  expect((await baton(['itkdb', 'logout'], { more: withoutCodes })).code).toBe(0);
  expect(filesBelow(join(folder, 'runtime'))).toEqual([]);
  expect(
    await baton(['itkdb', 'comment', module1, 'x'], { more: { ...withoutCodes, ITKDB_API_URL: '' } }),
  ).toMatchObject({
    code: 2,
    err: expect.stringContaining('E8001'),
  });
}, 180_000);

test('the access codes are asked for at the terminal, without echo', async () => {
  const started = await startDatabase({ users: [{ ...user, ...codes }] });
  const login = (second: string) =>
    new Promise<string>((ended) => {
      const terminal = spawn(
        'script',
        ['-qec', `${process.execPath} ${resolve('dist/baton.js')} itkdb login`, '/dev/null'],
        {
          env: { PATH: process.env.PATH, HOME: temporaryFolder(), ITKDB_API_URL: started.url, TERM: 'dumb' },
          stdio: ['pipe', 'pipe', 'inherit'],
        },
      );
      let shown = '';
      terminal.stdout.on('data', (chunk: Buffer) => {
        shown += chunk.toString();
        if (shown.endsWith('Access code 1: ')) terminal.stdin.write(`${codes.accessCode1}\r`);
        if (shown.endsWith('Access code 2: ')) terminal.stdin.write(`${second}\r`);
      });
      terminal.on('exit', () => ended(shown));
    });
  const shown = await login(codes.accessCode2);
  expect(shown).toContain('Logged in as Ada Tester');
  expect(shown).not.toContain(codes.accessCode1);
  expect(shown).not.toContain(codes.accessCode2);
  const refused = await login('kqzvwrong0002');
  expect(refused).toContain('E8002');
  expect(refused).not.toContain('kqzv');
});

test('the guided registration, answered from a pipe, registers and says what the database holds', async () => {
  const { environment } = await database();
  const { program } = person(environment);
  const answers = [
    'cern',
    'P',
    'MODULE',
    '1',
    '',
    '&BACK',
    '',
    '',
    '3000009',
    '3',
    'perhaps',
    'yes',
    '',
    '',
    '',
    'Bob',
    '',
    'yes',
  ];
  const ended = await program(['itkdb', 'register'], { input: `${answers.join('\n')}\n` });
  expect(ended.err).toContain('must be yes or no');
  expect(ended).toMatchObject({
    code: 0,
    out: expect.stringContaining('Registered: the database holds 20UPGM23000009'),
  });
  const cancelled = await program(['itkdb', 'register'], { input: 'cern\n&CANCEL\n' });
  expect(cancelled).toMatchObject({ code: 130, err: expect.stringContaining('Nothing was registered.') });
});

test('without network a result is checked by what is on disk, waits in the queue, and is sent when the database is back', async () => {
  const known = await startDatabase({ users: [{ ...user, ...codes }] });
  const { folder, baton } = person({
    ITKDB_API_URL: known.url,
    ITKDB_ACCESS_CODE1: codes.accessCode1,
    ITKDB_ACCESS_CODE2: codes.accessCode2,
  });
  expect((await baton(['itkdb', 'missing', module1])).code).toBe(1);
  expect((await baton(['itkdb', 'prototype', '--project', 'P', '--component-type', 'MODULE'])).code).toBe(0);
  await known.close();

  writeFileSync(join(folder, 'result.json'), JSON.stringify(pixelFailureRun(module1, 'r')));
  writeFileSync(
    join(folder, 'wrong.json'),
    JSON.stringify({ ...pixelFailureRun(module1, 'r'), results: {} }),
  );
  const ended = await baton(['upload', 'result.json', 'wrong.json']);
  expect(ended).toMatchObject({ code: 3, out: expect.stringContaining('waiting in the queue') });
  expect(ended.err).toContain('E8010');
  expect(ended.err).toMatch(/E8040 {2}wrong\.json/);
  expect((await baton(['queue'])).out).toContain('1 waiting');
  const port = Number(new URL(known.url).port);
  await startDatabase({ port, users: [{ ...user, ...codes }] });
  expect(await baton(['queue', 'send'])).toMatchObject({
    code: 0,
    out: expect.stringContaining('1 confirmed'),
  });
}, 30_000);

test('a database that answers 500, a web page, half of something or nonsense gives one clear sentence and exit code 3', async () => {
  const answers = [
    [500, 'text/html', 'oops', 'E8012'],
    [200, 'text/html', '<html><title>Sign in</title></html>', 'E8013'],
    [200, 'application/json', '{"id":', 'E8014'],
    [418, 'text/plain', 'teapot', 'E8016'],
  ] as const;
  await Promise.all(
    answers.map(async ([status, type, body, code]) => {
      const url = await serve(
        (_request, response) => void response.writeHead(status, { 'content-type': type }).end(body),
      );
      const { program } = person({ ITKDB_API_URL: url, ITKDB_ACCESS_CODE1: 'a', ITKDB_ACCESS_CODE2: 'b' });
      expect(await program(['itkdb', 'get', module1])).toMatchObject({
        code: 3,
        err: expect.stringContaining(code),
      });
    }),
  );
}, 30_000);

test('documents that cannot be sent are each refused with file and reason, and keep no other from being sent', async () => {
  const { environment } = await database();
  const { folder, baton } = person(environment);
  const documents = [
    ['no-json.json', '{ "component": ', 'E8045'],
    ['nan.json', '{ "component": "x",\n "results": { "A": NaN } }', 'E8042'],
    ['list.json', '[]', 'E8045'],
    ['key.json', JSON.stringify({ ...pixelFailureRun(module1, 'r'), problem: true }), 'E8023'],
    ['component.json', JSON.stringify(pixelFailureRun('20UPGM29999999', 'r')), 'E8020'],
    ['institution.json', JSON.stringify({ ...pixelFailureRun(module1, 'r'), institution: 'CRN' }), 'E8026'],
    [
      'stage.json',
      JSON.stringify({ ...pixelFailureRun(module1, 'r'), stage: 'MODULE/NONE', isRetroactive: true }),
      'E8026',
    ],
    [
      'other-stage.json',
      JSON.stringify({ ...pixelFailureRun(module1, 'r'), stage: 'MODULE/ASSEMBLY', isRetroactive: true }),
      'E8021',
    ],
    ['type.json', JSON.stringify({ ...pixelFailureRun(module1, 'r'), testType: 'NONE' }), 'E8026'],
    ['good.json', JSON.stringify(pixelFailureRun(module1, 'good')), ''],
  ] as const;
  for (const [name, text] of documents) writeFileSync(join(folder, name), text);
  const ended = await baton(['upload', 'not-there.json', ...documents.map(([name]) => name)]);
  expect(ended.code).toBe(2);
  for (const [name, , code] of documents.slice(3, -1))
    expect(ended.err, code).toContain(`${name} was not queued`);
  for (const [name, , code] of documents)
    if (code === 'E8020') expect(ended.err).toMatch(/E8020 .*20UPGM29999999/);
    else if (code) expect(ended.err).toMatch(new RegExp(`${code}  ${name}`));
  expect(ended.err).toContain('E8046  not-there.json');
  expect(ended.out).toMatch(/^PIXEL_FAILURE_ANALYSIS good of .* in the database as \w+\n$/);
  expect((await baton(['queue'])).out).toContain('0 waiting, 0 held, 1 in the database');
});

test('what comes from simulated instruments is refused by every database that is not local, whatever way it takes', async () => {
  const url = await serve((_request, response) => void response.end('{}'));
  const { folder, baton } = person({ ITKDB_API_URL: url, ITKDB_ACCESS_CODE1: 'a', ITKDB_ACCESS_CODE2: 'b' });
  const ended = join(folder, 'runs', '20260102T030405Z_x_y_z');
  const cutOff = join(folder, 'runs', '20260102T040506Z_x_y_z');
  for (const run of [ended, cutOff]) {
    mkdirSync(run, { recursive: true });
    writeFileSync(join(run, 'iv.csv'), `V,I\n${run}`);
  }
  const document = pixelFailureRun(module1, 'r');
  writeFileSync(join(ended, 'doc.json'), JSON.stringify(document));
  // Somebody has made a real one of it by hand; the journal tells what it was.
  const started = { n: 0, t: 0, event: 'run.started', station: { simulated: true } };
  writeFileSync(
    join(ended, 'record.json'),
    JSON.stringify({ station: { simulated: false }, instruments: [] }),
  );
  for (const run of [ended, cutOff])
    writeFileSync(join(run, 'journal.jsonl'), `${JSON.stringify(started)}\n`);
  symlinkSync(join(ended, 'iv.csv'), join(folder, 'link.csv'));
  writeFileSync(join(folder, 'copied.json'), JSON.stringify({ ...document, comments: [simulatedMark] }));
  // What a simulated run has queued for the local database.
  writeFileSync(join(folder, 'copy.csv'), 'V,I\n1,1');
  const outbox = await Outbox.open(join(folder, 'runs', 'local-database', 'outbox.sqlite'));
  const file = { path: join(folder, 'copy.csv'), title: 'IV' };
  await outbox.addTestRun({ ...document, runNumber: 'run-7' }, { database: 'local', simulated: true }, [
    file,
  ]);
  outbox.close();
  writeFileSync(
    join(folder, 'unmarked.json'),
    JSON.stringify({ ...document, runNumber: 'run-7', passed: false }),
  );

  const attached = [join(ended, 'iv.csv'), join(cutOff, 'iv.csv'), 'link.csv', 'copy.csv'];
  for (const path of attached)
    expect(await baton(['itkdb', 'attach', module1, path]), path).toMatchObject({
      code: 2,
      err: expect.stringContaining('E8060'),
    });
  const uploaded = await baton(['upload', join(ended, 'doc.json'), 'copied.json', 'unmarked.json']);
  expect(uploaded.code).toBe(2);
  expect(uploaded.err.match(/E8060/g)).toHaveLength(2 * 3);
}, 180_000);

test('the local database runs as a process that ends with the one who started it', async () => {
  const file = join(temporaryFolder(), 'database.sqlite');
  const database = await startLocalDatabase({ file, modules: [{ serialNumber: module1 }] });
  const { program } = person({ ITKDB_API_URL: database.url });
  const got = await program(['itkdb', 'get', module1]);
  expect(got).toMatchObject({
    code: 0,
    out: expect.stringContaining(module1),
    err: expect.stringContaining('NOT the ITk'),
  });
  await database.stop();
  await expect(fetch(database.url)).rejects.toThrow();
}, 30_000);
