import { isNoReply, isPortLost, notTaken } from '../faults.ts';
import type { Link, Wire } from '../transports/link.ts';

export interface Command<T> {
  /** For messages: `the voltage -5 V`. */
  what: string;
  write(wire: Wire): Promise<void>;
  read(wire: Wire): Promise<T>;
  holds(value: T): boolean;
  /** What the instrument says of its own errors, for the message. */
  errors?(wire: Wire): Promise<string>;
}

/**
 * Writes once and reads back. A write that broke off may have acted, so it is never repeated: the reading tells.
 * Throws E3009 when the reading shows that it has not.
 */
export async function writeAndReadBack<T>(link: Link, command: Command<T>): Promise<T> {
  let broken: unknown;
  try {
    await link.act(command.write);
  } catch (error) {
    if (!isNoReply(error) && !isPortLost(error)) throw error;
    broken = error;
  }
  const value = await link.ask(command.read);
  if (command.holds(value)) return value;
  const said = command.errors ? await link.ask(command.errors) : '';
  throw notTaken(
    link.label,
    command.what,
    `it reads ${String(value)}${said ? `, and says ${said}` : ''}`,
    broken,
  );
}

/** Within the resolution of the instrument. */
export const near =
  (wanted: number, resolution: number) =>
  (value: number): boolean =>
    Math.abs(value - wanted) <= resolution + Math.abs(wanted) * 1e-3;
