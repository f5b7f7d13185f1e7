import { chmodSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import type { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** The longest path that a unix socket can have, without its final zero [unix(7)] and the sign of one that is not ready. */
const longestPath = 106;

/**
 * Listens at `name` in a private directory, for processes of the same user alone. Where the path is too long for a
 * socket, it lies in a short private folder of the user's and a file `name` + `.path` says where. Answers with what
 * takes both away again.
 */
export async function listenPrivately(server: Server, directory: string, name: string): Promise<() => void> {
  const near = join(directory, name);
  const isNear = Buffer.byteLength(near) <= longestPath;
  const path = isNear ? near : join(await shortFolder(), 's');
  const unready = `${path}~`;
  // What a dead process left there is nobody's socket.
  for (const left of [path, unready]) rmSync(left, { force: true });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(unready, () => {
      server.off('error', reject);
      resolve();
    });
  });
  // A socket has its name before anybody listens at it: who saw it and came at once would be refused.
  chmodSync(unready, 0o600);
  renameSync(unready, path);
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

/** Of this user alone [mkdtemp(3): mode 0700]. The first place that can be used: what the environment names may be gone. */
async function shortFolder(): Promise<string> {
  const places = [process.env.XDG_RUNTIME_DIR, tmpdir()].filter((place) => place !== undefined);
  for (const place of places) {
    try {
      return await mkdtemp(join(place, 'baton-'));
    } catch {
      // Not there, or not this user's: after `su` the variable is still the other one's.
    }
  }
  return mkdtemp('/tmp/baton-');
}
