import type { Seconds, Volts } from '../../base/units.ts';
import type { Coldbox } from '../bench/coldbox.ts';
import type { HvLine } from '../bench/hvLine.ts';
import type { LvLine } from '../bench/lvLine.ts';
import type { Random } from '../chips/random.ts';
import type { StationClock } from '../clock.ts';

/** What comes back on the wire, and how long the instrument was busy before. */
export interface Reply {
  bytes?: Uint8Array;
  busy?: Seconds;
}

/** How the bytes of a wire come apart into what the instrument takes as one command. */
export type Framing = 'line' | 'letter' | 'frame8' | 'message';

/** One instrument, as its manual describes it, without a wire. */
export interface SimulatedInstrument {
  readonly framing: Framing;
  /** One command, as the framing cut it, its terminator gone. */
  execute(command: Uint8Array): Reply;
  /** What it tells everybody by itself, where it is on a broker. */
  broadcast?(): readonly string[];
}

/** What an instrument is connected to. */
export interface Surroundings {
  /** Of the identity; begins with SIM. */
  serial: string;
  clock: StationClock;
  /** For the last digits of what it measures. */
  random: Random;
  hv(channel: number): HvLine;
  lv(channel: number): LvLine;
  /** What the needles touch, and the temperature of it. */
  probe(): { voltages: Readonly<Record<string, Volts>>; temperature: number };
  /** The box that it is the controller of. */
  coldbox(): Coldbox;
  /** Takes a measurement; while the instrument is stale, repeats the last one of that name. */
  measured<T>(name: string, measure: () => T): T;
}

/** A reply of text, with the terminator that the instrument sends. */
export function textReply(text: string | undefined, terminator: string, busy?: Seconds): Reply {
  return {
    ...(text === undefined ? {} : { bytes: Buffer.from(text + terminator, 'latin1') }),
    ...(busy === undefined ? {} : { busy }),
  };
}

export function commandText(command: Uint8Array): string {
  return Buffer.from(command).toString('latin1').trim();
}
