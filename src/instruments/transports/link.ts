import { isBatonError } from '../../base/errors.ts';
import type { EpochMs } from '../../base/units.ts';
import { isFault, type Resource, readResource } from '../../station/resource.ts';
import {
  garbled,
  isNoReply,
  isPortLost,
  noReply,
  notOpen,
  resourceNotUnderstood,
  wrongIdentity,
} from '../faults.ts';
import { adapterAddress, type Line, Lines } from './line.ts';
import type { SerialSettings } from './port.ts';
import type { Tamper } from './tamper.ts';

/** What went over the wire, for a log or a flight recorder. */
export interface WireEvent {
  time: EpochMs;
  instrument: string;
  direction: 'sent' | 'received';
  /** Text as it was; bytes of a binary protocol in hexadecimal. */
  text: string;
}

/** What a driver says and hears during one exchange; nobody else talks meanwhile. */
export interface Wire {
  write(command: string): Promise<void>;
  /** Sends a question and reads one line. Throws E3005 if none comes in time. */
  query(question: string, replyMs?: number): Promise<string>;
  /** Sends bytes and reads one frame: `length` says how many bytes it fills, or undefined as long as it is not whole. */
  exchange(request: Uint8Array, length: FrameLength, replyMs?: number): Promise<Buffer>;
  /** What else comes until nothing more does; empty if nothing. */
  rest(): Promise<Buffer>;
  /** Sends text without a terminator and reads what comes until nothing more does. */
  queryUnterminated(question: string, replyMs?: number): Promise<string>;
}

export type FrameLength = (bytes: Buffer) => number | undefined;

/** How an instrument is greeted: the question, and what its answer must look like. */
export interface Greeting {
  ask(wire: Wire): Promise<string>;
  accepts(answer: string): boolean;
  /** For the message when it does not. */
  expected: string;
}

interface LinkOptions {
  name: string;
  class: string;
  resource: string;
  serial: SerialSettings;
  greeting: Greeting;
  lines?: Lines | undefined;
  onWire?: ((event: WireEvent) => void) | undefined;
  tamper?: Tamper | undefined;
}

const greetings = 3;
/** Ends a reply that has no terminator: several characters' time at 9600 baud. */
const pauseMs = 60;

/**
 * One instrument's way through a line. Nothing that it says is believed before the line was silent and the instrument
 * said who it is: after every open, and again after every time-out, loss or garbled reply (rule 4), because a late
 * reply would answer the next question.
 */
export class Link {
  readonly label: string;
  readonly #options: LinkOptions;
  readonly #resource: Resource;
  readonly #lines: Lines;
  readonly #line: Line;
  readonly #wire: Wire;
  /** The line's epoch in which the instrument said who it is; undefined: it has to say so again. */
  #trusted: number | undefined;
  #answer: string | undefined;
  /** It was silent when it was asked last. */
  #silent = false;
  #closed = false;

  constructor(options: LinkOptions) {
    this.label = `${options.name} (${options.class} at ${options.resource})`;
    this.#options = options;
    this.#resource = understood(options.resource);
    this.#lines = options.lines ?? new Lines();
    this.#line = this.#lines.take(this.#resource, options.serial, this.label);
    this.#wire = this.#makeWire();
  }

  /** Loopback, or a pseudo-terminal of our own user. */
  get local(): boolean {
    return this.#line.local;
  }

  get overGpib(): boolean {
    return this.#resource.kind === 'gpib';
  }

  /** Drains, asks who is there, and answers with what it said. Throws E3006 if that is not the instrument. */
  identify(): Promise<string> {
    return this.#line.run(async () => {
      this.#trusted = undefined;
      await this.#ready();
      return this.#answer!;
    });
  }

  /** Runs questions alone: they change nothing, so they are asked once more after a time-out or a loss. */
  ask<T>(questions: (wire: Wire) => Promise<T>): Promise<T> {
    return this.#line.run(async () => {
      await this.#ready();
      try {
        return await questions(this.#wire);
      } catch (error) {
        this.#trusted = undefined;
        if (!isNoReply(error) && !isPortLost(error)) throw error;
      }
      await this.#ready();
      return await this.#orDistrust(questions);
    });
  }

  /** Runs commands, once: whoever sends them reads back what became of them. */
  act<T>(commands: (wire: Wire) => Promise<T>): Promise<T> {
    return this.#line.run(async () => {
      await this.#ready();
      return await this.#orDistrust(commands);
    });
  }

  /** Frees the port, unless another instrument shares it. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#lines.release(this.#resource);
  }

  async #orDistrust<T>(work: (wire: Wire) => Promise<T>): Promise<T> {
    try {
      return await work(this.#wire);
    } catch (error) {
      this.#trusted = undefined;
      throw error;
    }
  }

  /** A port that turns out to be gone is opened again once. */
  async #ready(): Promise<void> {
    try {
      await this.#prepare();
    } catch (error) {
      if (!isPortLost(error)) throw error;
      await this.#prepare();
    }
  }

  async #prepare(): Promise<void> {
    if (this.#closed) throw notOpen(this.label);
    await this.#line.ensureOpen();
    await this.#select();
    if (this.#trusted === this.#line.epoch && this.#line.inbox.empty) return;
    await this.#synchronise();
  }

  /** Behind an adapter several instruments share the line. */
  async #select(): Promise<void> {
    if (this.#resource.kind !== 'gpib') return;
    const address = adapterAddress(this.#resource);
    if (this.#line.selected === address) return;
    await this.#line.write(Buffer.from(`++addr ${address}\n`));
    this.#line.selected = address;
  }

  /** Reads until silent, then asks who is there until the answer is that of the instrument. */
  async #synchronise(): Promise<void> {
    this.#trusted = undefined;
    const { greeting } = this.#options;
    let failure: unknown;
    // No terminator is sent first: it would carry out the half of a command that a killed owner may have left.
    for (let attempt = 1; attempt <= greetings; attempt += 1) {
      await this.#drain();
      let answer: string;
      try {
        answer = await greeting.ask(this.#wire);
      } catch (error) {
        // Silent twice: there is nobody, and a person waits. From then on once will do.
        const nobody = isNoReply(error) && (attempt > 1 || this.#silent);
        this.#silent ||= nobody;
        if (!isBatonError(error) || isPortLost(error) || nobody) throw error;
        failure = error;
        continue;
      }
      this.#silent = false;
      const known = this.#answer === undefined || this.#answer === answer;
      if (!greeting.accepts(answer) || !known) {
        failure = wrongIdentity(this.label, answer, known ? greeting.expected : `${this.#answer}, as before`);
        continue;
      }
      // Something behind the answer: one of the two was for somebody else's question.
      if (!this.#line.inbox.empty) {
        failure = garbled(this.label, 'the question who it is', `${answer} and more`);
        continue;
      }
      this.#answer = answer;
      this.#trusted = this.#line.epoch;
      return;
    }
    throw failure;
  }

  async #drain(): Promise<void> {
    const line = this.#line;
    // Selected device clear: empties the instrument's input and output buffers and leaves its settings. [IEEE 488.2]
    if (this.overGpib) await line.write(Buffer.from('++clr\n'));
    if (await line.inbox.silence(line.silenceMs, line.silenceMs * 10 + 1_000)) {
      line.silenceMs = this.#lines.timing.quietMs;
      return;
    }
    throw garbled(this.label, 'nothing (it was not asked)', 'an endless stream');
  }

  #makeWire(): Wire {
    const line = this.#line;
    const usual = this.#lines.timing.replyMs;
    const receive = async (question: string, whole: FrameLength, ms: number): Promise<Buffer> => {
      const reply = await line.inbox.take(whole, ms);
      if (reply) return this.#tampered(question, reply, ms);
      // Its answer may still be on the way, for about as long as an answer takes.
      line.silenceMs = Math.max(line.silenceMs, ms);
      throw noReply(this.label, question, ms, line.inbox.peek().toString('latin1'));
    };
    const rest = async (): Promise<Buffer> => {
      const parts: Buffer[] = [];
      for (;;) {
        const more = await line.inbox.take(anything, pauseMs);
        if (!more) return Buffer.concat(parts);
        parts.push(more);
      }
    };
    return {
      write: (command) => this.#say(command),
      query: async (question, replyMs = usual) => {
        this.#expectSilence(question);
        await this.#say(question);
        if (this.overGpib) await line.write(Buffer.from('++read eoi\n'));
        const reply = await receive(question, lineLength, replyMs);
        return this.#heard(reply.toString('latin1').trim());
      },
      exchange: async (request, length, replyMs = usual) => {
        const hex = Buffer.from(request).toString('hex');
        this.#expectSilence(hex);
        this.#log('sent', hex);
        await line.write(request);
        const reply = await receive(hex, length, replyMs);
        this.#log('received', reply.toString('hex'));
        return reply;
      },
      queryUnterminated: async (question, replyMs = usual) => {
        this.#expectSilence(question);
        this.#log('sent', question);
        await line.write(Buffer.from(question, 'latin1'));
        const first = await receive(question, anything, replyMs);
        const reply = Buffer.concat([first, await rest()]);
        return this.#heard(reply.toString('latin1').trim());
      },
      rest,
    };
  }

  async #say(command: string): Promise<void> {
    this.#log('sent', command);
    const text = this.overGpib ? escapeForAdapter(command) : command;
    await this.#line.write(Buffer.from(`${text}\n`, 'latin1'));
  }

  #tampered(question: string, reply: Buffer, ms: number): Buffer {
    const { name, tamper } = this.#options;
    if (!tamper) return reply;
    const believed = tamper(name, question, reply);
    if (believed === undefined) throw noReply(this.label, question, ms, '');
    return believed;
  }

  #heard(reply: string): string {
    this.#log('received', reply);
    return reply;
  }

  /** Bytes that nobody asked for would be taken for the answer. */
  #expectSilence(question: string): void {
    if (this.#line.inbox.empty) return;
    throw garbled(this.label, `before ${question}`, this.#line.inbox.peek().toString('latin1'));
  }

  #log(direction: WireEvent['direction'], text: string): void {
    this.#options.onWire?.({ time: Date.now(), instrument: this.#options.name, direction, text });
  }
}

function understood(text: string): Resource {
  const resource = readResource(text);
  if (isFault(resource)) throw resourceNotUnderstood(text, resource.fault, resource.remedy);
  return resource;
}

const anything: FrameLength = (bytes) => bytes.length || undefined;

const lineLength: FrameLength = (bytes) => bytes.indexOf(0x0a) + 1 || undefined;

/** An adapter swallows an unescaped `+`, as in 1E+3. [Prologix GPIB-ETHERNET manual, "Binary data transmission"] */
const escapeForAdapter = (command: string): string => command.replace(/[+\x1b]/g, '\x1b$&');
