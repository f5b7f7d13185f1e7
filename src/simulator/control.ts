import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { BatonError, isBatonError } from '../base/errors.ts';
import type { RunningStation } from './station.ts';

/** One line each way, in JSON. `id` comes back with the answer. */
export type ControlRequest = { id?: number } & (
  | { do: 'fault'; fault: string }
  /** By its number, or all of a kind. */
  | { do: 'end-fault'; which: number | string }
  | { do: 'state' }
  | { do: 'end' }
);

export type ControlAnswer = { id?: number } & (
  | { result: unknown }
  | { problems: { code: string; what: string; remedy: string }[] }
);

/** Carries out one request line; `end` ends the station after the answer is on its way. */
export function control(station: RunningStation, end: () => void): (line: string) => ControlAnswer {
  return (line) => {
    const request = parse(line);
    const id = typeof request?.id === 'number' ? { id: request.id } : {};
    try {
      switch (request?.do) {
        case 'fault':
          return { ...id, result: { fault: station.setFault(String(request.fault)) } };
        case 'end-fault':
          return { ...id, result: { ended: station.endFault(request.which) } };
        case 'state':
          return { ...id, result: { live: station.live, clients: station.clients, faults: station.faults } };
        case 'end':
          setImmediate(end);
          return { ...id, result: {} };
        default:
          return { ...id, problems: [notUnderstood(line)] };
      }
    } catch (error) {
      if (isBatonError(error)) return { ...id, problems: [...error.problems] };
      throw error;
    }
  };
}

function parse(line: string): ControlRequest | undefined {
  try {
    const request = JSON.parse(line) as ControlRequest | null;
    return request ?? undefined;
  } catch {
    return undefined;
  }
}

function notUnderstood(line: string) {
  return {
    code: 'E9508',
    what: `The simulated station does not understand ${JSON.stringify(line.slice(0, 200))}.`,
    remedy:
      'Send {"do":"fault","fault":"kind:key=value"}, {"do":"end-fault","which":1}, {"do":"state"} or {"do":"end"}.',
  };
}

/** The longest path that a unix socket can have, its final zero included [unix(7)]. */
const longestSocketPath = 107;

/** Refuses a directory whose station still answers: two would share its files. */
export async function refuseIfRunning(directory: string): Promise<void> {
  const socket = connect(join(directory, 'control.sock'));
  const running = await once(socket, 'connect').then(
    () => true,
    () => false,
  );
  socket.destroy();
  if (!running) return;
  throw new BatonError({
    code: 'E9509',
    what: `A simulated station runs in ${directory} already.`,
    remedy:
      'End it (Ctrl-C where it was started, or {"do":"end"} to its control socket), or use another folder.',
  });
}

/** A private socket for other processes of the same user. Where the directory's name is too long, in a short one. */
export async function listenForControl(
  directory: string,
  answer: (line: string) => ControlAnswer,
): Promise<{ path: string; close(): Promise<void> }> {
  const near = join(directory, 'control.sock');
  const short = near.length <= longestSocketPath ? undefined : mkdtempSync(join(tmpdir(), 'baton-'));
  const path = short === undefined ? near : join(short, 'control.sock');
  rmSync(path, { force: true });
  const server: Server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    createInterface({ input: socket }).on('line', (line) => {
      if (socket.writable) socket.write(`${JSON.stringify(answer(line))}\n`);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  chmodSync(path, 0o600);
  return {
    path,
    close: async () => {
      // Closing does not wait for those who are still connected: the station ends.
      server.close();
      rmSync(short === undefined ? path : dirname(path), { force: true, recursive: true });
    },
  };
}
