import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { Secret } from '../../src/itkdb/client/secret.ts';
import { Session } from '../../src/itkdb/client/session.ts';
import {
  databaseName,
  isLoopback,
  production,
  readAccessCodes,
  readSettings,
  withDotEnv,
} from '../../src/itkdb/client/settings.ts';
import { keepNothing, tokenStore } from '../../src/itkdb/client/tokenStore.ts';
import { Transport } from '../../src/itkdb/client/transport.ts';
import { getComponent } from '../../src/itkdb/commands/components.ts';
import { newKeyPair } from '../../src/itkdb/server/users.ts';
import { clientFor, module1, startDatabase, temporaryFolder } from './localDatabase.ts';

test('wrong access codes are said to be wrong, once', async () => {
  let grants = 0;
  const database = await startDatabase({
    faults: ({ command }) => {
      if (command === 'oidc/grantToken') grants += 1;
      return undefined;
    },
  });
  const wrong = async () => ({ code1: new Secret('mistyped-1'), code2: new Secret('mistyped-2') });
  const client = clientFor(database, { accessCodes: wrong });
  const error = await getComponent(client, module1).catch((caught: unknown) => caught);
  expect(error).toMatchObject({ code: 'E8002', effect: 'none' });
  expect(inspect(error, { depth: 9 })).not.toMatch(/mistyped/);
  expect(grants, 'wrong codes are not tried again').toBe(1);
});

test('without codes and without a token the way to log in is told', async () => {
  const client = clientFor(await startDatabase(), { accessCodes: async () => undefined });
  await expect(getComponent(client, module1)).rejects.toMatchObject({ code: 'E8001' });
});

test('a short-lived token is renewed before it runs out, and ten callers share one log-in', async () => {
  let grants = 0;
  const database = await startDatabase({
    tokenLifetime: 8,
    faults: ({ command }) => {
      if (command === 'oidc/grantToken') grants += 1;
      return undefined;
    },
  });
  let clock: number | undefined;
  let asked = 0;
  const accessCodes = async () => {
    asked += 1;
    return database.accessCodes();
  };
  const client = clientFor(database, {
    now: () => clock ?? Date.now(),
    settings: { leeway: 0 },
    accessCodes,
  });
  await Promise.all(Array.from({ length: 10 }, () => getComponent(client, module1)));
  expect(grants).toBe(1);
  const { issued } = await client.session.token();
  clock = issued + 5000;
  await client.session.token();
  expect(grants, 'five of eight seconds gone: still the same').toBe(1);
  clock = issued + 6500;
  await client.session.token();
  expect(grants, 'in its last quarter').toBe(2);
  expect(asked, 'a person types the codes once').toBe(1);
});

test('a token that the database no longer takes is replaced once, and the call goes through', async () => {
  const database = await startDatabase();
  const other = await startDatabase({ keys: await newKeyPair() });
  // Signed by another database: valid by its exp, worthless here.
  const foreign = await clientFor(other).session.token();
  const kept = { load: async () => foreign.bearer, save: async () => {}, forget: async () => {} };
  const client = clientFor(database, { store: kept });
  expect((await getComponent(client, module1)).serialNumber).toBe(module1);

  const helpless = clientFor(database, { store: kept, accessCodes: async () => undefined });
  await expect(getComponent(helpless, module1)).rejects.toMatchObject({ code: 'E8001' });
});

test('a stale token in the environment does not win over the access codes', async () => {
  const database = await startDatabase();
  const expired = new Secret(
    `e30.${Buffer.from(JSON.stringify({ exp: 1_600_000_000, iat: 1 })).toString('base64url')}.x`,
  );
  const transport = new Transport(database.settings);
  const session = new Session({
    settings: database.settings,
    transport,
    accessCodes: async () => database.accessCodes(),
    exportedToken: expired,
  });
  expect((await session.token()).expires).toBeGreaterThan(Date.now());
  await transport.close();
});

test('a clock that is wrong is named, with how far', async () => {
  const database = await startDatabase();
  const behind = clientFor(database, { now: () => Date.now() - 90_000 });
  await expect(behind.session.token()).rejects.toMatchObject({
    code: 'E8005',
    message: expect.stringMatching(/(89|90) s behind/),
  });
  const allowed = clientFor(database, { now: () => Date.now() - 90_000, settings: { leeway: 120 } });
  expect((await allowed.session.token()).name).toBe('Local Executive');
});

test('a token for another audience is not believed', async () => {
  const client = clientFor(await startDatabase(), { settings: { audience: 'https://elsewhere.example' } });
  await expect(client.session.token()).rejects.toMatchObject({ code: 'E8006' });
});

test('the token is kept in the runtime directory alone, sealed, mode 0600, and gone at log-out', async () => {
  const database = await startDatabase();
  const runtime = join(temporaryFolder(), 'runtime');
  mkdirSync(runtime, { mode: 0o700 });
  const store = await tokenStore(database.settings, { XDG_RUNTIME_DIR: runtime });
  const first = clientFor(database, { store });
  const token = await first.session.token();

  const [name] = readdirSync(join(runtime, 'baton'));
  const path = join(runtime, 'baton', name!);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readFileSync(path, 'latin1')).not.toContain(token.bearer.reveal().slice(0, 20));

  const second = clientFor(database, { store, accessCodes: async () => undefined });
  expect((await second.session.token()).bearer.reveal()).toBe(token.bearer.reveal());
  await second.session.logout();
  expect(readdirSync(join(runtime, 'baton'))).toEqual([]);
});

test('without a runtime directory of the user alone nothing is kept', async () => {
  const { settings } = await startDatabase();
  expect(await tokenStore(settings, {})).toBe(keepNothing);
  const open = join(temporaryFolder(), 'open');
  mkdirSync(open, { mode: 0o755 });
  expect(await tokenStore(settings, { XDG_RUNTIME_DIR: open })).toBe(keepNothing);
});

test('a secret shows itself to nobody who prints, logs or serialises it', () => {
  const codes = { code1: new Secret('one-secret'), code2: new Secret('two-secret') };
  const shown = [
    String(codes.code1),
    `${codes.code2}`,
    JSON.stringify(codes),
    inspect(codes, { depth: 9, showHidden: true }),
  ];
  for (const text of shown) expect(text).not.toMatch(/(one|two)-secret/);
});

test('settings come from the variables that itkdb users have, and from a .env file', () => {
  expect(readSettings({})).toEqual(production);
  const environment = withDotEnv(
    { ITKDB_ACCESS_CODE1: 'really set' },
    'ITKDB_ACCESS_CODE1=from file\nITKDB_ACCESS_CODE2="two words"\nITKDB_API_URL=https://example.org/api\nITKDB_LEEWAY=50\n',
  );
  const codes = readAccessCodes(environment);
  expect([codes?.code1.reveal(), codes?.code2.reveal()]).toEqual(['really set', 'two words']);
  expect(readSettings(environment)).toMatchObject({ apiUrl: 'https://example.org/api/', leeway: 50 });
  expect(databaseName({ apiUrl: 'https://example.org/api/' })).toBe('example.org/api');
});

test.each([
  ['http://example.org/', 'unencrypted'],
  ['https://user:secret@example.org/', 'no user or password'],
  ['ftp://example.org/', 'address of a database'],
  ['not a url', 'address of a database'],
])('the address %s is refused', (url, why) => {
  expect(() => readSettings({ ITKDB_API_URL: url })).toThrow(why);
});

test('the name of this machine leads to one server, not to one for each version of IP', () => {
  expect(readSettings({ ITKDB_API_URL: 'http://localhost:8080' }).apiUrl).toBe('http://127.0.0.1:8080/');
});

test('loopback is loopback and nothing that looks like it', () => {
  for (const url of ['http://127.0.0.1:1/', 'http://localhost/', 'http://[::1]:2/', 'http://127.9.9.9/'])
    expect(isLoopback(url), url).toBe(true);
  for (const url of ['https://127.0.0.1.example.org/', 'https://localhost.example.org/', production.apiUrl])
    expect(isLoopback(url), url).toBe(false);
});
