import { dirname } from 'node:path';
import { makeFolder } from '../../base/makeFolder.ts';
import { PseudoTerminal } from './pseudoTerminal.ts';
import type { Wire } from './wire.ts';

/** What a client opens to reach an instrument: a TCP port, or a pseudo-terminal in front of it. */
export class InstrumentPort {
  readonly wire: Wire;
  readonly #terminal: PseudoTerminal | undefined;
  /** Opening and closing follow one another, however fast faults come and go. */
  #last: Promise<void> = Promise.resolve();

  /** With a path: a pseudo-terminal there. */
  constructor(wire: Wire, path?: string) {
    this.wire = wire;
    if (path !== undefined) this.#terminal = new PseudoTerminal(path, () => wire.port);
  }

  get name(): string {
    return this.wire.name;
  }

  get clients(): number {
    return this.wire.clients;
  }

  /** VISA-like. */
  get resource(): string {
    return this.#terminal
      ? `ASRL${this.#terminal.path}::INSTR`
      : `TCPIP::127.0.0.1::${this.wire.port}::SOCKET`;
  }

  open(): Promise<void> {
    return this.#next(async () => {
      await this.wire.open();
      if (!this.#terminal) return;
      makeFolder(dirname(this.#terminal.path), 0o700);
      await this.#terminal.open();
    });
  }

  close(): Promise<void> {
    return this.#next(async () => {
      await this.#terminal?.close();
      await this.wire.close();
    });
  }

  #next(step: () => Promise<void>): Promise<void> {
    this.#last = this.#last.then(step);
    return this.#last;
  }
}
