import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import type { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** The longest path that a unix socket can have, without its final zero [unix(7)]. */
const longestPath = 107;

/**
 * Listens at `name` in a private directory, for processes of the same user alone. Where the path is too long for a
 * socket, it lies in a short private folder of the user's and a file `name` + `.path` says where. Answers with what
 * takes both away again.
 */
export async function listenPrivately(server: Server, directory: string, name: string): Promise<() => void> {
  const near = join(directory, name);
  const isNear = Buffer.byteLength(near) <= longestPath;
  const path = isNear ? near : join(await mkdtemp(join(runtimeDirectory(), 'run-')), 's');
  // What a dead process left there is nobody's socket.
  rmSync(path, { force: true });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => {
      server.off('error', reject);
      resolve();
    });
  });
  chmodSync(path, 0o600);
  const pointer = `${near}.path`;
  if (!isNear) writeFileSync(pointer, path, { mode: 0o600 });
  return () => {
    rmSync(isNear ? path : dirname(path), { force: true, recursive: true });
    rmSync(pointer, { force: true });
  };
}

/** Where a socket of that name in that directory really lies. */
export function privateSocketPath(directory: string, name: string): string {
  const near = join(directory, name);
  try {
    return readFileSync(`${near}.path`, 'utf8').trim();
  } catch {
    // No pointer: it lies where its name says.
    return near;
  }
}

/** Of this user alone. */
function runtimeDirectory(): string {
  const path = process.env.XDG_RUNTIME_DIR
    ? join(process.env.XDG_RUNTIME_DIR, 'baton')
    : join(tmpdir(), `baton-${process.getuid?.() ?? 0}`);
  mkdirSync(path, { recursive: true, mode: 0o700 });
  return path;
}
