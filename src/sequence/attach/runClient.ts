import { connect, type Socket } from 'node:net';
import { readLines } from '../../base/lines.ts';
import { privateSocketPath } from '../../base/privateSocket.ts';
import { runSocketName, type ToClient, type ToRunner } from './runProtocol.ts';

/** A look at a run that goes on. Closing it changes nothing about the run. */
export interface RunClient {
  /** Asks it to stop safely. */
  stop(by: string): void;
  answer(id: number, text: string): void;
  /** Resolves when the runner has closed its end, or this one was closed. */
  readonly ended: Promise<void>;
  close(): void;
}

/** Undefined when nobody runs in that directory (any more). */
export async function connectToRun(
  directory: string,
  onMessage: (message: ToClient) => void,
): Promise<RunClient | undefined> {
  const socket = await open(privateSocketPath(directory, runSocketName));
  if (!socket) return undefined;
  const ended = readLines(socket, (text) => {
    const message = read(text);
    if (message) onMessage(message);
  });
  const tell = (message: ToRunner) => socket.write(`${JSON.stringify(message)}\n`);
  return {
    stop: (by) => tell({ do: 'stop', by }),
    answer: (id, text) => tell({ do: 'answer', id, text }),
    ended,
    close: () => socket.destroy(),
  };
}

function open(path: string): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => resolve(socket));
    socket.on('error', () => {
      // Nobody listens, or the runner died: its socket ends, and that is what it is told by.
      socket.destroy();
      resolve(undefined);
    });
  });
}

/** A runner that is killed may leave the half of a line. */
function read(text: string): ToClient | undefined {
  try {
    return JSON.parse(text) as ToClient;
  } catch {
    return undefined;
  }
}
