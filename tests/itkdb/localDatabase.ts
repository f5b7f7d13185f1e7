import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { ItkdbClient } from '../../src/itkdb/client/client.ts';
import type { AccessCodes } from '../../src/itkdb/client/secret.ts';
import { Session } from '../../src/itkdb/client/session.ts';
import type { DatabaseSettings } from '../../src/itkdb/client/settings.ts';
import type { TokenStore } from '../../src/itkdb/client/tokenStore.ts';
import { Transport } from '../../src/itkdb/client/transport.ts';
import type { UserRole } from '../../src/itkdb/model.ts';
import {
  type LocalDatabase,
  type LocalDatabaseOptions,
  serveLocalDatabase,
} from '../../src/itkdb/server/serve.ts';
import { newKeyPair } from '../../src/itkdb/server/users.ts';

/** Modules that every test database knows. */
export const module1 = '20UPGM22110001';
export const module2 = '20UPGM22110002';

// Both SQLite files wait for the disk at every commit; a process that is killed loses nothing in memory either.
const inMemory = '/dev/shm';
const root = existsSync(inMemory) ? inMemory : tmpdir();

/** A folder that is gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(root, 'baton-itkdb-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

// Making a key takes longer than most tests.
const keys = newKeyPair();

export async function startDatabase(options: Partial<LocalDatabaseOptions> = {}): Promise<LocalDatabase> {
  const database = await serveLocalDatabase({
    file: join(temporaryFolder(), 'database.sqlite'),
    modules: [{ serialNumber: module1 }, { serialNumber: module2 }],
    keys: await keys,
    ...options,
  });
  onTestFinished(() => database.close());
  return database;
}

export interface ClientFor {
  role?: UserRole;
  settings?: Partial<DatabaseSettings>;
  accessCodes?: () => Promise<AccessCodes | undefined>;
  store?: TokenStore;
  now?: () => number;
  onWarning?: (warning: string) => void;
}

export function clientFor(database: Pick<LocalDatabase, 'settings' | 'accessCodes'>, wanted: ClientFor = {}) {
  const settings = { ...database.settings, ...wanted.settings };
  const transport = new Transport(settings);
  const session = new Session({
    settings,
    transport,
    accessCodes: wanted.accessCodes ?? (async () => database.accessCodes(wanted.role ?? 'executive')),
    ...(wanted.store ? { store: wanted.store } : {}),
    ...(wanted.now ? { now: wanted.now } : {}),
  });
  const client = new ItkdbClient({
    session,
    transport,
    pauseMs: 1,
    ...(wanted.onWarning ? { onWarning: wanted.onWarning } : {}),
  });
  onTestFinished(() => client.close());
  return client;
}

/** A document that the local database accepts for a module at MODULE/INITIAL_WARM. */
export function pixelFailureRun(component: string, runNumber: string, disconnected = 3) {
  return {
    component,
    testType: 'PIXEL_FAILURE_ANALYSIS',
    institution: 'CERN',
    runNumber,
    date: '2026-01-02T03:04:05.678Z',
    passed: true,
    problems: false,
    properties: {},
    results: { PIXEL_FAILURE_DISCONNECTED_PIXELS: [disconnected, 0, 0, 1] },
  };
}
