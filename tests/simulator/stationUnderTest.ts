import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished, vi } from 'vitest';
import type { StationDescription } from '../../src/simulator/description.ts';
import { openStation, type RunningStation } from '../../src/simulator/station.ts';

export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'simulator-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** One 3D quad on a Keithley, a TSX and a needle card. */
export function oneModule(changes: Partial<StationDescription> = {}): StationDescription {
  return {
    directory: temporaryDirectory(),
    transport: 'tcp',
    timeScale: 1000,
    seed: 7,
    instruments: [
      { name: 'hv_1', class: 'Keithley2410' },
      { name: 'lv_1', class: 'TTITSX' },
      { name: 'ab_1', class: 'AdcBoard' },
    ],
    modules: [
      {
        index: '0',
        name: 'M1',
        sensorType: '3D',
        chips: ['0', '1', '2', '3'],
        hv: { instrument: 'hv_1', channel: 1 },
        lv: { instrument: 'lv_1', channel: 1 },
        ab: { instrument: 'ab_1' },
      },
    ],
    faults: [],
    ...changes,
  };
}

/** An instrument of this class alone on the bench, and a client that talks to it. */
export async function alone(className: string, name: string): Promise<Client> {
  const station = await opened(oneModule({ instruments: [{ name, class: className }], modules: [] }));
  return talkTo(station, name);
}

export async function opened(description: StationDescription): Promise<RunningStation> {
  const station = await openStation(description);
  onTestFinished(() => station.close());
  return station;
}

/** A client in the manner of any lab script: writes lines, reads lines. */
/** Looks until it holds, for as long as a busy machine may need. */
export function soon<Result>(look: () => Result | Promise<Result>): Promise<Result> {
  return vi.waitFor(look, { timeout: 15_000 });
}

export interface Client {
  tell(command: string): void;
  ask(question: string): Promise<string>;
  /** The next line, whenever it comes. */
  line(): Promise<string>;
  write(bytes: Uint8Array): void;
  /** That many bytes, whenever they have come. */
  bytes(count: number): Promise<Buffer>;
  /** Everything that has come and nobody has read. */
  unread(): string;
  hangUp(): Promise<void>;
}

export async function talkTo(station: Pick<RunningStation, 'addresses'>, name: string): Promise<Client> {
  const [, host, port] = /^TCPIP::(.+)::(\d+)::SOCKET$/.exec(station.addresses.resources[name] ?? '') ?? [];
  if (!host) throw new Error(`No such port: ${name}`);
  const socket = connect(Number(port), host);
  onTestFinished(() => {
    socket.destroy();
  });
  socket.setNoDelay(true);
  await once(socket, 'connect');
  return clientOn(socket);
}

export function clientOn(stream: Pick<Socket, 'write' | 'on' | 'destroy'>): Client {
  let received = Buffer.alloc(0);
  let arrived = () => {};
  stream.on('data', (chunk: Buffer) => {
    received = Buffer.concat([received, chunk]);
    arrived();
  });
  const when = async (ready: () => boolean) => {
    while (!ready())
      await new Promise<void>((resolve) => {
        arrived = resolve;
      });
  };
  const client: Client = {
    tell: (command) => void stream.write(`${command}\n`),
    write: (bytes) => void stream.write(bytes),
    ask: (question) => {
      client.tell(question);
      return client.line();
    },
    line: async () => {
      await when(() => received.includes(0x0a));
      const end = received.indexOf(0x0a);
      const line = received.subarray(0, end).toString('latin1');
      received = received.subarray(end + 1);
      return line.trim();
    },
    bytes: async (count) => {
      await when(() => received.length >= count);
      const taken = received.subarray(0, count);
      received = received.subarray(count);
      return taken;
    },
    unread: () => received.toString('latin1'),
    hangUp: async () => {
      const gone = new Promise((resolve) => stream.on('close', resolve));
      stream.destroy();
      await gone;
    },
  };
  return client;
}
