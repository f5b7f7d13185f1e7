import { access, constants } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { dirname } from 'node:path';
import type { Problem } from '../../base/errors.ts';
import { stationHeld } from '../../guardian/owners.ts';
import { lockDirectory, lockKeys, ownersOf } from '../../guardian/stationLock.ts';
import { userPlaces } from '../../itkdb/places.ts';
import type { Station } from '../../station/station.ts';
import { asWarning, type Finding } from '../printing/findings.ts';
import { freeSpace, nearestFolder } from '../station/freeSpace.ts';

/** Where runs go: room, and leave to write. */
export async function disk(runsDirectory: string): Promise<Finding> {
  const { notes, problems } = await freeSpace(runsDirectory);
  return { about: 'disk', notes, problems: [...problems, ...(await unwritable(runsDirectory, 'runs'))] };
}

/** Where Baton keeps who owns a station and what waits for the database; and who owns the station now. */
export async function lock(station: Station): Promise<Finding> {
  const locks = lockDirectory();
  const { run, guardian } = await ownersOf(lockKeys(station));
  const held = run ?? guardian;
  return {
    about: 'locks and queue',
    problems: [
      ...(await unwritable(locks, 'locks')),
      ...(await unwritable(dirname(userPlaces(process.env).outbox), 'the queue for the database')),
      // Somebody works there: nothing is wrong with the machine.
      ...(held ? [asWarning(stationHeld(station.id, held))] : []),
    ],
    notes: [held ? `${station.id} is in use` : `${station.id} is free; locks in ${locks}`],
  };
}

async function unwritable(directory: string, what: string): Promise<Problem[]> {
  const path = await nearestFolder(directory);
  const may = await access(path, constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  );
  if (may) return [];
  return [
    {
      code: 'E1029',
      what: `${what} cannot be written to ${directory}: ${path} is not this user’s to write.`,
      remedy: `Give the folder to whoever works here: sudo install -d -o ${userInfo().username} ${directory}; or name another one.`,
    },
  ];
}
