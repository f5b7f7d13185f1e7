import { BatonError } from '../base/errors.ts';
import type { Station } from '../station/station.ts';
import { stationHeld } from './owners.ts';
import { isHeld, lockKeys, ownersOf, StationLock } from './stationLock.ts';

/**
 * Makes this process the owner of the station, until it ends or releases it. Whoever owned it before and died without
 * releasing it stands in the lock.
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
  return lock;
}
