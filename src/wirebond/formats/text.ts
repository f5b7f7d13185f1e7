type TextEncoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';

interface DecodedText {
  /** Without a byte order mark. */
  text: string;
  encoding: TextEncoding;
}

/**
 * The text of a file of unknown encoding: by its byte order mark; UTF-16 without one by its zero bytes; else UTF-8
 * if it is valid, else Windows-1252 (a superset of ISO-8859-1's printable part). Undefined when it is no text.
 */
export function decodeText(bytes: Uint8Array): DecodedText | undefined {
  const encoding = marked(bytes) ?? wide(bytes);
  const decoded = encoding
    ? decode(bytes, encoding)
    : (decode(bytes, 'utf-8') ?? decode(bytes, 'windows-1252'));
  if (decoded === undefined) return undefined;
  const text = decoded.text.replace(/\u001A$/, ''); // The end-of-file sign of DOS.
  // Zero bytes and other controls: a spreadsheet, a picture, a cut UTF-16 file.
  return /[\u0000-\u0008\u000E-\u001F\uFFFE]/.test(text) ? undefined : { ...decoded, text };
}

function marked(bytes: Uint8Array): TextEncoding | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  return undefined;
}

/** Pull files are mostly ASCII, so that in UTF-16 nearly every second byte is zero. */
function wide(bytes: Uint8Array): TextEncoding | undefined {
  if (bytes.length < 2 || bytes.length % 2 !== 0) return undefined;
  const zeros = [0, 0];
  for (const [index, byte] of bytes.entries()) if (byte === 0) zeros[index % 2]! += 1;
  const half = bytes.length / 2;
  if (zeros[1]! > half * 0.9 && zeros[0] === 0) return 'utf-16le';
  if (zeros[0]! > half * 0.9 && zeros[1] === 0) return 'utf-16be';
  return undefined;
}

function decode(bytes: Uint8Array, encoding: TextEncoding): DecodedText | undefined {
  if (encoding === 'windows-1252') return { text: decodeWindows1252(bytes), encoding };
  try {
    return { text: new TextDecoder(encoding, { fatal: true }).decode(bytes), encoding };
  } catch (error) {
    if (error instanceof TypeError) return undefined; // Not valid in this encoding.
    throw error;
  }
}

/** Bytes 0x80 to 0x9F; the others are those of ISO-8859-1. [Unicode, CP1252.TXT] */
const windows1252 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008DŽ\u008F\u0090‘’“”•–—˜™š›œ\u009DžŸ';

/** By hand, for Node 20's own decoder of that name gives the control characters of ISO-8859-1. */
function decodeWindows1252(bytes: Uint8Array): string {
  return Buffer.from(bytes)
    .toString('latin1')
    .replace(/[\u0080-\u009F]/g, (character) => windows1252[character.charCodeAt(0) - 0x80]!);
}
