import type { EpochMs, Seconds } from '../../base/units.ts';
import type { Verdict } from '../../base/verdict.ts';
import type { JournalLine } from '../../journal/event.ts';
import type { RunRecord } from '../../journal/record.ts';
import { type Flag, flagsOf, isUnsafe } from '../run/flags.ts';
import { outputSpans } from '../run/outputs.ts';
import type { SldoCurve } from '../run/sldoCurve.ts';

/** What one run tells of the station that it was made on. */
export interface StationRun {
  run: string;
  t: EpochMs;
  sequence: string;
  verdict: Verdict;
  /** Serial numbers, or names. */
  modules: readonly string[];
  /** By the key of `keyNumbers`. */
  numbers: Readonly<Record<string, number | undefined>>;
  /** Station seconds, by calibration. */
  durations: Readonly<Record<string, Seconds>>;
  /** Station seconds in which any HV output of the run was on or in a calibration's hands. */
  hvOn: Seconds;
  /** Why it did not pass. */
  failures: readonly Flag[];
  /** Nobody could show that everything is off. */
  unsafe: boolean;
  /** Of a run without an end: when something was written of it last. */
  lastSign?: EpochMs | undefined;
}

export interface KeyNumber {
  key: string;
  title: string;
  /** The same in a word, for the axis. */
  axis: string;
  unit: string;
  /** Spreads by factors, not by differences. */
  log?: boolean;
  /** What the measurement itself spreads by; of a logarithmic one, relative. Less than that is no finding. */
  noise: number;
  /** What to look at when every module is off. */
  suspect: string;
}

/** The numbers by which a station is watched: none of them should depend on which module is on it, beyond their spread. */
export const keyNumbers: readonly KeyNumber[] = [
  {
    key: 'leakage',
    title: 'Leakage at operating voltage, at 20 °C',
    axis: 'Leakage',
    unit: 'A',
    log: true,
    noise: 0.05,
    suspect: 'the HV cable and its connectors, light and humidity in the box',
  },
  {
    key: 'lvCurrent',
    title: 'LV current',
    axis: 'Current',
    unit: 'A',
    noise: 0.01,
    suspect: 'the LV cable and the supply',
  },
  {
    key: 'lvVoltage',
    title: 'LV voltage',
    axis: 'Voltage',
    unit: 'V',
    noise: 0.005,
    suspect: 'the LV cable, its contacts, and the supply',
  },
  {
    key: 'contact',
    title: 'Resistance from the supply to the probe card',
    axis: 'Resistance',
    unit: 'mOhm',
    noise: 1,
    suspect: 'the needles of the probe card and the LV cable',
  },
];

export function stationRunOf(
  record: RunRecord,
  lines: readonly JournalLine[],
  sldo: readonly SldoCurve[],
): StationRun {
  const scale = record.station.timeScale;
  const seconds = (from: EpochMs, to: EpochMs) => ((to - from) / 1000) * scale;
  const durations: Record<string, Seconds> = {};
  for (const { calibration, started, ended } of record.steps)
    if (started !== undefined && ended !== undefined)
      durations[calibration] = (durations[calibration] ?? 0) + seconds(started, ended);
  const hv = outputSpans(lines).filter(({ role }) => role === 'hv');
  return {
    run: record.run,
    t: record.started,
    sequence: record.sequence.name,
    verdict: record.verdict,
    modules: record.modules.map(({ name, serialNumber }) => serialNumber ?? name),
    numbers: {
      leakage: measured(record, 'leakage_at_operating_voltage_20C'),
      lvCurrent: medianOf(lvReadings(lines, 'current')),
      lvVoltage: medianOf(lvReadings(lines, 'voltage')),
      contact: contactResistance(sldo),
    },
    durations,
    hvOn: hv.reduce((sum, { from, to }) => sum + seconds(from, to), 0),
    failures: record.verdict === 'PASS' ? [] : flagsOf(record),
    unsafe: isUnsafe(record),
    ...(record.state === 'ended' ? {} : { lastSign: lines.at(-1)?.t ?? record.started }),
  };
}

function measured({ steps }: RunRecord, name: string): number | undefined {
  return steps
    .filter(({ state }) => state === 'completed')
    .flatMap(({ results }) => results)
    .flatMap(({ measurements }) => measurements)
    .find((one) => one.name === name)?.value;
}

function lvReadings(lines: readonly JournalLine[], of: 'voltage' | 'current'): number[] {
  return lines.flatMap((line) =>
    line.event === 'power' && line.role === 'lv' && line.output === true && line[of] !== undefined
      ? [line[of]]
      : [],
  );
}

/** What is lost between the supply and the card's own measurement, at the largest current: contacts and cable, in mΩ. */
function contactResistance(sldo: readonly SldoCurve[]): number | undefined {
  const found = sldo.flatMap(({ current, supply, input }) => {
    const last = current.length - 1;
    const [volts, inside, amperes] = [supply?.[last], input?.[last], current[last]];
    if (volts === undefined || inside === undefined || !amperes || !Number.isFinite(volts - inside))
      return [];
    return [(1000 * (volts - inside)) / amperes];
  });
  return medianOf(found);
}

export function medianOf(values: readonly number[]): number | undefined {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  if (sorted.length === 0) return undefined;
  const half = sorted.length / 2;
  return sorted.length % 2 === 1 ? sorted[Math.floor(half)] : (sorted[half - 1]! + sorted[half]!) / 2;
}
