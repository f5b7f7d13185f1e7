import { isBusy, openSqlite } from '../sqlite.ts';

/**
 * The right to send, for one process at a time: a lock that the kernel takes back when the process ends, however it
 * ends. Undefined: another sender has it.
 */
export async function lockSender(outboxPath: string): Promise<{ release(): void } | undefined> {
  const sql = await openSqlite(`${outboxPath}.sender`, { busyMs: 0, journal: 'DELETE' });
  try {
    sql.exec('BEGIN IMMEDIATE');
  } catch (error) {
    sql.close();
    if (isBusy(error)) return undefined;
    throw error;
  }
  return { release: () => sql.close() };
}
