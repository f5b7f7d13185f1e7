import { BatonError } from '../../base/errors.ts';
import { isObject, listOf, textOf } from '../json.ts';
import { type DatabaseSettings, databaseName, isLoopback } from './settings.ts';
import type { Transport } from './transport.ts';

/** Where a local database says what it is; the production database has nothing there. */
export const identityPath = 'baton-local-database';

/** The words that every start of the local database says, wherever it is started. */
export const notTheProductionDatabase =
  'This is the local database of Baton, NOT the ITk production database: what it is given stays on this machine.';

/** Every test run and file of simulated instruments says so itself, wherever a copy of it comes to lie. */
export const simulatedMark = 'Simulated instruments: nothing was measured.';

/** Does a test run document, or the text of an attachment, carry the mark? */
export function saysSimulated({
  comments,
  description,
}: {
  comments?: unknown;
  description?: unknown;
}): boolean {
  return listOf(comments).includes(simulatedMark) || textOf(description)?.includes(simulatedMark) === true;
}

/**
 * Is this a local database of Baton? The address alone is no proof, for a tunnel to the production database also
 * begins at loopback: it must be on loopback and say so itself. In doubt, no.
 */
export async function isLocalDatabase(
  settings: Pick<DatabaseSettings, 'apiUrl'>,
  transport: Transport,
): Promise<boolean> {
  if (!isLoopback(settings.apiUrl)) return false;
  const reply = await transport.send({ method: 'GET', url: `${settings.apiUrl}${identityPath}` });
  if (reply.status !== 200) return false;
  try {
    const identity: unknown = JSON.parse(reply.bytes.toString('utf8'));
    return isObject(identity) && identity.name === 'Baton local database' && identity.production === false;
  } catch {
    return false;
  }
}

/** Safety rule 11. There is no option that turns this off. */
export async function refuseSimulated(
  what: string,
  settings: Pick<DatabaseSettings, 'apiUrl'>,
  transport: Transport,
): Promise<void> {
  if (!(await isLocalDatabase(settings, transport))) throw simulatedRefusal(what, settings);
}

export function simulatedRefusal(what: string, settings: Pick<DatabaseSettings, 'apiUrl'>): BatonError {
  return new BatonError({
    code: 'E8060',
    what: `${what} comes from simulated instruments, and ${databaseName(settings)} is not a local database.`,
    remedy: 'It can go into the local database alone (--local). There is no way around this.',
  });
}
