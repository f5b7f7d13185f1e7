import type { Problem } from '../base/errors.ts';
import type { SensorType } from './physics/sensor.ts';

/** A channel of an instrument that a module hangs on. */
export interface Connection {
  instrument: string;
  /** Counted from 1. A probe card needs none. */
  channel?: number;
}

/** Everything that a simulated station is made from: plain data, so that it can cross to its process as JSON. */
export interface StationDescription {
  /** Where the witness log, the pseudo-terminals and the control socket go. */
  directory: string;
  /** Default: witness.jsonl in the directory. */
  witness?: string;
  transport: 'tcp' | 'pty';
  timeScale: number;
  seed: number;
  instruments: { name: string; class: string }[];
  modules: {
    index: string;
    name: string;
    sensorType: SensorType;
    /** Ids as modules.json has them, in its order. */
    chips: string[];
    hv?: Connection;
    lv?: Connection;
    ab?: Connection;
    cb?: Connection;
  }[];
  /** It is started again for a run that goes on: the chips are as that left them. */
  goesOn?: boolean;
  /** As on the command line: `early-breakdown:V=-40`. */
  faults: string[];
}

/** What an instrument class offers; the registry of simulated instruments answers. */
export type KnownClass = { role: 'hv' | 'lv' | 'ab' | 'cb'; channels: number };

/** Every problem of a description. None: it can be built. */
export function checkDescription(
  description: StationDescription,
  classes: Readonly<Record<string, KnownClass>>,
): Problem[] {
  const problems: Problem[] = [];
  const refuse = (what: string, remedy: string) => problems.push({ code: 'E9503', what, remedy });
  const known = Object.keys(classes).join(', ');
  const names = new Map<string, string>();
  for (const { name, class: type } of description.instruments) {
    if (!Object.hasOwn(classes, type))
      refuse(`${name} is a ${type}, which cannot be simulated.`, `Instruments that can be: ${known}.`);
    if (names.has(name)) refuse(`Two instruments are called ${name}.`, 'Give each its own name.');
    if (!/^[\w.-]+$/.test(name))
      refuse(
        `"${name}" cannot be the name of a simulated instrument.`,
        'Use letters, digits, "_", "-" and ".".',
      );
    names.set(name, type);
  }
  for (const module of description.modules) {
    for (const role of ['hv', 'lv', 'ab', 'cb'] as const) {
      const connection = module[role];
      if (!connection) continue;
      const { instrument, channel } = connection;
      const offers = classes[names.get(instrument) ?? ''];
      if (!names.has(instrument))
        refuse(
          `Module ${module.index}, role ${role}: there is no instrument ${instrument}.`,
          'Name one that exists.',
        );
      else if (offers && offers.role !== role)
        refuse(
          `Module ${module.index}, role ${role}: ${instrument} is a ${names.get(instrument)}, which cannot be ${role}.`,
          `It can be ${offers.role}.`,
        );
      else if (offers && channel !== undefined && !(channel >= 1 && channel <= offers.channels))
        refuse(
          `Module ${module.index}, role ${role}: ${instrument} has no channel ${channel}.`,
          `Its channels are 1 to ${offers.channels}.`,
        );
    }
  }
  if (!(description.timeScale > 0 && description.timeScale <= 1e6))
    refuse(
      `The time scale ${description.timeScale} is not between 0 and 1000000.`,
      'Use 1 for real time, 100 for tests.',
    );
  return problems;
}
