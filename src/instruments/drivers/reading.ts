import { garbled, overflow } from '../faults.ts';

// SCPI writes 9.9E37 for infinity and 9.91E37 for "not a number". [SCPI-1999, vol. 1, 7.2.1.4 and 7.2.1.5]
const notANumber = 9.9e37;

/** A number in an instrument's notation. Throws E3007 for anything else and E3008 for an overflow: never a made-up 0. */
export function readNumber(label: string, question: string, reply: string): number {
  if (!/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(reply)) throw garbled(label, question, reply);
  const value = Number(reply);
  if (Math.abs(value) >= notANumber) throw overflow(label, question, reply);
  return value;
}

export function readSwitch(label: string, question: string, reply: string): boolean {
  if (/^(1|ON)$/i.test(reply)) return true;
  if (/^(0|OFF)$/i.test(reply)) return false;
  throw garbled(label, question, reply);
}

/** A number as instruments take it: no exponent of 16 digits, and no loss below a microvolt or a picoampere. */
export function writeNumber(value: number): string {
  return String(Number(value.toPrecision(9)) + 0);
}
