import { garbled, noPin } from '../faults.ts';
import type { Identity, RelayMatrix } from '../instrument.ts';
import type { Link } from '../transports/link.ts';
import type { RelayDriver } from './driver.ts';
import { writeAndReadBack } from './readBack.ts';

/** Nets of a quad module, as the firmware of the board knows them. [icicle 2.1.0, relay_board.py] */
const letters: Readonly<Record<string, string>> = {
  VDDD2: 'a',
  VDDA2: 'b',
  VDDD3: 'c',
  VDDA3: 'd',
  VDDD0: 'e',
  VDDA0: 'f',
  VDDA1: 'g',
  VDDD1: 'h',
  GND: 'i',
  VIN: 'j',
  OFF: 'x',
};

// A simulated board names itself behind the letter: `x SIM…`.
const answer = /^([a-jx])(?:\W+(SIM.*))?$/;

/**
 * ETHZ relay board: one letter, without a terminator, connects one net to the multimeter behind it, `?` asks for the
 * letter. It measures nothing: Baton has no driver for the multimeters, so this board serves calibrations that bring
 * their own, and Baton offers the switching alone.
 */
export const relayBoard: RelayDriver = {
  kind: 'relays',
  class: 'RelayBoard',
  serial: { baudRate: 9_600 },
  greeting: {
    // The letter changes with the pin; who answers does not.
    async ask(wire) {
      const reply = await wire.queryUnterminated('?');
      const known = answer.exec(reply);
      return known ? `RelayBoard ${known[2] ?? ''}`.trim() : reply;
    },
    accepts: (text) => text.startsWith('RelayBoard'),
    expected: 'a relay board (one letter, a to j or x)',
  },
  connect: (link, name) => new RelayBoard(link, name),
};

class RelayBoard implements RelayMatrix {
  readonly name: string;
  readonly class = relayBoard.class;
  readonly pins = Object.keys(letters);
  readonly #link: Link;

  constructor(link: Link, name: string) {
    this.name = name;
    this.#link = link;
  }

  async identify(): Promise<Identity> {
    const text = await this.#link.identify();
    const serial = text.split(' ')[1] ?? '';
    return { text, model: relayBoard.class, serial, simulated: this.#link.local && serial !== '' };
  }

  async select(pin: string): Promise<void> {
    const letter = letters[pin];
    if (letter === undefined) throw noPin(this.#link.label, pin, this.pins);
    await writeAndReadBack(this.#link, {
      what: `the pin ${pin}`,
      // It answers with what it connected; what counts is the question afterwards.
      write: async (wire) => {
        await wire.queryUnterminated(letter);
      },
      read: async (wire) => this.#pin(await wire.queryUnterminated('?')),
      holds: (selected) => selected === pin,
    });
  }

  readSelected(): Promise<string> {
    return this.#link.ask(async (wire) => this.#pin(await wire.queryUnterminated('?')));
  }

  close(): Promise<void> {
    return this.#link.close();
  }

  #pin(reply: string): string {
    const letter = answer.exec(reply)?.[1];
    const pin = Object.keys(letters).find((name) => letters[name] === letter);
    if (letter === undefined || pin === undefined) throw garbled(this.#link.label, '?', reply);
    return pin;
  }
}
