import type { Framing } from '../instruments/simulatedInstrument.ts';

const longestCommand = 64 * 1024;
const frame = 8;

/** Cuts what arrives on a wire into commands, and keeps what is not whole yet. */
export class Cutter {
  #kept: Buffer = Buffer.alloc(0);

  cut(chunk: Buffer, framing: Framing): Buffer[] {
    const bytes = Buffer.concat([this.#kept, chunk]);
    const [commands, rest] = cutters[framing](bytes);
    // Nobody sends so long a command; what never ends must not fill the memory.
    this.#kept = rest.length > longestCommand ? Buffer.alloc(0) : rest;
    return commands;
  }

  clear(): void {
    this.#kept = Buffer.alloc(0);
  }
}

const cutters: Record<Framing, (bytes: Buffer) => [Buffer[], Buffer]> = {
  // CR, LF or both end a command.
  line: (bytes) => {
    const commands: Buffer[] = [];
    let start = 0;
    for (let k = 0; k < bytes.length; k += 1) {
      if (bytes[k] !== 0x0a && bytes[k] !== 0x0d) continue;
      if (k > start) commands.push(bytes.subarray(start, k));
      start = k + 1;
    }
    return [commands, bytes.subarray(start)];
  },
  letter: (bytes) => [
    [...bytes].filter((byte) => byte !== 0x0a && byte !== 0x0d).map((byte) => Buffer.from([byte])),
    Buffer.alloc(0),
  ],
  // On a broker each message is whole.
  message: (bytes) => [[bytes], Buffer.alloc(0)],
  frame8: (bytes) => {
    const whole = Math.floor(bytes.length / frame);
    const commands = Array.from({ length: whole }, (_, k) => bytes.subarray(k * frame, (k + 1) * frame));
    return [commands, bytes.subarray(whole * frame)];
  },
};

/** As the witness log shows a command: text as it is, frames in hexadecimal. */
export function printCommand(command: Buffer, framing: Framing): string {
  return framing === 'frame8' ? command.toString('hex') : command.toString('latin1').trim();
}
