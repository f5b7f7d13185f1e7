import { stat } from 'node:fs/promises';
import { saysSimulated } from '../../itkdb/client/locality.ts';
import type { Outbox } from '../../itkdb/outbox/outbox.ts';
import { hashFile } from '../../journal/runDirectory.ts';
import { type DatabaseArguments, runsOf } from './connection.ts';
import { inOutbox } from './outboxOfStation.ts';
import { runOf } from './simulatedRunOf.ts';

/**
 * Does a file come from simulated instruments? By the run that it lies in or leads to, by what the document in it says
 * of itself, or because it is a copy of what a simulated run has queued.
 */
export async function comesFromSimulation(
  args: Pick<DatabaseArguments, 'config' | 'directory'>,
  path: string,
  document: { comments?: unknown; runNumber?: unknown } = {},
): Promise<boolean> {
  const run = await runOf(path);
  if (run?.simulated || saysSimulated(document)) return true;
  const { runNumber } = document;
  if (typeof runNumber === 'string' && (await inSimulatedQueue(args, { runNumber }))) return true;
  // What lies in the directory of a real run is that run's, though its bytes be those of a simulated one.
  if (run !== undefined || !(await stat(path).catch(() => undefined))?.isFile()) return false;
  return inSimulatedQueue(args, await hashFile(path));
}

async function inSimulatedQueue(
  args: Pick<DatabaseArguments, 'config' | 'directory'>,
  about: Parameters<Outbox['similar']['simulated']>[0],
): Promise<boolean> {
  const local = { simulated: true, runsDirectory: await runsOf(args) };
  return (await inOutbox(local, (outbox) => outbox.similar.simulated(about) !== undefined)) ?? false;
}
