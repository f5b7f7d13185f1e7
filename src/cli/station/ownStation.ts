import { BatonError, formatProblem } from '../../base/errors.ts';
import { staleLock, stationHeld } from '../../guardian/owners.ts';
import { isHeld, lockKeys, ownersOf, StationLock } from '../../guardian/stationLock.ts';
import type { Station } from '../../station/station.ts';

/**
 * Makes this process the owner of the station, until it ends or releases it. Says on standard error when an owner before
 * it died.
 *
 * @throws E6503 somebody else owns it; E6504 a guardian still brings it to safety. Nothing was touched.
 */
export async function ownStation(station: Station, what: string): Promise<StationLock> {
  const keys = lockKeys(station);
  const { guardian } = await ownersOf(keys);
  const lock = await StationLock.acquire('run', keys, { what, station: station.id });
  if (isHeld(lock)) throw new BatonError(stationHeld(station.id, lock));
  if (guardian) {
    lock.pass();
    throw new BatonError(stationHeld(station.id, guardian));
  }
  if (lock.stale) process.stderr.write(`${formatProblem(staleLock(lock.stale))}\n`);
  return lock;
}
