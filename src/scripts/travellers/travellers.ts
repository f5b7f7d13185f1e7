import { randomBytes } from 'node:crypto';
import { link, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { BatonError, type Problem } from '../../base/errors.ts';
import { makeFolder } from '../../base/makeFolder.ts';
import { checkItems } from '../checks/checkItems.ts';
import { type LoadOptions, loadSequenceScript } from '../loadSequenceScript.ts';
import type { SequenceScript } from '../script.ts';
import { sequencePath } from '../sequenceFiles.ts';
import { decodeTraveller, encodeTraveller, type Traveller } from './travellerCode.ts';

/** Of a folder with `sequences` and the key: config. */
interface TravellerRequest {
  /** Name of a sequence in that folder. */
  sequence: string;
  set?: Readonly<Record<string, string>>;
  module?: string | undefined;
  by: string;
}

/**
 * A traveller for a sequence as it is now. The folder's key is made if there is none.
 *
 * @throws everything that is wrong with the script or the values; E7307.
 */
export async function createTraveller(
  config: string,
  { sequence, set = {}, module, by }: TravellerRequest,
  options: Pick<LoadOptions, 'catalogue'> = {},
): Promise<{ traveller: Traveller; code: string; script: SequenceScript; problems: Problem[] }> {
  const path = await sequencePath(join(config, 'sequences'), sequence);
  const { script, problems } = await loadSequenceScript(path, { ...options, set });
  const unknown = await checkItems(script);
  if (unknown.length > 0) throw new BatonError([...problems, ...unknown]);
  const traveller: Traveller = {
    sequence,
    fingerprint: script.fingerprint,
    set,
    ...(module === undefined ? {} : { module }),
    by,
    created: Date.now(),
  };
  return { traveller, code: encodeTraveller(traveller, await makeKey(config)), script, problems };
}

/**
 * What a scanned code starts: the script, loaded with the traveller's values.
 *
 * @throws E7301 to E7305 it is none, was altered, is outdated, or cannot be checked here; what is wrong with the script.
 */
export async function readTraveller(
  text: string,
  config: string,
  options: Pick<LoadOptions, 'catalogue'> = {},
): Promise<{ traveller: Traveller; script: SequenceScript; problems: Problem[] }> {
  const traveller = decodeTraveller(text, await readKey(config));
  const path = await sequencePath(join(config, 'sequences'), traveller.sequence).catch((error: unknown) => {
    if (!(error instanceof BatonError)) throw error;
    throw new BatonError({
      code: 'E7304',
      what: `The traveller is for the sequence ${JSON.stringify(traveller.sequence)}, which this station does not have.`,
      where: { file: join(config, 'sequences') },
      remedy: 'Copy the sequence here, as it was when the page was printed.',
    });
  });
  const { script, problems } = await loadSequenceScript(path, { ...options, set: traveller.set }).catch(
    async (error: unknown) => {
      // A changed script may no longer take the values: then that it changed is what the operator should hear.
      if (error instanceof BatonError) throw outdated(traveller, path, error.problems);
      throw error;
    },
  );
  if (script.fingerprint !== traveller.fingerprint) throw outdated(traveller, path, []);
  return { traveller, script, problems };
}

function outdated({ sequence, created }: Traveller, path: string, problems: readonly Problem[]): BatonError {
  const printed = new Date(created).toISOString().slice(0, 16).replace('T', ' ');
  return new BatonError([
    {
      code: 'E7303',
      what: `The sequence ${sequence} is not what it was when this traveller was printed (${printed} UTC).`,
      where: { file: path },
      remedy: 'Print a new traveller, or restore the script.',
    },
    ...problems,
  ]);
}

const keyBytes = 32;

function keyPath(config: string): string {
  return join(config, 'traveller.key');
}

/** @throws E7305 */
async function readKey(config: string): Promise<Uint8Array> {
  const where = { file: keyPath(config) };
  const text = await readFile(where.file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new BatonError({
      code: 'E7305',
      what:
        error.code === 'ENOENT'
          ? 'This station has no key to check travellers with.'
          : `The key for travellers cannot be read: ${error.message}.`,
      where,
      remedy:
        'Copy traveller.key from the config folder of the station that prints them, readable for the owner alone.',
    });
  });
  const key = Buffer.from(text.trim(), 'hex');
  if (key.length === keyBytes) return key;
  throw new BatonError({
    code: 'E7305',
    what: `The key for travellers is not ${keyBytes} bytes in hexadecimal.`,
    where,
    remedy: 'Restore it from a backup or another station. Without it travellers that were printed are void.',
  });
}

async function makeKey(config: string): Promise<Uint8Array> {
  const path = keyPath(config);
  makeFolder(config);
  // Whole before it has its name, and never over one that is there: two may be made at once, and one wins.
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    const file = await open(draft, 'wx', 0o600);
    try {
      await file.writeFile(`${randomBytes(keyBytes).toString('hex')}\n`);
      await file.datasync();
    } finally {
      await file.close();
    }
    await link(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(draft, { force: true });
  }
  return readKey(config);
}
