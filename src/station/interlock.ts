import type { Place } from '../base/errors.ts';
import type { Seconds } from '../base/units.ts';

/** What can be watched. Of HV the magnitude counts; the margin is that of the coldest surface above the dew point. */
export const readingNames = [
  'hv.current',
  'hv.voltage',
  'lv.current',
  'lv.voltage',
  'climate.temperature',
  'climate.humidity',
  'climate.dewPointMargin',
  'module.temperature',
] as const;
export type ReadingName = (typeof readingNames)[number];

export type InterlockCondition = 'above' | 'below' | 'stale';
/** `always`, while an output is on (or in the hands of a calibration), or while a calibration of a category runs. */
export type InterlockWhen = 'always' | 'hvOn' | 'lvOn' | readonly string[];
/** From the mildest to the harshest. */
export const interlockActions = ['warn', 'pauseAfterStep', 'hvOff', 'allOff'] as const;
export type InterlockAction = (typeof interlockActions)[number];

/** One entry of interlocks.json, its defaults filled in. */
export interface Interlock {
  name: string;
  reading: ReadingName;
  condition: InterlockCondition;
  /** In A, V, °C, % or K, as the reading has it; for `stale`, station seconds. */
  limit: number;
  /** As the file has them. */
  written: { limit: number; unit: string };
  /** The condition must hold so long. */
  grace: Seconds;
  when: InterlockWhen;
  action: InterlockAction;
  /** What the operator is told to do. */
  message: string;
  where: Place;
}

/** The unit in which a reading is given. */
export const readingUnits: Record<ReadingName, string> = {
  'hv.current': 'A',
  'hv.voltage': 'V',
  'lv.current': 'A',
  'lv.voltage': 'V',
  'climate.temperature': '°C',
  'climate.humidity': '%',
  'climate.dewPointMargin': 'K',
  'module.temperature': '°C',
};

/** A temperature: where it is too high, LV may go off even under HV (rule 1). */
export function isThermal(reading: ReadingName): boolean {
  return reading === 'module.temperature' || reading === 'climate.temperature';
}
