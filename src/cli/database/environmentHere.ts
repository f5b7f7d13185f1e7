import { readFile } from 'node:fs/promises';
import { type Environment, withDotEnv } from '../../itkdb/client/settings.ts';

/** The variables of this process, and those of a file `.env` here, as users of the itkdb package have them. */
export async function environmentHere(): Promise<Environment> {
  const text = await readFile('.env', 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'EISDIR') return undefined;
    throw error;
  });
  return withDotEnv(process.env, text);
}
