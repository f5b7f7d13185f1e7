import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Argv } from 'yargs';
import { type ExitCode, isBatonError } from '../../base/errors.ts';
import { ItkdbClient } from '../../itkdb/client/client.ts';
import { isDatabaseFault } from '../../itkdb/client/faults.ts';
import { isLocalDatabase, notTheProductionDatabase } from '../../itkdb/client/locality.ts';
import { type AccessCodes, Secret } from '../../itkdb/client/secret.ts';
import { Session } from '../../itkdb/client/session.ts';
import {
  type DatabaseSettings,
  type Environment,
  isLoopback,
  readAccessCodes,
  readExportedToken,
  readSettings,
} from '../../itkdb/client/settings.ts';
import { tokenStore } from '../../itkdb/client/tokenStore.ts';
import { Transport } from '../../itkdb/client/transport.ts';
import { ageText, Definitions } from '../../itkdb/definitions/definitions.ts';
import { localPlaces, type Places, userPlaces } from '../../itkdb/places.ts';
import type { LocalDatabaseOptions } from '../../itkdb/server/serve.ts';
import { askAtTerminal } from '../asking/question.ts';
import { type ConfigArguments, withConfig } from '../options.ts';
import { environmentHere } from './environmentHere.ts';

/** Which database a command asks. */
export interface DatabaseArguments extends ConfigArguments {
  local: boolean;
  /** Where the run directories are, if not where station.json says. */
  directory?: string;
}

export function withDatabase(parser: Argv): Argv {
  return withConfig(parser)
    .option('local', {
      type: 'boolean',
      default: false,
      describe: 'ask the local database beside the runs, never the production database',
    })
    .option('directory', {
      type: 'string',
      describe: 'where the run directories are (default: runs_directory of station.json)',
    });
}

/** A database that is open for asking. Close it. */
export interface Connection {
  client: ItkdbClient;
  session: Session;
  transport: Transport;
  settings: DatabaseSettings;
  definitions: Definitions;
  places: Places;
  /** It said itself that it is a local one. Undefined while it cannot be asked. */
  local(): Promise<boolean>;
  /** A token can be got without a person. */
  codesAtHand: boolean;
  close(): Promise<void>;
}

interface ConnectOptions {
  /** A look goes to the local database where nobody has logged in to another; a change must say `--local`. */
  purpose?: 'look' | 'change' | 'log in';
  /** Who is at the other end, if not somebody at a plain terminal. */
  person?: Person;
  /** How long to wait for an answer, if less than ITKDB_TIMEOUT. */
  patienceMs?: number;
}

/** Who is told things, and asked for access codes. */
export interface Person {
  tell(line: string): void;
  codes(): Promise<AccessCodes | undefined>;
}

/** Opens the database that the arguments and the environment name. Codes are asked for only when they are needed. */
export async function connect(
  args: DatabaseArguments,
  { purpose = 'change', person = atPlainTerminal, patienceMs }: ConnectOptions = {},
): Promise<Connection> {
  const environment = await environmentHere();
  if (args.local || (purpose === 'look' && (await onlyLocal(args, environment))))
    return connectLocal(args, person);
  const settings = patiently(readSettings(environment), patienceMs);
  const onThisMachine = await saysItIsLocal(settings);
  const given = readAccessCodes(environment);
  const places = userPlaces(environment);
  if (onThisMachine) person.tell(notTheProductionDatabase);
  return open(settings, places, {
    person,
    codes: async () => given ?? (onThisMachine && purpose !== 'log in' ? localCodes() : person.codes()),
    codesAtHand: given !== undefined || onThisMachine,
    environment,
    token: readExportedToken(environment),
  });
}

/** Opens, works, closes whatever happens. */
export async function withConnection(
  args: DatabaseArguments,
  options: ConnectOptions,
  work: (connection: Connection) => Promise<ExitCode>,
): Promise<ExitCode> {
  const connection = await connect(args, options);
  try {
    return await work(connection);
  } finally {
    await connection.close();
  }
}

/** The local database of this folder of runs, served inside this process for as long as the command runs. */
async function connectLocal(args: DatabaseArguments, person: Person): Promise<Connection> {
  const { modules } = await aboutStation(args.config);
  const places = localPlaces(await runsOf(args));
  const { serveLocalDatabase } = await import('../../itkdb/server/serve.ts');
  const database = await serveLocalDatabase({ file: places.database, modules, ...simulatedNetwork() });
  person.tell(notTheProductionDatabase);
  const connection = await open(database.settings, places, {
    person,
    codes: async () => database.accessCodes(),
    codesAtHand: true,
    environment: {},
    token: undefined,
    name: localName,
  });
  return {
    ...connection,
    async close() {
      await connection.close();
      await database.close();
    },
  };
}

/** `BATON_SIMULATED_NETWORK=away`: the local database is there, and no request reaches it. For training and for tests. */
function simulatedNetwork(): Pick<LocalDatabaseOptions, 'faults'> {
  return process.env.BATON_SIMULATED_NETWORK === 'away' ? { faults: () => 'cut before' } : {};
}

function patiently(settings: DatabaseSettings, patienceMs = Number.POSITIVE_INFINITY): DatabaseSettings {
  return { ...settings, timeout: Math.min(settings.timeout, patienceMs / 1000) };
}

/** A tunnel to another database also begins on this machine: it must say itself what it is, and soon. */
async function saysItIsLocal(settings: DatabaseSettings): Promise<boolean> {
  if (!isLoopback(settings.apiUrl)) return false;
  const transport = new Transport({ timeout: Math.min(settings.timeout, 3) });
  try {
    return await isLocalDatabase(settings, transport);
  } catch (error) {
    // Whatever is asked next says what is wrong with it.
    if (isDatabaseFault(error)) return false;
    throw error;
  } finally {
    await transport.close();
  }
}

/** What the queue calls the local database: its port is another each time. */
export const localName = 'local';

async function open(
  settings: DatabaseSettings,
  places: Places,
  how: {
    person: Person;
    codes: () => Promise<AccessCodes | undefined>;
    codesAtHand: boolean;
    environment: Environment;
    token: Secret | undefined;
    name?: string;
  },
): Promise<Connection> {
  const transport = new Transport(settings);
  const session = new Session({
    settings,
    transport,
    accessCodes: how.codes,
    exportedToken: how.token,
    store: await tokenStore(settings, how.environment),
  });
  const client = new ItkdbClient({
    session,
    transport,
    ...(how.name ? { name: how.name } : {}),
    onWarning: (warning) => how.person.tell(`warning: ${warning}`),
    silenceMs: 5000,
  });
  return {
    client,
    session,
    transport,
    settings,
    places,
    definitions: new Definitions({
      client,
      database: client.name,
      folder: places.definitions,
      // Beside us, it is asked at once: `mirror` may just have changed them.
      ...(how.name === localName ? { freshMs: 0 } : {}),
      onAged: (fetched) =>
        how.person.tell(
          `The definitions of ${client.name} are ${ageText(fetched, Date.now())} old: it cannot be asked now.`,
        ),
    }),
    local: () => isLocalDatabase(settings, transport),
    codesAtHand: how.codesAtHand,
    close: () => client.close(),
  };
}

/** Whether a database can be asked without asking a person for codes: the local one always can. */
export async function canAsk(connection: Connection): Promise<boolean> {
  return connection.codesAtHand || (await connection.session.kept()) !== undefined;
}

async function hasToken(settings: DatabaseSettings, environment: Environment): Promise<boolean> {
  if (readExportedToken(environment)) return true;
  return (await (await tokenStore(settings, environment)).load()) !== undefined;
}

/** Nobody has logged in anywhere, no address is given, and a local database is here. */
async function onlyLocal(args: DatabaseArguments, environment: Environment): Promise<boolean> {
  if (environment.ITKDB_API_URL || environment.ITKDB_SITE_URL || readAccessCodes(environment)) return false;
  if (await hasToken(readSettings(environment), environment)) return false;
  const { database } = localPlaces(await runsOf(args));
  return (await stat(database).catch(() => undefined)) !== undefined;
}

/** The folder that holds the runs, and beside them the local database. */
export async function runsOf({
  config,
  directory,
}: Pick<DatabaseArguments, 'config' | 'directory'>): Promise<string> {
  return directory === undefined ? (await aboutStation(config)).runsDirectory : resolve(directory);
}

/** Where the runs are, and which modules the station knows. Without station files: ./runs, none. */
export async function aboutStation(config: string): Promise<{
  runsDirectory: string;
  institution: string | undefined;
  modules: { serialNumber: string; localName: string; institution?: string }[];
}> {
  const { stationOf } = await import('../station/stationFiles.ts');
  try {
    const { station } = await stationOf({ config });
    const { runsDirectory, institution } = station;
    const modules = station.modules.flatMap(({ serialNumber, name }) =>
      serialNumber === undefined
        ? []
        : [{ serialNumber, localName: name, ...(institution ? { institution } : {}) }],
    );
    return { runsDirectory, institution, modules };
  } catch (error) {
    if (!isBatonError(error)) throw error;
    return { runsDirectory: join(process.cwd(), 'runs'), institution: undefined, modules: [] };
  }
}

/** Those of a local database are no secret. */
async function localCodes(): Promise<AccessCodes> {
  return (await import('../../itkdb/server/serve.ts')).localCodes();
}

/** Somebody at a terminal without screens. */
export const atPlainTerminal: Person = {
  tell,
  codes: () => accessCodes((text) => askAtTerminal(text, { secret: true, withinMs: 300_000 })),
};

/** @param ask shows nothing of what is typed; undefined or nothing: there are no codes */
export async function accessCodes(
  ask: (text: string) => Promise<string | undefined>,
): Promise<AccessCodes | undefined> {
  const code1 = await ask('Access code 1: ');
  const code2 = code1 && (await ask('Access code 2: '));
  return code1 && code2 ? { code1: new Secret(code1.trim()), code2: new Secret(code2.trim()) } : undefined;
}

/** Machine-readable with --json, else as a person reads it. */
export function print(json: boolean, value: unknown, text: () => string): void {
  process.stdout.write(json ? `${JSON.stringify(value, null, 2)}\n` : text());
}

/** For the person at the terminal; the output of a command stays clean. */
export function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}
