import { stat } from 'node:fs/promises';
import type { Outbox } from '../../itkdb/outbox/outbox.ts';
import { localPlaces, userPlaces } from '../../itkdb/places.ts';
import { environmentHere } from './environmentHere.ts';

/** Looks into the queue for the database, where there is one: nothing is made by looking. */
export async function inOutbox<T>(
  { simulated, runsDirectory }: { simulated: boolean; runsDirectory: string },
  look: (outbox: Outbox) => T | Promise<T>,
): Promise<T | undefined> {
  const { outbox: path } = simulated ? localPlaces(runsDirectory) : userPlaces(await environmentHere());
  if (!(await stat(path).catch(() => undefined))) return undefined;
  const { Outbox: opened } = await import('../../itkdb/outbox/outbox.ts');
  const outbox = await opened.open(path);
  try {
    return await look(outbox);
  } finally {
    outbox.close();
  }
}
