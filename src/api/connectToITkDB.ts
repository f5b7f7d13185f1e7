import { ItkdbClient } from '../itkdb/client/client.ts';
import type { AccessCodes } from '../itkdb/client/secret.ts';
import { Session } from '../itkdb/client/session.ts';
import {
  type DatabaseSettings,
  type Environment,
  readAccessCodes,
  readExportedToken,
  readSettings,
} from '../itkdb/client/settings.ts';
import { Transport } from '../itkdb/client/transport.ts';

/** Which database is asked, and who logs in. */
export interface ITkDBOptions {
  /** Which database. Default: the one that the environment names, else the production database. */
  settings?: DatabaseSettings;
  /** Where ITKDB_API_URL, ITKDB_ACCESS_CODE1 and the other variables of the itkdb package are read. Default: `process.env`. */
  environment?: Environment;
  /** The two codes, or who asks for them when a token is needed. Default: those of the environment. */
  accessCodes?: AccessCodes | (() => Promise<AccessCodes | undefined>);
  /** Called with what the database did but did not like: keys that it dropped, for instance. */
  onWarning?: (warning: string) => void;
}

/**
 * A client of the ITk production database, or of a local one. Nothing is asked before the first command; the codes and
 * the token stay in the memory of this process. Close it at the end.
 *
 * @throws E8007 a variable of the environment is no address or no number
 */
export function connectToITkDB({
  environment = process.env,
  settings = readSettings(environment),
  accessCodes = readAccessCodes(environment),
  onWarning,
}: ITkDBOptions = {}): ItkdbClient {
  const transport = new Transport(settings);
  const session = new Session({
    settings,
    transport,
    accessCodes: typeof accessCodes === 'function' ? accessCodes : async () => accessCodes,
    exportedToken: readExportedToken(environment),
  });
  return new ItkdbClient({ session, transport, ...(onWarning ? { onWarning } : {}) });
}
