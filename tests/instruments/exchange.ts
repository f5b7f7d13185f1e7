import { createServer, type Server, type Socket } from 'node:net';
import { expect } from 'vitest';
import type { SupplyDriver } from '../../src/instruments/drivers/driver.ts';
import type { ProbeCard, RelayMatrix, Supply } from '../../src/instruments/instrument.ts';
import { type OpenOptions, openAny } from '../../src/instruments/open.ts';
import { Lines, type Timing } from '../../src/instruments/transports/line.ts';
import type { Instrument } from '../../src/station/station.ts';

/** Short, for a partner that answers at once. */
export const quickTiming: Timing = { replyMs: 150, quietMs: 10, openMs: 1_000, reopenMs: 2_000 };

/** What the driver must send next, and what it gets for it: a line, bytes, or nothing. */
export type Step = readonly [sent: string | Buffer, reply: string | Buffer | null];

export function anInstrument(
  className: string,
  resource: string,
  more: Partial<Instrument> = {},
): Instrument {
  return {
    name: 'it',
    class: className,
    resource,
    sim: false,
    defaultStepSize: 5,
    defaultDelay: 1,
    entry: {},
    where: { file: 'instruments.json' },
    ...more,
  };
}

/**
 * Opens the driver over a real loopback socket, runs `use`, and demands that exactly these exchanges happened, in this
 * order, and nothing else.
 */
export async function exchange<T extends Supply | ProbeCard | RelayMatrix>(
  driver: Pick<SupplyDriver, 'class' | 'serial' | 'greeting'> & { connect(...args: never[]): T },
  steps: readonly Step[],
  use: (instrument: T) => Promise<void>,
  options: OpenOptions = {},
  terminator = '\n',
): Promise<void> {
  const partner = new ScriptedPartner(steps, terminator);
  const port = await partner.listen();
  const lines = options.lines ?? new Lines(quickTiming);
  try {
    const { instrument } = await openAny<T>(
      anInstrument(driver.class, `TCPIP::127.0.0.1::${port}::SOCKET`),
      driver as never,
      { ...options, lines },
    );
    try {
      await use(instrument);
    } finally {
      await instrument.close();
    }
  } finally {
    await partner.close();
  }
  expect(partner.unexpected, 'nothing but the script was sent').toEqual([]);
  expect(partner.left, 'the whole script was used').toEqual([]);
}

class ScriptedPartner {
  readonly unexpected: string[] = [];
  readonly #steps: Step[];
  readonly #terminator: string;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #received = Buffer.alloc(0);

  constructor(steps: readonly Step[], terminator: string) {
    this.#steps = [...steps];
    this.#terminator = terminator;
    this.#server = createServer((socket) => {
      this.#sockets.add(socket);
      socket.on('data', (bytes) => this.#take(socket, bytes));
      socket.on('error', () => socket.destroy());
    });
  }

  get left(): readonly Step[] {
    return this.#steps;
  }

  listen(): Promise<number> {
    return new Promise((resolve) => {
      this.#server.listen(0, '127.0.0.1', () => resolve((this.#server.address() as { port: number }).port));
    });
  }

  close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  #take(socket: Socket, bytes: Buffer): void {
    this.#received = Buffer.concat([this.#received, bytes]);
    for (;;) {
      const step = this.#steps[0];
      const wanted = step && this.#wire(step[0]);
      if (!step || !wanted || !this.#received.subarray(0, wanted.length).equals(wanted)) {
        // A beginning of what is wanted may become whole with the next packet.
        if (wanted?.subarray(0, this.#received.length).equals(this.#received)) return;
        if (this.#received.length > 0) this.unexpected.push(this.#received.toString('latin1'));
        this.#received = Buffer.alloc(0);
        return;
      }
      this.#received = this.#received.subarray(wanted.length);
      this.#steps.shift();
      if (step[1] !== null) socket.write(this.#wire(step[1]));
      if (this.#received.length === 0) return;
    }
  }

  #wire(part: string | Buffer): Buffer {
    return typeof part === 'string' ? Buffer.from(`${part}${this.#terminator}`, 'latin1') : part;
  }
}
