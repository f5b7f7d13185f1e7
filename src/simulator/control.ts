import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { BatonError, isBatonError } from '../base/errors.ts';
import { readLines } from '../base/lines.ts';
import { listenPrivately, privateSocketPath } from '../base/privateSocket.ts';
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

const socketName = 'control.sock';

/** Refuses a directory whose station still answers: two would share its files. */
export async function refuseIfRunning(directory: string): Promise<void> {
  const socket = connect(privateSocketPath(directory, socketName));
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

/** Asks the station that runs in a directory; undefined when none does. */
export async function askStation(
  directory: string,
  request: ControlRequest,
): Promise<ControlAnswer | undefined> {
  const socket = connect(privateSocketPath(directory, socketName));
  try {
    await once(socket, 'connect');
    const answer = new Promise<string | undefined>((resolve) => {
      void readLines(socket, resolve).then(() => resolve(undefined));
    });
    socket.write(`${JSON.stringify(request)}\n`);
    const line = await answer;
    return line === undefined ? undefined : (JSON.parse(line) as ControlAnswer);
  } catch {
    return undefined;
  } finally {
    socket.destroy();
  }
}

/** A private socket for other processes of the same user. */
export async function listenForControl(
  directory: string,
  answer: (line: string) => ControlAnswer,
): Promise<{ path: string; close(): Promise<void> }> {
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    void readLines(socket, (line) => {
      if (socket.writable) socket.write(`${JSON.stringify(answer(line))}\n`);
    });
  });
  const remove = await listenPrivately(server, directory, socketName);
  return {
    path: privateSocketPath(directory, socketName),
    close: async () => {
      // Closing does not wait for those who are still connected: the station ends.
      server.close();
      remove();
    },
  };
}
