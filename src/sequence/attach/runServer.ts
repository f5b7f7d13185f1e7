import { createReadStream } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { readLines } from '../../base/lines.ts';
import { listenPrivately } from '../../base/privateSocket.ts';
import type { JournalLine } from '../../journal/event.ts';
import type { Journal } from '../../journal/journal.ts';
import type { LiveListener, Question } from '../runContext.ts';
import { runSocketName, type ToClient, type ToRunner } from './runProtocol.ts';

/** A client that does not read gets no more of what it could do without, and beyond the second is let go, bytes. */
const lagging = 1 << 20;
const lost = 64 << 20;

/**
 * The runner's private socket: any number of clients may look at once, from the journal's first line on, stop the run
 * and answer what a calibration asks. Nothing that a client does, or fails to do, holds the run up.
 */
export class RunServer implements LiveListener {
  readonly #journalPath: string;
  readonly #onStop: (by: string) => void;
  readonly #server: Server;
  readonly #clients = new Set<Client>();
  readonly #questions = new Map<number, { question: Question; answer: (text: string) => void }>();
  #remove: () => void = () => undefined;
  /** Bytes of the journal, as far as it was shown to the listeners or was there before. */
  #written: number;
  #lastQuestion = 0;

  private constructor(journal: Journal, onStop: (by: string) => void) {
    this.#journalPath = journal.path;
    this.#written = journal.bytes;
    this.#onStop = onStop;
    this.#server = createServer((socket) => {
      // Whatever goes wrong with a client is that client's end and no more.
      this.#welcome(socket).catch(() => socket.destroy());
    });
    journal.listen((line) => this.#line(line));
  }

  /** Must be opened before anything is appended to the journal by this process. */
  static async open(journal: Journal, directory: string, onStop: (by: string) => void): Promise<RunServer> {
    const server = new RunServer(journal, onStop);
    server.#remove = await listenPrivately(server.#server, directory, runSocketName);
    // A client of a run that is over must not hold the process.
    server.#server.unref();
    return server;
  }

  output(step: number, chunk: string): void {
    this.#broadcast({ output: { step, chunk } }, false);
  }

  progress(step: number, progress: { done: number; of: number; text: string }): void {
    this.#broadcast({ progress: { step, ...progress } }, false);
  }

  /** Whether anybody looks. */
  get watched(): boolean {
    return this.#clients.size > 0;
  }

  /** Asks whoever looks, now or later; undefined when the signal ends it. */
  ask(question: Question, signal: AbortSignal): Promise<string | undefined> {
    this.#lastQuestion += 1;
    const id = this.#lastQuestion;
    return new Promise((resolve) => {
      const end = (text?: string) => {
        signal.removeEventListener('abort', onAbort);
        this.#questions.delete(id);
        this.#broadcast({ answered: id });
        resolve(text);
      };
      const onAbort = () => end();
      this.#questions.set(id, { question, answer: end });
      this.#broadcast({ question: { id, ...question } });
      if (signal.aborted) end();
      else signal.addEventListener('abort', onAbort);
    });
  }

  /** Lets the clients have what was sent, and takes the socket away. */
  async close(): Promise<void> {
    this.#server.close();
    this.#remove();
    await Promise.all([...this.#clients].map((client) => client.end()));
  }

  async #welcome(socket: Socket): Promise<void> {
    const client = new Client(socket, () => this.#clients.delete(client));
    this.#clients.add(client);
    void readLines(socket, (text) => this.#request(text));
    // In one turn with `add`: every line is either in this part of the file or sent by #line, none in both.
    await client.replay(this.#journalPath, this.#written);
    for (const [id, { question }] of this.#questions) client.send({ question: { id, ...question } });
  }

  #request(text: string): void {
    const request = parse(text);
    if (request?.do === 'stop') this.#onStop(String(request.by));
    if (request?.do === 'answer') this.#questions.get(request.id)?.answer(String(request.text));
  }

  #line(line: JournalLine): void {
    this.#written += Buffer.byteLength(JSON.stringify(line)) + 1;
    this.#broadcast({ line });
  }

  #broadcast(message: ToClient, needed = true): void {
    for (const client of this.#clients) client.send(message, needed);
  }
}

/** One who looks. What comes while the journal's past is still being sent waits behind it. */
class Client {
  readonly #socket: Socket;
  #waiting: string[] | undefined = [];
  #waitingBytes = 0;

  constructor(socket: Socket, onGone: () => void) {
    this.#socket = socket.unref();
    socket.on('error', () => socket.destroy());
    socket.on('close', onGone);
  }

  async replay(path: string, bytes: number): Promise<void> {
    if (bytes > 0) {
      const past = createReadStream(path, { end: bytes - 1 });
      // A client that goes, or a disk that does not answer, ends its replay and nothing else.
      past.on('error', () => this.#socket.destroy());
      for await (const line of createInterface({ input: past })) await this.#write(`{"line":${line}}\n`);
    }
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    this.#socket.write(`${JSON.stringify({ caughtUp: true } satisfies ToClient)}\n${waiting.join('')}`);
  }

  send(message: ToClient, needed = true): void {
    const text = `${JSON.stringify(message)}\n`;
    if (this.#waiting) {
      if (!needed) return;
      this.#waiting.push(text);
      this.#waitingBytes += text.length;
      // It was stopped while it read the past.
      if (this.#waitingBytes > lost) this.#socket.destroy();
      return;
    }
    if (this.#socket.writableLength > lost) this.#socket.destroy();
    else if (needed || this.#socket.writableLength < lagging) this.#socket.write(text);
  }

  /** Waits for what was sent to be taken, but not for a client that does not read. */
  async end(): Promise<void> {
    if (this.#socket.destroyed) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => this.#socket.destroy(), 1000);
      this.#socket.once('close', () => {
        clearTimeout(timer);
        resolve();
      });
      this.#socket.end();
    });
  }

  async #write(text: string): Promise<void> {
    if (this.#socket.destroyed || this.#socket.write(text)) return;
    await new Promise<void>((resolve) => {
      this.#socket.once('drain', resolve);
      this.#socket.once('close', () => resolve());
    });
  }
}

function parse(text: string): ToRunner | undefined {
  try {
    return JSON.parse(text) as ToRunner;
  } catch {
    // Not one of our clients; it is told nothing.
    return undefined;
  }
}
