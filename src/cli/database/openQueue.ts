import { Outbox } from '../../itkdb/outbox/outbox.ts';
import { type Connection, connect } from './connection.ts';

/** A database, and the queue of what is for it. Close it. */
export interface OpenQueue {
  connection: Connection;
  outbox: Outbox;
  close(): Promise<void>;
}

/** Opens both. A queue that cannot be opened leaves nothing open: a database that is served in this process would keep it. */
export async function openQueue(...how: Parameters<typeof connect>): Promise<OpenQueue> {
  const connection = await connect(...how);
  try {
    const outbox = await Outbox.open(connection.places.outbox);
    return {
      connection,
      outbox,
      async close() {
        outbox.close();
        await connection.close();
      },
    };
  } catch (error) {
    await connection.close();
    throw error;
  }
}
