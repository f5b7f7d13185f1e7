import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from './client/settings.ts';

/** Where the database room keeps what outlives a command. */
export interface Places {
  /** SQLite: what waits to be sent, and what became of it. */
  outbox: string;
  /** Definitions as a database gave them, one folder a database. */
  definitions: string;
}

/** For a real database: the user's own folders, as the XDG base directory specification names them. */
export function userPlaces(environment: Environment): Places {
  const home = environment.HOME || homedir();
  const state = environment.XDG_STATE_HOME || join(home, '.local', 'state');
  const cache = environment.XDG_CACHE_HOME || join(home, '.cache');
  return {
    outbox: environment.BATON_OUTBOX || join(state, 'baton', 'outbox.sqlite'),
    definitions: join(cache, 'baton', 'itkdb'),
  };
}

/** For the local database: everything in one folder beside the runs, so that deleting it starts anew. */
export function localPlaces(runsDirectory: string): Places & { database: string } {
  const folder = join(runsDirectory, 'local-database');
  return {
    database: join(folder, 'database.sqlite'),
    outbox: join(folder, 'outbox.sqlite'),
    definitions: join(folder, 'definitions'),
  };
}
