import { connect, type Socket } from 'node:net';
import type { TcpResource } from '../../station/resource.ts';
import { portNotOpened } from '../faults.ts';
import type { Port, PortEvents } from './port.ts';

export async function openTcpPort(
  { host, port }: TcpResource,
  label: string,
  openMs: number,
  events: PortEvents,
): Promise<Port> {
  const socket = await connected(host, port, label, openMs);
  // A command is one small packet and its answer another; Nagle's algorithm would hold them back.
  socket.setNoDelay(true);
  socket.setKeepAlive(true, 5_000);

  let closing = false;
  let why = 'the other side closed the connection';
  socket.on('data', (bytes: Buffer) => events.data(bytes));
  socket.on('error', (error) => {
    why = error.message;
  });
  socket.on('end', () => socket.destroy());
  socket.on('close', () => {
    if (!closing) events.lost(why);
  });

  return {
    local: isLoopback(socket.remoteAddress ?? ''),
    write: (bytes) =>
      new Promise((resolve, reject) => {
        socket.write(bytes, (error) => (error ? reject(error) : resolve()));
      }),
    close: () =>
      new Promise((resolve) => {
        closing = true;
        if (socket.closed) return resolve();
        socket.once('close', () => resolve());
        // What was written is still sent; an instrument that does not close its side cannot hold us up.
        socket.end(() => socket.destroy());
        setTimeout(() => socket.destroy(), 500).unref();
      }),
  };
}

function connected(host: string, port: number, label: string, openMs: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port });
    const timer = setTimeout(() => {
      socket.destroy();
      reject(failure(`no connection to ${host} port ${port} within ${openMs} ms`));
    }, openMs);
    socket.once('connect', () => {
      clearTimeout(timer);
      socket.removeAllListeners('error');
      resolve(socket);
    });
    socket.once('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      reject(failure(reasons[error.code ?? '']?.(host, port) ?? error.message, error));
    });
    const failure = (why: string, cause?: unknown) =>
      portNotOpened(
        label,
        why,
        'Check the network cable, the address of the instrument (its display shows it) and the port.',
        cause,
      );
  });
}

const reasons: Record<string, (host: string, port: number) => string> = {
  ECONNREFUSED: (host, port) => `${host} refuses connections on port ${port}`,
  ENOTFOUND: (host) => `the name ${host} is not known`,
  EHOSTUNREACH: (host) => `${host} cannot be reached`,
  ENETUNREACH: (host) => `there is no network to ${host}`,
};

export function isLoopback(address: string): boolean {
  return address === '::1' || /^(::ffff:)?127\./.test(address);
}
