import { createHash } from 'node:crypto';
import { readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { homedir, hostname } from 'node:os';
import { join } from 'node:path';
import { writeFileAtomically } from '../base/atomicFile.ts';
import { BatonError } from '../base/errors.ts';
import { makeFolder } from '../base/makeFolder.ts';
import { bootId, type ProcessIdentity, thisProcess } from '../base/processes.ts';
import type { EpochMs } from '../base/units.ts';
import { isFault, physical, readResource, resourceKey } from '../station/resource.ts';
import type { Station } from '../station/station.ts';

/** Two locks a station: a run needs its own and, through its guardian, the guardian's. */
type LockKind = 'run' | 'guardian';

/** Who holds, or held, a station. */
export interface LockOwner extends ProcessIdentity {
  kind: LockKind;
  /** Process numbers and ticks of another boot mean nothing. */
  boot: string;
  since: EpochMs;
  /** What it was started as, in a person's words. */
  what: string;
  station: string;
  /** The run directory, once there is one. */
  run?: string;
}

/** Somebody else holds it; who, where that can be told. */
export interface HeldBy {
  kind: LockKind;
  owner?: LockOwner;
}

/**
 * What a station is locked by: its name and the ports of its instruments, so that two stations on one port exclude each
 * other too. Of a simulated station the name counts with its folder, for any number of twins may run at once.
 */
export function lockKeys({ id, directory, simulated, instruments }: Station): readonly string[] {
  const ports = [...instruments.values()].map(({ resource }) => `port ${portKey(resource)}`);
  const name = simulated ? `station ${id} in ${realPath(directory)}` : `station ${id}`;
  return [name, ...new Set(ports)].sort();
}

/** A device has many names (by-id, by-path, ttyUSB0); the port is where they lead. */
function portKey(text: string): string {
  const resource = readResource(text);
  if (isFault(resource)) return resourceKey(text);
  const connection = physical(resource);
  return connection.kind === 'serial' ? realPath(connection.path) : `${connection.host} ${connection.port}`;
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/** Holds the locks of one kind, all of them or none. The kernel releases them with the process. */
export class StationLock {
  /** Who held it and died without releasing it. */
  readonly stale: LockOwner | undefined;
  readonly #kind: LockKind;
  readonly #keys: readonly string[];
  readonly #servers: readonly Server[];

  private constructor(kind: LockKind, keys: readonly string[], servers: readonly Server[]) {
    this.#kind = kind;
    this.#keys = keys;
    this.#servers = servers;
    this.stale = keys.map((key) => readOwner(kind, key)).find((owner) => owner !== undefined);
  }

  static async acquire(
    kind: LockKind,
    keys: readonly string[],
    description: Pick<LockOwner, 'what' | 'station' | 'run'>,
  ): Promise<StationLock | HeldBy> {
    const servers: Server[] = [];
    for (const key of keys) {
      const server = await bind(socketName(kind, key));
      if (!server) {
        for (const one of servers) one.close();
        const owner = readOwner(kind, key);
        return { kind, ...(owner ? { owner } : {}) };
      }
      servers.push(server);
    }
    const lock = new StationLock(kind, keys, servers);
    // On a full disk nobody can read who holds it; it is held all the same.
    await lock.describe(description).catch(() => undefined);
    return lock;
  }

  /**
   * Writes down for others who holds it.
   *
   * @throws E6510 nobody would find him.
   */
  async describe({ what, station, run }: Pick<LockOwner, 'what' | 'station' | 'run'>): Promise<void> {
    const owner: LockOwner = {
      ...thisProcess(),
      kind: this.#kind,
      boot: bootId(),
      since: Date.now(),
      what,
      station,
      ...(run === undefined ? {} : { run }),
    };
    try {
      makeFolder(lockDirectory(), 0o700);
      for (const key of this.#keys)
        await writeFileAtomically(ownerPath(this.#kind, key), `${JSON.stringify(owner)}\n`);
    } catch (error) {
      throw new BatonError(
        {
          code: 'E6510',
          what: `${lockDirectory()} could not be written, and so nobody would find who works on the station: ${(error as Error).message}.`,
          remedy: 'Make room there, or name a folder that this user may write to by XDG_STATE_HOME.',
        },
        { cause: error },
      );
    }
  }

  release(): void {
    for (const key of this.#keys) rmSync(ownerPath(this.#kind, key), { force: true });
    this.#close();
  }

  /** As `release`, by one who only looked: what the owner before it left unfinished is still to be told to the next. */
  pass(): void {
    const { stale } = this;
    if (!stale) {
      this.release();
      return;
    }
    for (const key of this.#keys) writeFileSync(ownerPath(this.#kind, key), `${JSON.stringify(stale)}\n`);
    this.#close();
  }

  #close(): void {
    for (const server of this.#servers) server.close();
  }
}

export function isHeld(result: StationLock | HeldBy): result is HeldBy {
  return !(result instanceof StationLock);
}

/** Who works on the station now. */
export async function ownersOf(keys: readonly string[]): Promise<Partial<Record<LockKind, HeldBy>>> {
  const owners: Partial<Record<LockKind, HeldBy>> = {};
  for (const kind of ['run', 'guardian'] as const)
    for (const key of keys)
      if (!owners[kind] && (await isBound(socketName(kind, key)))) {
        const owner = readOwner(kind, key);
        owners[kind] = { kind, ...(owner ? { owner } : {}) };
      }
  return owners;
}

/** Who held the station and died without releasing it, by the file that was left. Asked only while nobody holds it. */
export function lastOwner(kind: LockKind, keys: readonly string[]): LockOwner | undefined {
  return keys.map((key) => readOwner(kind, key)).find((owner) => owner !== undefined);
}

/** What a dead owner left is cleared away by who finished its work. */
export function forgetOwner(
  kind: LockKind,
  keys: readonly string[],
  { pid, started }: ProcessIdentity,
): void {
  for (const key of keys) {
    const owner = readOwner(kind, key);
    if (owner?.pid === pid && owner.started === started) rmSync(ownerPath(kind, key), { force: true });
  }
}

/** In the abstract namespace: no file that could be left behind, and a name has one holder [unix(7)]. */
function socketName(kind: LockKind, key: string): string {
  return `\0baton-${fileName(kind, key)}`;
}

function ownerPath(kind: LockKind, key: string): string {
  return join(lockDirectory(), `${fileName(kind, key)}.json`);
}

/** Readable for whoever looks into /proc/net/unix, and short enough for a socket. */
function fileName(kind: LockKind, key: string): string {
  const readable = key.replace(/[^A-Za-z0-9.-]+/g, '-').slice(0, 48);
  return `${kind}-${readable}-${createHash('sha256').update(key).digest('hex').slice(0, 12)}`;
}

/** By machine, for a home may be shared between several and a station hangs on one. */
export function lockDirectory(): string {
  const state = process.env.XDG_STATE_HOME ?? join(homedir(), '.local', 'state');
  return join(state, 'baton', 'locks', hostname());
}

function readOwner(kind: LockKind, key: string): LockOwner | undefined {
  try {
    return JSON.parse(readFileSync(ownerPath(kind, key), 'utf8')) as LockOwner;
  } catch {
    // Nobody wrote one, or it belongs to another user: the lock holds without it.
    return undefined;
  }
}

function bind(name: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    // Whoever connects wants to know whether somebody holds it, and that is the answer.
    const server = createServer((socket) => socket.destroy());
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error),
    );
    server.listen(name, () => resolve(server.unref()));
  });
}

function isBound(name: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(name);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    // ECONNREFUSED: nobody. Any other answer comes from somebody who is there.
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code !== 'ECONNREFUSED'));
  });
}
