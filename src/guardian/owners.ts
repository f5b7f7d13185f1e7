import type { Problem } from '../base/errors.ts';
import type { PowerReading } from '../instruments/cluster.ts';
import type { HeldBy, LockOwner } from './stationLock.ts';

/** The station is in use: by whom, and what to do. */
export function stationHeld(station: string, { kind, owner }: HeldBy): Problem {
  if (!owner)
    return {
      code: 'E6503',
      what: `the station ${station}, or one of its instruments, is in use by another user of this machine.`,
      remedy: 'Ask whoever works there. Two programs on one supply would each undo what the other does.',
    };
  const who = `${owner.what} (process ${owner.pid}, since ${new Date(owner.since).toISOString()})`;
  const other = owner.station === station ? '' : `, which shares an instrument with ${station}`;
  return kind === 'guardian'
    ? {
        code: 'E6504',
        what: `the station ${owner.station}${other} is being brought to safety by ${who}.`,
        remedy: '`baton safe` follows it; the station is free once power is verified off.',
      }
    : {
        code: 'E6503',
        what: `the station ${owner.station}${other} is in use: ${who}.`,
        remedy: '`baton attach` shows that run; `baton safe` stops it and waits until the station is safe.',
      };
}

/** A lock that nobody holds any more was taken over: worth a line, for nobody saw to the end of that run. */
export function staleLock({ what, pid, since }: LockOwner): Problem {
  return {
    code: 'E6505',
    severity: 'warning',
    what: `${what} (process ${pid}, since ${new Date(since).toISOString()}) ended without releasing the station; its lock was taken over.`,
    remedy: 'Nothing to do: what it left powered is found by reading, and brought down first.',
  };
}

/** Outputs that are on although nobody owns the station: to be said before anything else. Undefined when all are off. */
export function foundPowered(readings: readonly PowerReading[]): Problem | undefined {
  const on = readings.filter(({ output }) => output);
  if (on.length === 0) return undefined;
  const shown = on.map(
    ({ at, voltage, setpoint }) =>
      `${at} ${voltage === undefined ? `set to ${setpoint ?? '?'} V` : `at ${Number(voltage.toFixed(2))} V`}`,
  );
  return {
    code: 'E6507',
    severity: 'warning',
    what: `the station was found powered, and nobody works on it: ${shown.join(', ')}.`,
    remedy: 'A run brings it down before anything else; `baton safe` does it now.',
  };
}
