import { formatProblem } from '../../base/errors.ts';
import { staleLock } from '../../guardian/owners.ts';
import { ownStation as own } from '../../guardian/ownStation.ts';
import type { StationLock } from '../../guardian/stationLock.ts';
import type { Station } from '../../station/station.ts';

/**
 * Makes this process the owner of the station, and says on standard error when an owner before it died.
 *
 * @throws E6503 somebody else owns it; E6504 a guardian still brings it to safety. Nothing was touched.
 */
export async function ownStation(station: Station, what: string): Promise<StationLock> {
  const lock = await own(station, what);
  if (lock.stale) process.stderr.write(`${formatProblem(staleLock(lock.stale))}\n`);
  return lock;
}
