import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  verify,
} from 'node:crypto';
import { appendFile, open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { BatonError } from '../base/errors.ts';
import { makeFolder } from '../base/makeFolder.ts';

/** One line of a signed log: what it says, and what binds it to the line before and to the key. */
interface SignedLine<T> {
  /** Counted from 1. */
  n: number;
  entry: T;
  /** SHA-256 of the line before, hexadecimal; of the first: empty. */
  previous: string;
  /** Ed25519 public key, SPKI in base64. */
  key: string;
  /** Over everything before it in the line. */
  signature: string;
}

/** What reading a signed log through shows. */
interface SignedLog<T> {
  lines: readonly SignedLine<T>[];
  /** Why it cannot be trusted, with the line; absent: every line follows from the one before and is signed. */
  broken?: string;
}

/**
 * Appends a line that is bound to the one before and signed with this user's key (made if there is none, readable for its
 * owner alone), and flushes it to disk.
 *
 * @throws E6301 the log is not what was signed: nothing is appended to it.
 */
export async function appendSigned<T>(path: string, keyPath: string, entry: T): Promise<SignedLine<T>> {
  const { lines, broken } = await readSigned<T>(path);
  if (broken !== undefined)
    throw new BatonError({
      code: 'E6301',
      where: { file: path },
      what: `this log cannot be continued: ${broken}.`,
      remedy:
        'Somebody or something has changed it. Keep it aside under another name; a new one begins then.',
    });
  const privateKey = createPrivateKey(await ownKey(keyPath));
  const key = createPublicKey(privateKey).export({ type: 'spki', format: 'der' }).toString('base64');
  const last = lines.at(-1);
  const unsigned = { n: lines.length + 1, entry, previous: last ? hashOf(last) : '', key };
  const signature = sign(null, Buffer.from(JSON.stringify(unsigned)), privateKey).toString('base64');
  const line: SignedLine<T> = { ...unsigned, signature };
  makeFolder(dirname(path), 0o700);
  await appendFile(path, `${JSON.stringify(line)}\n`, { mode: 0o600, flush: true });
  return line;
}

/** Reads the whole log and follows its chain. A log that is not there has no lines. */
export async function readSigned<T>(path: string): Promise<SignedLog<T>> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  const lines: SignedLine<T>[] = [];
  const texts = text.split('\n').filter((line) => line !== '');
  for (const [i, one] of texts.entries()) {
    const line = parse<T>(one);
    const broken = line ? breakIn(line, lines.at(-1)) : 'is no JSON';
    if (!line || broken) return { lines, broken: `line ${i + 1} ${broken}` };
    lines.push(line);
  }
  return { lines };
}

function breakIn<T>(line: SignedLine<T>, before: SignedLine<T> | undefined): string | undefined {
  const { signature, ...unsigned } = line;
  if (line.n !== (before?.n ?? 0) + 1 || line.previous !== (before ? hashOf(before) : ''))
    return 'does not follow from the line before';
  try {
    const key = createPublicKey({ key: Buffer.from(line.key, 'base64'), type: 'spki', format: 'der' });
    const good = verify(null, Buffer.from(JSON.stringify(unsigned)), key, Buffer.from(signature, 'base64'));
    return good ? undefined : 'is not what was signed';
  } catch {
    return 'has no usable key';
  }
}

function parse<T>(text: string): SignedLine<T> | undefined {
  try {
    return JSON.parse(text) as SignedLine<T>;
  } catch {
    return undefined;
  }
}

function hashOf(line: SignedLine<unknown>): string {
  return createHash('sha256').update(JSON.stringify(line)).digest('hex');
}

async function ownKey(path: string): Promise<string> {
  const known = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (known !== undefined) return known;
  const { privateKey } = generateKeyPairSync('ed25519');
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  makeFolder(dirname(path), 0o700);
  try {
    const file = await open(path, 'wx', 0o600);
    try {
      await file.writeFile(pem);
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    // Another process was quicker: its key is the key.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return readFile(path, 'utf8');
  }
  return pem;
}
