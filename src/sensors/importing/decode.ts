import { isUtf8 } from 'node:buffer';

/**
 * A file's text as bytes in which every digit, blank and line end is its ASCII code, so that a table can be read
 * without making a string of it; `decode` makes one of a piece.
 */
export interface TextBytes {
  bytes: Uint8Array;
  encoding: Encoding;
  decode(start: number, end: number): string;
}

type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';

/**
 * Recognises UTF-8 (with or without mark), UTF-16 (by its mark, or by its zero bytes) and Windows-1252, which has
 * Latin-1's letters. Line ends become LF or CR LF; a lone CR (old Macintosh) becomes LF. Binary data gives undefined.
 */
export function decodeBytes(raw: Uint8Array): TextBytes | undefined {
  const encoding = encodingOf(raw);
  if (encoding === 'utf-16le' || encoding === 'utf-16be') {
    const text = new TextDecoder(encoding).decode(raw);
    return text.includes('\0') ? undefined : asText(new TextEncoder().encode(text), 'utf-8', encoding);
  }
  const bytes = encoding === 'utf-8' && hasUtf8Mark(raw) ? raw.subarray(3) : raw;
  if (bytes.includes(0)) return undefined;
  return asText(bytes, encoding, encoding);
}

function encodingOf(raw: Uint8Array): Encoding {
  if (raw[0] === 0xff && raw[1] === 0xfe) return 'utf-16le';
  if (raw[0] === 0xfe && raw[1] === 0xff) return 'utf-16be';
  const start = raw.subarray(0, 64);
  if (start.length > 3 && start.length % 2 === 0) {
    if (start.every((byte, i) => (i % 2 === 1) === (byte === 0))) return 'utf-16le';
    if (start.every((byte, i) => (i % 2 === 0) === (byte === 0))) return 'utf-16be';
  }
  return isUtf8(raw) ? 'utf-8' : 'windows-1252';
}

function hasUtf8Mark(raw: Uint8Array): boolean {
  return raw[0] === 0xef && raw[1] === 0xbb && raw[2] === 0xbf;
}

function asText(bytes: Uint8Array, decoder: 'utf-8' | 'windows-1252', encoding: Encoding): TextBytes {
  const text = new TextDecoder(decoder);
  const lines = bytes.includes(10) ? bytes : bytes.map((byte) => (byte === 13 ? 10 : byte));
  return { bytes: lines, encoding, decode: (start, end) => text.decode(lines.subarray(start, end)) };
}

const lineFeed = 10;
const carriageReturn = 13;

/** Where the line that begins at `start` ends, and where the next one begins. */
export function lineEnd(bytes: Uint8Array, start: number): { end: number; next: number; ended: boolean } {
  const feed = bytes.indexOf(lineFeed, start);
  if (feed < 0) return { end: bytes.length, next: bytes.length, ended: false };
  const end = feed > start && bytes[feed - 1] === carriageReturn ? feed - 1 : feed;
  return { end, next: feed + 1, ended: true };
}
