/** Which sensor a test is of. */
export interface Identity {
  batch?: string;
  wafer?: number | string;
  serialNumber?: string;
  shorthand?: string;
}

const serial = /^20U[A-Z0-9]{11}$/;
const batchName = /^[UV][A-Z]*\d+$/;

/** Whether nothing is left to look for. */
export function isWhole({ batch, wafer, serialNumber }: Identity): boolean {
  return batch !== undefined && wafer !== undefined && serialNumber !== undefined;
}

/** What the header says, in upper case and without decoration: `W00161` is wafer 161. */
export function identityOf(header: Readonly<Record<string, string>>): Identity {
  const found: Identity = {};
  const shorthandOrMore = header.sensor?.trim().toUpperCase();
  if (shorthandOrMore !== undefined) Object.assign(found, fromOneWord(shorthandOrMore));
  if (header.shorthand !== undefined && /^\d{6}$/.test(header.shorthand)) found.shorthand = header.shorthand;
  if (header.batch !== undefined) found.batch = header.batch.trim().toUpperCase();
  if (header.wafer !== undefined) found.wafer = waferOf(header.wafer);
  if (header.serialNumber !== undefined) found.serialNumber = header.serialNumber.trim().toUpperCase();
  return found;
}

/** `VPX90002-W0161`, `VPX90002.161`, `000161` or a serial number. */
export function fromOneWord(word: string): Identity {
  if (/^\d{6}$/.test(word)) return { shorthand: word };
  if (serial.test(word)) return { serialNumber: word };
  for (const delimiter of ['-W', ' W', '-', '.', '_', 'R', '/W', '/', ' ']) {
    const at = word.indexOf(delimiter);
    if (at <= 0) continue;
    const [wafer] = word.slice(at + delimiter.length).split(delimiter);
    return { batch: word.slice(0, at), ...(wafer ? { wafer: waferOf(wafer) } : {}) };
  }
  return { batch: word };
}

function waferOf(text: string): number | string {
  const plain = text
    .trim()
    .toUpperCase()
    .replace(/^W+|W+$/g, '');
  return /^\d{1,9}$/.test(plain) ? Number(plain) : plain;
}

/**
 * Batch, wafer and serial number as they stand in folder and file names. Only whole, unmistakable words count:
 * `W00161` is a wafer, the folder `wafer_tests` is not.
 */
export function identityFromPath(path: string): Identity {
  const found: Identity = {};
  for (const word of path
    .replaceAll('\\', '/')
    .toUpperCase()
    .split(/[/_.-]/)) {
    if (serial.test(word)) found.serialNumber = word;
    else if (/^W\d{1,6}$/.test(word)) found.wafer = Number(word.slice(1));
    else if (word.length > 4 && batchName.test(word)) found.batch = word;
  }
  return found;
}
