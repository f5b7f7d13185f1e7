import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { BatonError } from '../../base/errors.ts';
import type { Seconds } from '../../base/units.ts';
import { type AccessCodes, Secret } from '../client/secret.ts';
import { type DatabaseSettings, localSettings } from '../client/settings.ts';
import type { UserRole } from '../model.ts';
import { answerRequests } from './answerRequests.ts';
import type { FaultSource } from './fault.ts';
import { type KnownModule, localAccessCodes, seed } from './seed/seed.ts';
import { openStore, type Store } from './store.ts';
import { type KeyPair, type LocalUserWithCodes, Users } from './users.ts';

/** What a local database is served from. */
export interface LocalDatabaseOptions {
  /** The SQLite file; it is made when it is not there, and keeps everything. */
  file: string;
  /** 0: one that is free. */
  port?: number;
  /** Added when the file does not have them yet. */
  modules?: readonly KnownModule[];
  /** Besides the four that are always there. */
  users?: readonly LocalUserWithCodes[];
  /** Life of a token; short ones show how a client copes. Default 2 h. */
  tokenLifetime?: Seconds;
  /** To sign tokens with; otherwise new ones, so that a restart ends every session. */
  keys?: KeyPair;
  /** For tests and training: what goes wrong with which request. */
  faults?: FaultSource;
}

/** A local database that is served on loopback, until it is closed. */
export interface LocalDatabase {
  /** `http://127.0.0.1:PORT/` */
  url: string;
  /** What a client needs to ask it. */
  settings: DatabaseSettings;
  accessCodes(role?: UserRole): AccessCodes;
  /** For looking into it without a request. */
  store: Store;
  close(): Promise<void>;
}

/**
 * Starts the stand-in of the ITk production database on loopback. It speaks the same protocol with the same rules,
 * and keeps what it is given in an SQLite file.
 */
export async function serveLocalDatabase(options: LocalDatabaseOptions): Promise<LocalDatabase> {
  const store = await openStore(options.file);
  try {
    const audience = 'http://127.0.0.1';
    const lifetime = options.tokenLifetime ?? 7200;
    const users = await Users.create(store, { audience, lifetime, keys: options.keys });
    seed(store, users, options.modules ?? []);
    for (const user of options.users ?? []) users.add(user);
    const server = createServer(answerRequests(store, users, options.faults));
    // A client that keeps its connection for the next result must not lose it between two.
    server.keepAliveTimeout = 65_000;
    const port = await listen(server, options.port ?? 0);
    const url = `http://127.0.0.1:${port}/`;
    return {
      url,
      settings: localSettings(url),
      accessCodes: localCodes,
      store,
      async close() {
        const closed = new Promise<void>((resolve) => server.close(() => resolve()));
        server.closeAllConnections();
        await closed;
        store.close();
      },
    };
  } catch (error) {
    store.close();
    throw error;
  }
}

export function localCodes(role: UserRole = 'executive'): AccessCodes {
  const [code1, code2] = localAccessCodes[role];
  return { code1: new Secret(code1), code2: new Secret(code2) };
}

/** Loopback alone: nobody else on the network may take it for a database. */
function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        new BatonError(
          {
            code: 'E8062',
            what: `The local database cannot listen on port ${port} (${error.code}).`,
            remedy: 'Give another port, or none: then a free one is taken.',
          },
          { cause: error },
        ),
      );
    });
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}
