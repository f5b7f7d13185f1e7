import { setTimeout as pause } from 'node:timers/promises';
import PQueue from 'p-queue';
import { type GpibResource, physical, type Resource } from '../../station/resource.ts';
import { portLost } from '../faults.ts';
import { Inbox } from './inbox.ts';
import { openPort } from './openPort.ts';
import type { Port, SerialSettings } from './port.ts';

/** Wall-clock times of a transport, in milliseconds: an instrument answers no faster because a simulation runs so. */
export interface Timing {
  /** How long an answer may take, where a driver does not say otherwise. */
  replyMs: number;
  /** How long a line must be silent after it was opened before what it says is believed. */
  quietMs: number;
  /** How long a network connection may take. */
  openMs: number;
  /** How long a port that is not there is looked for. */
  reopenMs: number;
}

export const usualTiming: Timing = { replyMs: 2_000, quietMs: 150, openMs: 3_000, reopenMs: 3_000 };

/**
 * One physical connection: a port, the queue of those who want to talk through it, and what arrived. Instruments
 * behind one GPIB adapter share one line.
 */
export class Line {
  readonly inbox = new Inbox();
  /** Counts the times that the line was opened: what was known before may no longer hold. */
  epoch = 0;
  /** How long it must be silent before a reply can only belong to the next question. */
  silenceMs: number;
  /** The GPIB address that the adapter is set to. */
  selected: string | undefined;

  readonly #resource: Resource;
  readonly #serial: SerialSettings;
  readonly #label: string;
  readonly #timing: Timing;
  // Never p-queue's own time-out: it frees the queue while the exchange goes on, and replies slip by one.
  readonly #queue = new PQueue({ concurrency: 1 });
  #port: Port | undefined;

  constructor(resource: Resource, serial: SerialSettings, label: string, timing: Timing) {
    this.#resource = resource;
    this.#serial = serial;
    this.#label = label;
    this.#timing = timing;
    this.silenceMs = timing.quietMs;
  }

  /** Loopback, or a pseudo-terminal of our own user. */
  get local(): boolean {
    return this.#port?.local ?? false;
  }

  /** Runs the work when everybody before is done; nobody else talks meanwhile. */
  run<T>(work: () => Promise<T>): Promise<T> {
    return this.#queue.add(work);
  }

  /**
   * Opens the port if it is not open. One that is not there is looked for a while: an adapter that its last owner has
   * just let go, or that the bus enumerates again, comes back within a second or two.
   */
  async ensureOpen(): Promise<void> {
    if (this.#port) return;
    const end = performance.now() + this.#timing.reopenMs;
    for (;;) {
      try {
        return await this.#open();
      } catch (error) {
        if (performance.now() >= end) throw error;
        await pause(50);
      }
    }
  }

  async write(bytes: Uint8Array): Promise<void> {
    const port = this.#port;
    if (!port) throw portLost(this.#label, 'the port is closed');
    try {
      await port.write(bytes);
    } catch (error) {
      // Its own notice that it is gone may come later, or never.
      if (this.#port === port) this.#port = undefined;
      await port.close();
      throw portLost(this.#label, (error as Error).message, error);
    }
  }

  /** Waits for the exchange under way, then frees the port. */
  close(): Promise<void> {
    return this.run(async () => {
      const port = this.#port;
      this.#port = undefined;
      await port?.close();
    });
  }

  async #open(): Promise<void> {
    this.inbox.clear();
    const epoch = this.epoch + 1;
    this.#port = await openPort(this.#resource, this.#serial, this.#label, this.#timing.openMs, {
      data: (bytes) => this.inbox.push(bytes),
      lost: (why) => {
        if (this.epoch !== epoch) return;
        this.#port = undefined;
        this.inbox.fail(portLost(this.#label, why));
      },
    });
    this.epoch = epoch;
    this.silenceMs = this.#timing.quietMs;
    this.selected = undefined;
    if (this.#resource.kind === 'gpib') await this.write(Buffer.from(adapterSetup));
  }
}

// [Prologix GPIB-ETHERNET manual, "Commands"]: controller mode, talk only when told to, EOI with the last byte, LF after
// each command, the longest read time-out, and no wear of the EEPROM by each change of address.
const adapterSetup = [
  '++savecfg 0',
  '++mode 1',
  '++auto 0',
  '++eoi 1',
  '++eos 2',
  '++read_tmo_ms 3000',
  '',
].join('\n');

/** Hands out lines, one a physical connection, and closes each with its last user. */
export class Lines {
  readonly #timing: Timing;
  readonly #lines = new Map<string, { line: Line; users: number }>();

  constructor(timing: Timing = usualTiming) {
    this.#timing = timing;
  }

  get timing(): Timing {
    return this.#timing;
  }

  take(resource: Resource, serial: SerialSettings, label: string): Line {
    const key = lineKey(resource);
    const shared = this.#lines.get(key) ?? {
      line: new Line(resource, serial, label, this.#timing),
      users: 0,
    };
    shared.users += 1;
    this.#lines.set(key, shared);
    return shared.line;
  }

  async release(resource: Resource): Promise<void> {
    const key = lineKey(resource);
    const shared = this.#lines.get(key);
    if (!shared) return;
    shared.users -= 1;
    if (shared.users > 0) return;
    this.#lines.delete(key);
    await shared.line.close();
  }
}

function lineKey(resource: Resource): string {
  const reached = physical(resource);
  return reached.kind === 'tcp' ? `${reached.host}:${reached.port}` : reached.path;
}

/** `++addr` with a secondary address as the adapter wants it: 96 more than on the instrument. [Prologix, "addr"] */
export function adapterAddress({ address, secondary }: GpibResource): string {
  return secondary === undefined ? `${address}` : `${address} ${secondary + 96}`;
}
