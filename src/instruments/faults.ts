import { BatonError, isBatonError, type Problem } from '../base/errors.ts';
import type { Amperes, Celsius, Seconds, Volts } from '../base/units.ts';
import type { PowerReading } from './cluster.ts';

/**
 * What can go wrong with an instrument, each with its code (docs/errors.md has a paragraph for each). `label` names the
 * instrument, its class and its resource, as in `hv_1 (Keithley2410 at ASRL/dev/ttyUSB0::INSTR)`.
 */

export function resourceNotUnderstood(resource: string, why: string, remedy: string): BatonError {
  return new BatonError({
    code: 'E3001',
    what: `the resource ${JSON.stringify(resource)} is not understood: ${why}`,
    remedy,
  });
}

export function portNotOpened(label: string, why: string, remedy: string, cause: unknown): BatonError {
  return new BatonError({ code: 'E3002', what: `${label} cannot be opened: ${why}`, remedy }, { cause });
}

export function portBusy(label: string, holders: readonly string[], cause: unknown): BatonError {
  const who =
    holders.length > 0
      ? `it is held by ${holders.join(', ')}`
      : 'another program holds it (one of another user, whose name cannot be seen from here)';
  return new BatonError(
    {
      code: 'E3003',
      what: `${label} is busy: ${who}`,
      remedy:
        'End that program (a dirigent, an icicle script, a terminal program, another Baton), or wait until it is done. A stopped program (Ctrl-Z) keeps the port too.',
    },
    { cause },
  );
}

export function portLost(label: string, why: string, cause?: unknown): BatonError {
  return new BatonError(
    {
      code: 'E3004',
      what: `the connection to ${label} was lost: ${why}`,
      remedy: 'Check the cable, the USB hub and whether the instrument has power.',
    },
    { cause, exitCode: 3 },
  );
}

export function noReply(label: string, question: string, ms: number, partial: string): BatonError {
  const got = partial === '' ? 'nothing' : `only ${JSON.stringify(partial)}`;
  return new BatonError(
    {
      code: 'E3005',
      what: `${label} did not answer ${question} within ${ms} ms; ${got} came`,
      // As a 2400 leaves the factory [2400 manual, "RS-232 settings", terminator].
      remedy: partial.endsWith('\r')
        ? 'It ends its replies with CR alone: set its terminator to LF, in its menu for the interface.'
        : 'Check that it is switched on, that its interface and baud rate are those of the station files, and that no other program talks to it.',
    },
    { exitCode: 3 },
  );
}

export function wrongIdentity(label: string, answer: string, expected: string): BatonError {
  return new BatonError({
    code: 'E3006',
    what: `${label} answers as ${JSON.stringify(answer)}; expected ${expected}`,
    remedy:
      'Check which port the instrument is on (names like /dev/ttyUSB0 move; /dev/serial/by-id/… do not) and its class in instruments.json.',
  });
}

export function garbled(label: string, question: string, reply: string): BatonError {
  return new BatonError(
    {
      code: 'E3007',
      what: `${label} answered ${question} with ${JSON.stringify(reply)}, which is no such reading`,
      remedy:
        'Nothing is assumed in its place. Check cable and baud rate, and that no other program talks to the instrument.',
    },
    { exitCode: 3 },
  );
}

export function overflow(label: string, question: string, reply: string): BatonError {
  return new BatonError(
    {
      code: 'E3008',
      what: `${label} answered ${question} with ${reply}: an overflow, not a value`,
      remedy: 'The measured value is outside its range. It counts as a trip.',
    },
    { exitCode: 3 },
  );
}

export function notTaken(label: string, what: string, why: string, cause?: unknown): BatonError {
  return new BatonError(
    {
      code: 'E3009',
      what: `${label} did not take over ${what}: ${why}`,
      remedy:
        "Look at the instrument's display: a protection may have acted, or the value lies outside its range.",
    },
    { cause, exitCode: 3 },
  );
}

export function voltageRefused(label: string, voltage: Volts, why: string): BatonError {
  return new BatonError({
    code: 'E3010',
    what: `${label}: ${voltage} V is refused: ${why}`,
    remedy: 'Bias is negative, and its limit comes from the sensor type (station.json, limits).',
  });
}

export function levelRefused(
  label: string,
  level: Volts | Amperes | Seconds | Celsius,
  unit: 'V' | 'A' | 's' | '°C',
  why: string,
): BatonError {
  return new BatonError({
    code: 'E3011',
    what: `${label}: ${level} ${unit} is refused: ${why}`,
    remedy:
      'Correct default_voltage or default_current in instruments.json, or the value that was asked for.',
  });
}

export function noDriver(
  name: string,
  className: string,
  purpose: string,
  known: readonly string[],
): BatonError {
  return new BatonError({
    code: 'E3012',
    what: `${name}: Baton has no driver of class ${className} that can serve as ${purpose}`,
    remedy: `Classes for that: ${known.join(', ')}.`,
  });
}

export function noChannel(label: string, channel: number, channels: number): BatonError {
  return new BatonError({
    code: 'E3013',
    what: `${label} has ${channels === 1 ? 'channel 1 only' : `channels 1 to ${channels}`}; ${channel} was asked for`,
    remedy: 'Correct the channel in channels.json. Channels are counted from 1.',
  });
}

export function noPin(label: string, pin: string, pins: readonly string[]): BatonError {
  return new BatonError({
    code: 'E3013',
    what: `${label} has no pin ${pin}`,
    remedy: `It has ${pins.join(', ')}.`,
  });
}

/** A step that the safety rules forbid in the state that was read. Nothing was written. */
export function outOfOrder(what: string, remedy: string): BatonError {
  return new BatonError({ code: 'E3014', what, remedy }, { exitCode: 3 });
}

export function timeScaleRefused(scale: number, real: readonly string[]): BatonError {
  return new BatonError({
    code: 'E3015',
    what: `a time scale of ${scale} is for simulated stations alone, and ${real.join(' and ')} ${real.length === 1 ? 'does' : 'do'} not identify as simulated on this machine`,
    remedy: 'Leave time_scale out of station.json. On real instruments a second is a second.',
  });
}

export function notOpen(what: string): BatonError {
  return new BatonError(
    {
      code: 'E3016',
      what: `${what} is not open here`,
      remedy: 'It was handed over or never opened; take it back first.',
    },
    { exitCode: 3 },
  );
}

export const isNoReply = (error: unknown): boolean => isBatonError(error, 'E3005');
export const isPortLost = (error: unknown): boolean => isBatonError(error, 'E3004');
/** SCPI's 9.9E37: a trip, not a number. */
export const isOverflow = (error: unknown): boolean => isBatonError(error, 'E3008');
export const isNotTaken = (error: unknown): boolean => isBatonError(error, 'E3009');

/** Told beside what keeps another instrument of the group from being used. */
export function staysOn({ at, voltage, setpoint }: PowerReading): Problem {
  const level = voltage === undefined ? `set to ${setpoint ?? '?'} V` : `at ${Number(voltage.toFixed(2))} V`;
  return {
    code: 'E3020',
    what: `${at} was found on, ${level}, and was left so.`,
    remedy: 'Bring it down: `baton safe` does what can be done, and says what is left for the hand.',
  };
}
