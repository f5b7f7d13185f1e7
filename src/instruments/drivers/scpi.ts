import { noChannel } from '../faults.ts';
import type { Identity, PowerChannel, Supply } from '../instrument.ts';
import type { Greeting, Link } from '../transports/link.ts';

/** The question every SCPI instrument answers: maker, model, serial number, firmware. [IEEE 488.2, 10.14] */
export function scpiGreeting(accepts: RegExp, expected: string, before?: string): Greeting {
  return {
    async ask(wire) {
      if (before) await wire.write(before);
      return wire.query('*IDN?');
    },
    accepts: (answer) => accepts.test(answer),
    expected,
  };
}

/** `simulated` needs both: the serial number begins with SIM, and the resource is on this machine and ours. */
function scpiIdentity(text: string, local: boolean): Identity {
  const [, model = '', serial = ''] = text.split(',').map((field) => field.trim());
  return { text, model, serial, simulated: local && serial.startsWith('SIM') };
}

/** A supply that speaks SCPI; what its channels say is the matter of its class. */
export class ScpiSupply implements Supply {
  readonly name: string;
  readonly class: string;
  readonly #link: Link;
  readonly #channels: readonly PowerChannel[];

  constructor(name: string, className: string, link: Link, channels: readonly PowerChannel[]) {
    this.name = name;
    this.class = className;
    this.#link = link;
    this.#channels = channels;
  }

  async identify(): Promise<Identity> {
    const text = await this.#link.identify();
    return scpiIdentity(text, this.#link.local);
  }

  channel(number: number): PowerChannel {
    const channel = this.#channels[number - 1];
    if (!channel) throw noChannel(this.#link.label, number, this.#channels.length);
    return channel;
  }

  close(): Promise<void> {
    return this.#link.close();
  }
}
