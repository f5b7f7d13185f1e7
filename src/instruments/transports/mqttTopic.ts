import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import type { MqttClient } from 'mqtt';
import PQueue from 'p-queue';
import type { EpochMs } from '../../base/units.ts';
import { isFault, readResource, type TcpResource } from '../../station/resource.ts';
import { noReply, portLost, portNotOpened, resourceNotUnderstood } from '../faults.ts';
import { usualTiming } from './line.ts';
import type { WireEvent } from './link.ts';
import type { Tamper } from './tamper.ts';
import { isLoopback } from './tcpPort.ts';

interface MqttTopicOptions {
  name: string;
  class: string;
  resource: string;
  topic: string;
  onWire?: ((event: WireEvent) => void) | undefined;
  tamper?: Tamper | undefined;
  /** How long a connection may take, on the clock on the wall. */
  openMs?: number;
}

/** Says whether a message is the answer, by what it makes of it; undefined: it is somebody else's. */
type ReadAnswer<T> = (message: string) => T | undefined;

/**
 * A topic of a broker on which an instrument hears commands and answers, and everybody hears everybody: questions go out
 * one after the other, and of what comes in only the answer is taken.
 */
export class MqttTopic {
  readonly label: string;
  readonly #options: MqttTopicOptions;
  readonly #resource: TcpResource;
  // Never p-queue's own time-out: it frees the queue while the question is still open.
  readonly #queue = new PQueue({ concurrency: 1 });
  #client: MqttClient | undefined;
  #local = false;
  #listener: ((message: string) => void) | undefined;
  #lost: (() => void) | undefined;

  constructor(options: MqttTopicOptions) {
    this.label = `${options.name} (${options.class} at ${options.resource})`;
    this.#options = options;
    this.#resource = tcpOf(options.resource);
  }

  get local(): boolean {
    return this.#local;
  }

  /** Runs what was said to belong together; nobody else of this process talks meanwhile. */
  run<T>(work: () => Promise<T>): Promise<T> {
    return this.#queue.add(work);
  }

  async write(command: string): Promise<void> {
    const client = await this.#connected();
    this.#log('sent', command);
    try {
      await client.publishAsync(this.#options.topic, command);
    } catch (error) {
      throw portLost(this.label, (error as Error).message, error);
    }
  }

  /** Sends a question and waits for its answer. Throws E3005 if none comes in time, E3004 if the broker goes away. */
  async ask<T>(question: string, read: ReadAnswer<T>, replyMs: number): Promise<T> {
    await this.#connected();
    const { name, tamper } = this.#options;
    const answer = new Promise<T>((resolve, reject) => {
      const timer = setTimeout(() => reject(noReply(this.label, question, replyMs, '')), replyMs);
      const settle = (how: () => void) => {
        clearTimeout(timer);
        this.#listener = undefined;
        this.#lost = undefined;
        how();
      };
      this.#lost = () => settle(() => reject(portLost(this.label, 'the broker closed the connection')));
      this.#listener = (heard) => {
        try {
          if (read(heard) === undefined) return;
          const message = tamper ? tamper(name, question, Buffer.from(heard))?.toString() : heard;
          if (message === undefined) throw noReply(this.label, question, replyMs, '');
          const value = read(message);
          if (value !== undefined) settle(() => resolve(value));
        } catch (error) {
          settle(() => reject(error));
        }
      };
    });
    const [sent, answered] = await Promise.allSettled([this.#sent(question), answer]);
    if (sent.status === 'rejected') throw sent.reason;
    if (answered.status === 'rejected') throw answered.reason;
    return answered.value;
  }

  /** A question that could not be sent has no answer to wait for. */
  async #sent(question: string): Promise<void> {
    try {
      await this.write(question);
    } catch (error) {
      this.#lost?.();
      throw error;
    }
  }

  async close(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    await client?.endAsync(true);
  }

  async #connected(): Promise<MqttClient> {
    if (this.#client?.connected) return this.#client;
    await this.close();
    const { openMs = usualTiming.openMs, topic } = this.#options;
    const { host, port } = this.#resource;
    // Loaded here: whoever has no coldbox does not pay for it.
    const { default: mqtt } = await import('mqtt');
    const client = mqtt.connect({
      protocol: 'mqtt',
      host,
      port,
      // A broker throws the older of two clients with one name out: icicle's is "coldbox".
      clientId: `baton_${randomBytes(6).toString('hex')}`,
      connectTimeout: openMs,
      // A lost connection is told, and made again by the next question: nothing is queued behind anybody's back.
      reconnectPeriod: 0,
      queueQoSZero: false,
    });
    try {
      await opened(client, openMs);
      await client.subscribeAsync(topic);
    } catch (error) {
      client.end(true);
      throw portNotOpened(
        this.label,
        `no MQTT broker answers at ${host} port ${port}: ${(error as Error).message}`,
        'Check the network, the name of the box, and that tessie and its broker run on it.',
        error,
      );
    }
    client.on('message', (_topic, payload) => this.#heard(payload.toString()));
    client.on('close', () => {
      if (this.#client === client) this.#client = undefined;
      this.#lost?.();
    });
    this.#local = isLoopback((client.stream as Socket).remoteAddress ?? '');
    this.#client = client;
    return client;
  }

  #heard(message: string): void {
    this.#log('received', message);
    this.#listener?.(message);
  }

  #log(direction: WireEvent['direction'], text: string): void {
    const time: EpochMs = Date.now();
    this.#options.onWire?.({ time, instrument: this.#options.name, direction, text });
  }
}

function opened(client: MqttClient, openMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`nothing within ${openMs} ms`)), openMs + 500);
    const settle = (how: () => void) => {
      clearTimeout(timer);
      how();
    };
    client.once('connect', () => settle(resolve));
    client.on('error', (error) => settle(() => reject(error)));
    client.once('close', () => settle(() => reject(new Error('the connection was closed'))));
  });
}

function tcpOf(text: string): TcpResource {
  const resource = readResource(text);
  if (isFault(resource)) throw resourceNotUnderstood(text, resource.fault, resource.remedy);
  if (resource.kind === 'tcp') return resource;
  throw resourceNotUnderstood(
    text,
    'an MQTT broker is reached over the network',
    'Use TCPIP::HOST::1883::SOCKET.',
  );
}
