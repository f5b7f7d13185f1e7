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

/** What else is known of the sensor that a file names. */
interface Beside {
  /** The name of the file, without its folder. */
  filename?: string | undefined;
  /** What the database says of the serial number. */
  known?: Identity | undefined;
}

/** Of a strip sensor: the last six of its seven digits are the wafer's number, the first says whose numbers they are. */
const stripSensor = /^20US[A-Z]S[A-Z0-9]\d(\d{6})$/;

/**
 * How the names that a file has for its sensor contradict each other; undefined: they do not. A station whose operator
 * forgot to change one of them has measured one sensor and names two.
 */
export function contradictionIn(said: Identity, { filename, known }: Beside): string | undefined {
  const { serialNumber, batch, wafer } = said;
  if (known?.serialNumber !== undefined && serialNumber !== undefined) {
    if (withoutSeries(serialNumber) !== withoutSeries(known.serialNumber))
      return `File says ${serialNumber}; the database knows ${nameOf(said)} as ${known.serialNumber}`;
    if (differ(batch, known.batch) || differ(wafer, known.wafer))
      return `File says ${nameOf(said)}; the database knows ${known.serialNumber} as ${nameOf(known)}`;
  } else if (typeof wafer === 'number') {
    const digits = stripSensor.exec(serialNumber ?? '')?.[1];
    if (digits !== undefined && Number(digits) !== wafer)
      return `Wafer ${wafer} and ${serialNumber} are not one sensor`;
  }
  const named = identityFromPath(filename ?? '');
  if (named.batch !== undefined && (differ(batch, named.batch) || differ(wafer, named.wafer)))
    return `File is named ${nameOf(named)} and says ${nameOf(said)}`;
  return differ(serialNumber, named.serialNumber)
    ? `File is named ${named.serialNumber} and says ${serialNumber}`
    : undefined;
}

/** `20USBSL0000042` and `20USBSL6000042` are one sensor: files of the first years have the one, the database the other. */
function withoutSeries(serialNumber: string): string {
  return stripSensor.test(serialNumber) ? serialNumber.slice(0, 7) + serialNumber.slice(8) : serialNumber;
}

/** Both are known, and are not the same. */
function differ(one: number | string | undefined, other: number | string | undefined): boolean {
  return one !== undefined && other !== undefined && one !== other;
}

function nameOf({ batch, wafer }: Identity): string {
  return [batch, ...(wafer === undefined ? [] : [`W${wafer}`])].join('-');
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
