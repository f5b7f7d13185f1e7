import type { Problem } from '../base/errors.ts';
import type { ProcessIdentity } from '../base/processes.ts';
import type { PoweringGroup, Station } from '../station/station.ts';
import type { EndingBudget } from './ending.ts';

/** The calibration that runs, as far as whoever must end it needs to know. */
export interface CalibrationBrief {
  step: number;
  /** The step's folder, relative to the run directory; its keeper's file lies there. */
  folder: string;
  budget: EndingBudget;
}

/** All that is needed to make a station safe after its runner: nothing of it is read from a disk when it matters. */
export interface GuardianBrief {
  runner: ProcessIdentity;
  /** Absolute path. */
  runDirectory: string;
  station: Station;
  group: PoweringGroup;
  calibration?: CalibrationBrief;
}

/** What the runner tells its guardian, one JSON object a line. */
export type ToGuardian =
  | { do: 'guard'; brief: PlainBrief }
  | { do: 'beat' }
  /** Without one: it has ended. */
  | { do: 'calibration'; calibration?: CalibrationBrief }
  /** Power was verified off, or nothing was ever touched. */
  | { do: 'goodbye' };

/** The one line that the guardian answers: it guards, or why it cannot. */
export type FromGuardian = { ready: ProcessIdentity } | { problems: readonly Problem[] };

type PlainStation = Omit<Station, 'instruments'> & { instruments: [string, unknown][] };
type PlainBrief = Omit<GuardianBrief, 'station'> & { station: PlainStation };

/** As JSON can carry it. */
export function plainBrief(brief: GuardianBrief): PlainBrief {
  const { station } = brief;
  // The texts of the files are of no use to the guardian, and long.
  return { ...brief, station: { ...station, files: [], instruments: [...station.instruments] } };
}

export function readBrief(plain: PlainBrief): GuardianBrief {
  const instruments = new Map(plain.station.instruments) as Station['instruments'];
  return { ...plain, station: { ...plain.station, instruments } };
}
