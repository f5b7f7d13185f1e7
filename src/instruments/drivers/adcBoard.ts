import type { Celsius, Volts } from '../../base/units.ts';
import { garbled, noPin } from '../faults.ts';
import type { Identity, ProbeCard } from '../instrument.ts';
import type { FrameLength, Greeting, Link, Wire } from '../transports/link.ts';
import type { ProbeCardDriver } from './driver.ts';

// Frames of the board's version 2, as icicle 2.1.0 speaks them (adc_board.py): a request is 5A 5A, its number twice, its
// command twice, and two more bytes; a reply is a head of 8 bytes and a body that depends on the command.
const start = 0x5a;
const command = { read: 0x11, status: 0x33, application: 0x37 };
const headLength = 8;
const statusLength = 8;
const readLength = 90;
const valueCount = 18;
const headDone = 0x55;
const headErrors: Record<number, string> = {
  102: 'start',
  119: 'number',
  136: 'command',
  153: 'length',
  170: 'application code',
};

/** Pins, counted from 1. */
const voltagePins: Readonly<Record<string, number>> = {
  VIN: 10,
  VOFS: 15,
  VDDA0: 12,
  VDDD0: 14,
  VDDA1: 16,
  VDDD1: 17,
  VDDA2: 1,
  VDDD2: 3,
  VDDA3: 5,
  VDDD3: 7,
};
const temperaturePins = [9, 18];

const greeting: Greeting = {
  async ask(wire) {
    // Selects the voltmeter application; it drives no output. Its answer is a head alone.
    await wire.exchange(request(0, command.application, 0x58), frame(0));
    const reply = await wire.exchange(request(1, command.status), frame(statusLength));
    return describeStatus(Buffer.concat([reply, await wire.rest()]));
  },
  accepts: (answer) => answer.startsWith('AdcBoard '),
  expected: 'an AdcBoard, version 2',
};

/** ADC board behind the needle card of a quad module: reads all voltages and two temperatures at once. */
export const adcBoard: ProbeCardDriver = {
  kind: 'probe card',
  class: 'AdcBoard',
  serial: { baudRate: 115_200 },
  greeting,
  forge: { temperature: forgeTemperatures },
  connect: (link, name) => new AdcBoard(link, name),
};

class AdcBoard implements ProbeCard {
  readonly name: string;
  readonly class = adcBoard.class;
  readonly #link: Link;
  #request = 1;

  constructor(link: Link, name: string) {
    this.name = name;
    this.#link = link;
  }

  async identify(): Promise<Identity> {
    const text = await this.#link.identify();
    const [, model = '', serial = ''] = /^AdcBoard (\S+) serial (\S+)/.exec(text) ?? [];
    return { text, model, serial, simulated: this.#link.local && text.includes('SIM') };
  }

  async readVoltages(names = Object.keys(voltagePins)): Promise<Record<string, Volts>> {
    const unknown = names.find((name) => !(name in voltagePins));
    if (unknown !== undefined) throw noPin(this.#link.label, unknown, Object.keys(voltagePins));
    const values = await this.#link.ask((wire) => this.#read(wire));
    return Object.fromEntries(names.map((name) => [name, values[voltagePins[name]! - 1]!]));
  }

  async readTemperatures(): Promise<readonly Celsius[]> {
    const values = await this.#link.ask((wire) => this.#read(wire));
    return temperaturePins.map((pin) => values[pin - 1]!);
  }

  close(): Promise<void> {
    return this.#link.close();
  }

  async #read(wire: Wire): Promise<readonly number[]> {
    this.#request = (this.#request + 1) % 256;
    const reply = await wire.exchange(request(this.#request, command.read), frame(readLength));
    checkHead(this.#link.label, reply);
    const body = reply.subarray(headLength);
    const values = Array.from({ length: valueCount }, (_, i) => body.readFloatLE(4 * i));
    if (!values.every(Number.isFinite))
      throw garbled(this.#link.label, 'a read frame', reply.toString('hex'));
    return values;
  }
}

function request(number: number, code: number, tail = 0): Buffer {
  return Buffer.from([start, start, number, number, code, code, tail, tail]);
}

/** A whole reply: the head and a body of that length, or the head alone when it reports an error. */
function frame(bodyLength: number): FrameLength {
  return (bytes) => {
    if (bytes.length < headLength) return undefined;
    const length = headLength + (headFault(bytes) ? 0 : bodyLength);
    return bytes.length >= length ? length : undefined;
  };
}

function checkHead(label: string, reply: Buffer): void {
  const fault = headFault(reply);
  if (fault) throw garbled(label, 'a request', `${reply.subarray(0, headLength).toString('hex')} (${fault})`);
}

/** 5A 5A, board, request number (which the board is known to get wrong), status, command, channels of the two converters. */
function headFault(reply: Buffer): string | undefined {
  if (reply[0] !== start || reply[1] !== start) return 'no start bytes';
  const status = reply[4]!;
  if (status !== headDone) return `${headErrors[status] ?? 'undefined'} error`;
  return undefined;
}

function forgeTemperatures(question: string, reply: Buffer, value: number): Buffer | undefined {
  if (Buffer.from(question, 'hex')[4] !== command.read) return undefined;
  const forged = Buffer.from(reply);
  for (const pin of temperaturePins) forged.writeFloatLE(value, headLength + 4 * (pin - 1));
  return forged;
}

/** Production id (two letters), serial number, hardware version and assembly, software version. */
function describeStatus(reply: Buffer): string {
  const fault = headFault(reply);
  if (fault) return `a reply with ${fault}: ${reply.toString('hex')}`;
  const body = reply.subarray(headLength);
  const hex = (from: number, to: number) => body.subarray(from, to).toString('hex');
  const letters = body.toString('latin1').replace(/[^ -~]/g, '.');
  return `AdcBoard ${letters.slice(0, 2)} serial ${hex(2, 4)} hardware ${hex(4, 5)}.${hex(5, 6)} software ${hex(6, 8)} (${letters})`;
}
