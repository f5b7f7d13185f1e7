import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { lstat, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomically } from '../../base/atomicFile.ts';
import { makeFolder } from '../../base/makeFolder.ts';
import { Secret } from './secret.ts';
import { type DatabaseSettings, databaseName, type Environment } from './settings.ts';

/** Where a token outlives a command: until its `exp`, and no longer than the session of the user. */
export interface TokenStore {
  load(): Promise<Secret | undefined>;
  save(token: Secret): Promise<void>;
  forget(): Promise<void>;
}

/** Without a runtime directory of the user's own nothing is kept: every command logs in anew. */
export const keepNothing: TokenStore = {
  load: async () => undefined,
  save: async () => {},
  forget: async () => {},
};

/**
 * Keeps the token in the user's runtime directory (XDG_RUNTIME_DIR: in memory, his alone, gone when he logs out), in
 * a file of mode 0600. It is sealed with a key of this boot and this user, so that neither a copy of the file nor a
 * search of the disk finds a token; against a program of the same user only the mode of the file protects.
 */
export async function tokenStore(
  settings: Pick<DatabaseSettings, 'apiUrl' | 'authUrl'>,
  environment: Environment,
): Promise<TokenStore> {
  const runtime = environment.XDG_RUNTIME_DIR;
  if (!runtime || !(await isPrivate(runtime))) return keepNothing;
  const name = createHash('sha256')
    .update(`${databaseName(settings)} ${settings.authUrl}`)
    .digest('hex');
  const path = join(runtime, 'baton', `itkdb-${name.slice(0, 16)}`);
  return {
    async load() {
      try {
        const text = unseal(await readFile(path), sealingKey(runtime));
        return text === undefined ? undefined : new Secret(text);
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    },
    async save(token) {
      makeFolder(join(runtime, 'baton'), 0o700);
      await writeFileAtomically(path, seal(token.reveal(), sealingKey(runtime)), 0o600);
    },
    async forget() {
      await rm(path, { force: true });
    },
  };
}

/** A directory that others may read or write is no place for a token. */
async function isPrivate(directory: string): Promise<boolean> {
  try {
    const about = await lstat(directory);
    return about.isDirectory() && (about.mode & 0o077) === 0 && about.uid === process.getuid?.();
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

function sealingKey(runtime: string): Buffer {
  return createHash('sha256').update(`baton token ${bootId()} ${process.getuid?.()} ${runtime}`).digest();
}

function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch (error) {
    if (isMissing(error)) return 'no boot id';
    throw error;
  }
}

// AES-256-GCM: 12 bytes of nonce, 16 of tag, the text [NIST SP 800-38D].
function seal(text: string, key: Buffer): Buffer {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed]);
}

/** Undefined for what another boot left behind, or somebody changed: that is no token. */
function unseal(bytes: Buffer, key: Buffer): string | undefined {
  if (bytes.length < 28) return undefined;
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12));
  decipher.setAuthTag(bytes.subarray(12, 28));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8');
  } catch {
    return undefined;
  }
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT';
}
