import { createHmac, timingSafeEqual } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { BatonError } from '../../base/errors.ts';
import type { EpochMs } from '../../base/units.ts';

/** What a traveller stands for: exactly one sequence with these values, as it was when the page was printed. */
export interface Traveller {
  /** Name of the sequence. */
  sequence: string;
  /** Of the script and the site's own files that it names, SHA-256, hexadecimal. */
  fingerprint: string;
  /** Values of substitutions that were chosen; the others are the script's defaults. */
  set: Readonly<Record<string, string>>;
  /** Index, name or serial number, if it is for one module. */
  module?: string;
  by: string;
  created: EpochMs;
}

const prefix = 'BATON1';
/** Bytes of the HMAC-SHA-256 that are kept: 128 bits. */
const macLength = 16;
/** A denser QR code is hard to read from paper: 1800 characters are 141 × 141 squares. */
const longestCode = 1800;
const largestContent = 65_536;

/**
 * The text of the QR code. A scanner types it like a keyboard, and may do so in another layout: so there are digits and
 * capital letters alone, without I and O, which people mix up, and without Y and Z, which German and English keyboards
 * exchange. It begins with an HMAC of the station's key, so that no character can be changed unnoticed.
 *
 * @throws E7307 the values are too long for a code that scanners read.
 */
export function encodeTraveller(traveller: Traveller, key: Uint8Array): string {
  const { sequence, fingerprint, set, module = null, by, created } = traveller;
  const hash = Buffer.from(fingerprint, 'hex').toString('base64url');
  const content = deflateRawSync(
    JSON.stringify([sequence, hash, set, module, by, Math.round(created / 1000)]),
  );
  const code = prefix + toBase32(Buffer.concat([mac(content, key), content]));
  if (code.length <= longestCode) return code;
  throw new BatonError({
    code: 'E7307',
    what: `The traveller's code would have ${code.length} characters, ${longestCode} are the most that scanners read well.`,
    remedy: 'Shorten the values that are set.',
  });
}

/** Whether a scanner typed this, rather than a person a name. */
export function isTravellerCode(text: string): boolean {
  return text.trim().toUpperCase().startsWith(prefix) && text.length > prefix.length + 40;
}

/**
 * Reads what a scanner typed.
 *
 * @throws E7301 no traveller. E7302 altered, or made with another key.
 */
export function decodeTraveller(text: string, key: Uint8Array): Traveller {
  const typed = text.trim();
  // With Caps Lock a scanner types small letters; a mixture is a changed character.
  const code = typed === typed.toLowerCase() ? typed.toUpperCase() : typed;
  if (!code.startsWith(prefix))
    throw refused(
      'E7301',
      'This is no traveller of Baton.',
      'Scan the square code of a page that `baton traveller create` made.',
    );

  const bytes = fromBase32(code.slice(prefix.length));
  const content = bytes?.subarray(macLength);
  if (
    !bytes ||
    !content ||
    content.length === 0 ||
    !timingSafeEqual(bytes.subarray(0, macLength), mac(content, key))
  )
    throw refused(
      'E7302',
      'The code of this traveller was altered, misread, or made with another key.',
      'Scan again. If it is refused again: is it from another site? Copy their traveller.key, or print a new page.',
    );
  const fields = JSON.parse(
    inflateRawSync(content, { maxOutputLength: largestContent }).toString('utf8'),
  ) as [string, string, Record<string, string>, string | null, string, number];
  const [sequence, hash, set, module, by, seconds] = fields;
  return {
    sequence,
    fingerprint: Buffer.from(hash, 'base64url').toString('hex'),
    set,
    ...(module === null ? {} : { module }),
    by,
    created: seconds * 1000,
  };
}

function refused(code: string, what: string, remedy: string): BatonError {
  return new BatonError({ code, what, remedy });
}

function mac(content: Uint8Array, key: Uint8Array): Buffer {
  return createHmac('sha256', key).update(prefix).update(content).digest().subarray(0, macLength);
}

const alphabet = '0123456789ABCDEFGHJKLMNPQRSTUVWX';

function toBase32(bytes: Uint8Array): string {
  let text = '';
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += alphabet[(held >> bits) & 31];
    }
    held &= (1 << bits) - 1;
  }
  return bits > 0 ? text + alphabet[(held << (5 - bits)) & 31] : text;
}

function fromBase32(text: string): Uint8Array | undefined {
  const bytes: number[] = [];
  let bits = 0;
  let held = 0;
  for (const character of text) {
    const value = alphabet.indexOf(character);
    if (value < 0) return undefined;
    held = (held << 5) | value;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes.push((held >> bits) & 255);
      held &= (1 << bits) - 1;
    }
  }
  const read = Uint8Array.from(bytes);
  // The last character has bits to spare: any other than zero is a change that the HMAC would not see.
  return toBase32(read) === text ? read : undefined;
}
