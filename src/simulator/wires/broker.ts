import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import type { Aedes } from 'aedes';
import type { Seconds } from '../../base/units.ts';
import type { StationClock } from '../clock.ts';
import type { FaultBoard } from '../faultBoard.ts';
import type { SimulatedInstrument } from '../instruments/simulatedInstrument.ts';
import type { Observer } from '../witness.ts';
import { spoil } from './spoil.ts';

/** Where an instrument hears commands and answers, and where it tells its values by itself. */
export interface Topics {
  commands: string;
  monitor: string;
}

interface BrokerOptions {
  name: string;
  instrument: SimulatedInstrument;
  topics: Topics;
  clock: StationClock;
  faults: FaultBoard;
  witness: Observer;
}

/** How often it tells its values by itself. */
const monitorPeriod: Seconds = 1;
const leastPeriodMs = 50;

/** A real MQTT broker on loopback, with the instrument as one of those who are on it. Any number of clients may come. */
export class BrokerPort {
  readonly name: string;
  readonly #options: BrokerOptions;
  readonly #sockets = new Set<Socket>();
  #broker: Aedes | undefined;
  #server: Server | undefined;
  #monitor: NodeJS.Timeout | undefined;
  #port = 0;
  /** Opening and closing follow one another, and so do the commands. */
  #last: Promise<void> = Promise.resolve();
  #work: Promise<void> = Promise.resolve();

  constructor(options: BrokerOptions) {
    this.name = options.name;
    this.#options = options;
  }

  get clients(): number {
    return this.#sockets.size;
  }

  get resource(): string {
    return `TCPIP::127.0.0.1::${this.#port}::SOCKET`;
  }

  open(): Promise<void> {
    return this.#next(async () => {
      // Loaded here alone: few stations have an instrument that speaks MQTT.
      const { Aedes } = await import('aedes');
      const broker = new Aedes();
      this.#broker = broker;
      await broker.listen();
      const { commands } = this.#options.topics;
      const hear: Parameters<Aedes['subscribe']>[1] = (packet, done) => {
        this.#heard(packet.payload.toString());
        done();
      };
      await new Promise<void>((resolve) => broker.subscribe(commands, hear, resolve));
      const server = createServer((socket) => this.#admit(socket, broker));
      server.listen(this.#port, '127.0.0.1');
      await once(server, 'listening');
      this.#server = server;
      this.#port = (server.address() as { port: number }).port;
      const ms = Math.max(leastPeriodMs, this.#options.clock.pace.realMs(monitorPeriod));
      this.#monitor = setInterval(() => this.#tellAll(), ms).unref();
    });
  }

  close(): Promise<void> {
    return this.#next(async () => {
      clearInterval(this.#monitor);
      const [server, broker] = [this.#server, this.#broker];
      this.#server = undefined;
      this.#broker = undefined;
      for (const socket of this.#sockets) socket.destroy();
      if (server) await new Promise<void>((resolve) => server.close(() => resolve()));
      if (broker) await new Promise<void>((resolve) => broker.close(() => resolve()));
    });
  }

  #next(step: () => Promise<void>): Promise<void> {
    this.#last = this.#last.then(step);
    return this.#last;
  }

  #admit(socket: Socket, broker: Aedes): void {
    const { witness } = this.#options;
    this.#sockets.add(socket);
    witness.saw(this.name, 'client', 'connected');
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      this.#sockets.delete(socket);
      witness.saw(this.name, 'client', 'gone');
    });
    broker.handle(socket);
  }

  #heard(message: string): void {
    const { faults, witness, instrument } = this.#options;
    // Its own answers come by here, too.
    if (message.includes(' = ') || message.startsWith('> ')) return;
    witness.saw(this.name, 'command', message);
    faults.commandArrived(this.name);
    const silent = faults.find('silent', { instrument: this.name });
    if (silent?.acts === 'no') return;
    this.#work = this.#work.then(async () => {
      const { bytes, busy = 0 } = instrument.execute(Buffer.from(message));
      if (!bytes || silent) return;
      await this.#wait(busy + (faults.find('slow', { instrument: this.name })?.delay ?? 0));
      for (const line of Buffer.from(bytes).toString().split('\n')) this.#publish('commands', line);
    });
  }

  #tellAll(): void {
    const { faults, instrument } = this.#options;
    if (faults.find('silent', { instrument: this.name })) return;
    for (const line of instrument.broadcast?.() ?? []) this.#publish('monitor', line);
  }

  #publish(where: keyof Topics, line: string): void {
    const { faults, topics } = this.#options;
    const payload = spoil(Buffer.from(line), {
      garbled: faults.find('garbled', { instrument: this.name }) !== undefined,
      halved: faults.find('half-reply', { instrument: this.name }) !== undefined,
    });
    const packet = {
      cmd: 'publish',
      qos: 0,
      topic: topics[where],
      payload,
      dup: false,
      retain: false,
    } as const;
    this.#broker?.publish(packet, () => undefined);
  }

  /** Below a millisecond on the wall a timer would only make it longer. */
  async #wait(seconds: Seconds): Promise<void> {
    const { pace } = this.#options.clock;
    if (pace.realMs(seconds) >= 1) await pace.sleep(seconds);
  }
}
