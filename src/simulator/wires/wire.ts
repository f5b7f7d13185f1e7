import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import type { StationClock } from '../clock.ts';
import type { FaultBoard } from '../faultBoard.ts';
import type { Reply, SimulatedInstrument } from '../instruments/simulatedInstrument.ts';
import type { Witness } from '../witness.ts';
import { Cutter, printCommand } from './framing.ts';
import { spoil } from './spoil.ts';

interface WireOptions {
  name: string;
  instrument: SimulatedInstrument;
  /** The instrument that answers here while the fault `other-class` lasts. */
  impostor: (className: string) => SimulatedInstrument;
  clock: StationClock;
  faults: FaultBoard;
  witness: Witness;
  /** On a serial line a late reply reaches whoever is there by then; on TCP it is lost with its connection. */
  serial: boolean;
}

/** A waiting client, with what it has sent so far. */
interface Client {
  socket: Socket;
  chunks: Buffer[];
}

/**
 * The port of one instrument, on loopback. Like the real ones it serves one client at a time: a second one is let in
 * and gets no reply until the first has gone.
 */
export class Wire {
  readonly name: string;
  readonly #options: WireOptions;
  readonly #cutter = new Cutter();
  readonly #clients: Client[] = [];
  readonly #commands: { bytes: Buffer; socket: Socket; actor: SimulatedInstrument }[] = [];
  #server: Server | undefined;
  #port = 0;
  #working = false;
  #lastByteAt = 0;

  constructor(options: WireOptions) {
    this.name = options.name;
    this.#options = options;
  }

  get port(): number {
    return this.#port;
  }

  get clients(): number {
    return this.#clients.length;
  }

  /** Opens the port: the first time one that the system chooses, afterwards the same again. */
  async open(): Promise<void> {
    const server = createServer((socket) => this.#admit(socket));
    this.#server = server;
    server.listen(this.#port, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address && typeof address === 'object') this.#port = address.port;
  }

  /** The port disappears, and every client with it. */
  async close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    for (const { socket } of [...this.#clients]) socket.destroy();
    if (server) await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  #admit(socket: Socket): void {
    socket.setNoDelay(true);
    const client: Client = { socket, chunks: [] };
    this.#clients.push(client);
    if (this.#clients[0] === client) this.#serve(client);
    socket.on('data', (chunk) => {
      if (this.#clients[0] === client) this.#receive(chunk, socket);
      else client.chunks.push(chunk);
    });
    // A client that is killed resets the connection: it has gone, and that is all.
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#dismiss(client));
  }

  #serve({ socket, chunks }: Client): void {
    this.#options.witness.saw(this.name, 'client', 'connected');
    if (!this.#options.serial) this.#cutter.clear();
    for (const chunk of chunks.splice(0)) this.#receive(chunk, socket);
  }

  #dismiss(client: Client): void {
    const wasFirst = this.#clients[0] === client;
    this.#clients.splice(this.#clients.indexOf(client), 1);
    if (!wasFirst) return;
    this.#options.witness.saw(this.name, 'client', 'gone');
    const [next] = this.#clients;
    if (next) this.#serve(next);
  }

  #receive(chunk: Buffer, socket: Socket): void {
    const actor = this.#actor();
    // Half a frame that nobody completes is forgotten, or nothing would ever be in step again.
    const now = performance.now();
    if (actor.framing === 'frame8' && now - this.#lastByteAt > 200) this.#cutter.clear();
    this.#lastByteAt = now;
    for (const bytes of this.#cutter.cut(chunk, actor.framing)) this.#commands.push({ bytes, socket, actor });
    if (!this.#working) void this.#work();
  }

  #actor(): SimulatedInstrument {
    const other = this.#options.faults.find('other-class', { instrument: this.name });
    return other ? this.#options.impostor(other.class) : this.#options.instrument;
  }

  /** One command after the other, as an instrument does it, whoever has gone meanwhile. */
  async #work(): Promise<void> {
    this.#working = true;
    for (let next = this.#commands.shift(); next; next = this.#commands.shift()) {
      const reply = this.#carryOut(next.bytes, next.actor);
      if (reply === undefined) continue;
      await this.#wait(reply.busy ?? 0);
      if (!reply.bytes) continue;
      const target = { instrument: this.name };
      await this.#wait(this.#options.faults.find('slow', target)?.delay ?? 0);
      const bytes = spoil(Buffer.from(reply.bytes), {
        garbled: this.#options.faults.find('garbled', target) !== undefined,
        halved: this.#options.faults.find('half-reply', target) !== undefined,
      });
      const socket = this.#options.serial ? this.#clients[0]?.socket : next.socket;
      if (socket?.writable) socket.write(bytes);
    }
    this.#working = false;
  }

  /** Undefined: it did not hear, or will not answer. */
  #carryOut(bytes: Buffer, actor: SimulatedInstrument): Reply | undefined {
    const { faults, witness } = this.#options;
    witness.saw(this.name, 'command', printCommand(bytes, actor.framing));
    faults.commandArrived(this.name);
    const silent = faults.find('silent', { instrument: this.name });
    if (silent && silent.acts === 'no') return undefined;
    const reply = actor.execute(bytes);
    return silent ? undefined : reply;
  }

  /** Below a millisecond on the wall a timer would only make it longer. */
  async #wait(seconds: number): Promise<void> {
    if (this.#options.clock.pace.realMs(seconds) >= 1) await this.#options.clock.pace.sleep(seconds);
  }
}
