import { hasAny, picked } from '../columns.ts';
import { deviation, mean } from '../moments.ts';
import { measured, type SensorTest } from '../record.ts';
import { type Analysis, Verdict } from './analysis.ts';
import { type BadChannels, concise, longestRun } from './badChannels.ts';
import { type Criteria, shippedCriteria } from './criteria.ts';
import { stripCount, stripLength } from './geometry.ts';
import { coincidences } from './probeCard.ts';

/** What is wrong with a strip, as far as current, capacitance and resistance together tell. */
export const defects = [
  'shorts',
  'pinholes',
  'bad_contact',
  'implant_break',
  'metal_short',
  'open_resistor',
  'rbias_defect',
] as const;
export type Defect = (typeof defects)[number];

interface StripValues {
  strips?: number | undefined;
  /** The first and the last channel, if all between were measured. */
  firstChannel?: number | undefined;
  lastChannel?: number | undefined;
  badStripFraction_percent?: number | undefined;
  longestBadCluster?: number | undefined;
  badChannels?: number[] | undefined;
  /** Odd, but good. */
  soSoChannels?: number[] | undefined;
  /** Bad, and likely because the needle did not touch. */
  badContactChannels?: number[] | undefined;
}

export interface StripAnalysis extends Analysis<StripValues> {
  testType: 'strip';
  /** Each bad channel's flags; neighbours with the same ones as `396-402`. */
  bad: BadChannels;
  soSo: BadChannels;
  badContact: BadChannels;
  /** `1-1080`: segment and channel, by defect. */
  byDefect: Partial<Record<Defect, string[]>>;
}

/** Judges the strips of one segment. */
export function analyseStrip(test: SensorTest, criteria: Criteria = shippedCriteria): StripAnalysis {
  const rows = measuredRows(test);
  if ('empty' in rows) return { ...nothing, flags: [`${rows.empty} is Empty!`] };
  const { strip } = criteria;
  const verdict = new Verdict();
  const frequency = test.frequency_kHz;
  if (frequency === undefined) verdict.note('No Frequency recorded');
  else if (frequency !== strip.testFrequency_kHz) verdict.note('Frequency not equal to Test Frequency');
  const { length_cm, flag } = stripLength(test, criteria);
  if (flag) verdict.set('MeasErr', flag);

  const found = lookAtChannels(rows, limitsOf(test, length_cm, strip));
  const bad = [...found.bad.keys()];
  const strips = rows.channel.length;
  const coincident = coincidences(bad, strip.probeCardNeedles, strip.maximumCoincidences);
  if (coincident !== undefined)
    verdict.set(
      'MeasErr',
      `Warning: Bad Channels separated by a multiple of the probe card (${strip.probeCardNeedles}) on more than ${strip.maximumCoincidences} occassions. See Channels (${coincident})`,
    );
  const fraction = (bad.length / strips) * 100;
  if (fraction > strip.maximumBadFraction_percent)
    verdict.set('Fail', 'Max percent of Bad Channels exceeded');
  const cluster = longestRun(bad);
  if (cluster > strip.maximumConsecutiveBad)
    verdict.set('Fail', `More than ${strip.maximumConsecutiveBad} Consecutive Bad Channels`);
  const gap = verdict.decision === null ? missingChannels(test, rows, criteria) : undefined;
  if (gap) verdict.set('MeasErr', gap);
  return {
    testType: 'strip',
    decision: verdict.conclude(test),
    flags: verdict.flags,
    values: {
      strips,
      ...channelRange(rows.channel),
      badStripFraction_percent: fraction,
      longestBadCluster: cluster,
      badChannels: bad,
      soSoChannels: [...found.soSo.keys()],
      badContactChannels: [...found.badContact.keys()],
    },
    bad: concise(found.bad),
    soSo: concise(found.soSo),
    badContact: concise(found.badContact),
    byDefect: sortedByDefect(found.bad, test.segment),
  };
}

const nothing: StripAnalysis = {
  testType: 'strip',
  decision: null,
  flags: [],
  values: {},
  bad: {},
  soSo: {},
  badContact: {},
  byDefect: {},
};

interface Rows {
  channel: Float64Array;
  current: Float64Array;
  capacitance: Float64Array;
  resistance: Float64Array;
  /** Rows of the file, those without channel number included. */
  all: number;
}

function measuredRows(test: SensorTest): Rows | { empty: string } {
  const channel = measured(test, 'probeIndex');
  if (!channel) return { empty: 'ProbeplanIndex' };
  const current = measured(test, 'current_nA');
  if (!current) return { empty: 'I' };
  const capacitance = measured(test, 'capacitance_pF');
  if (!capacitance) return { empty: 'C' };
  const resistance = measured(test, 'resistance_MOhm');
  if (!resistance) return { empty: 'R' };
  const all = channel.length;
  if (!hasAny(channel, (number) => !isChannel(number)))
    return { channel, current, capacitance, resistance, all };
  const kept = (_: number, i: number) => isChannel(channel[i]!);
  return {
    channel: picked(channel, kept),
    current: picked(current, kept),
    capacitance: picked(capacitance, kept),
    resistance: picked(resistance, kept),
    all,
  };
}

/** A row with channel 0 was never probed. */
function isChannel(number: number): boolean {
  return number !== 0 && !Number.isNaN(number);
}

interface Limits {
  Cmin: number;
  Cmax: number;
  Rmin: number;
  Rmax: number;
  Ishort: number;
  Ipinhole: number;
  tolerance: number;
}

function limitsOf(test: SensorTest, length_cm: number, strip: Criteria['strip']): Limits {
  const series = test.testSeriesResistance_MOhm ?? strip.seriesResistance_MOhm;
  return {
    Cmin: strip.minimumCapacitance_pF_per_cm * length_cm,
    Cmax: strip.maximumCapacitance_pF_per_cm * length_cm,
    Rmin: strip.minimumResistance_MOhm,
    Rmax: strip.maximumResistance_MOhm,
    Ishort: strip.shortCurrent_nA,
    // What flows when the coupling capacitor is a wire: volts over MOhm are µA.
    Ipinhole: (strip.pinholeVoltage_V / (1 + series)) * 1000,
    tolerance: strip.resistanceTolerance_MOhm,
  };
}

interface FoundChannels {
  bad: Map<number, string[]>;
  soSo: Map<number, string[]>;
  badContact: Map<number, string[]>;
}

function lookAtChannels(rows: Rows, limits: Limits): FoundChannels {
  const { Cmin, Cmax, Rmin, Rmax, Ishort, tolerance } = limits;
  const good = picked(rows.resistance, (R) => R > Rmin && R < Rmax);
  const average = mean(good);
  const sigma = deviation(good);
  const found: FoundChannels = { bad: new Map(), soSo: new Map(), badContact: new Map() };
  for (let i = 0; i < rows.channel.length; i += 1) {
    const channel = rows.channel[i]!;
    const I = rows.current[i]!;
    const C = rows.capacitance[i]!;
    const R = rows.resistance[i]!;
    // Nearly every strip is as it should be.
    if (
      I < Ishort &&
      C >= Cmin &&
      C < Cmax &&
      R >= average - tolerance &&
      R < average + tolerance &&
      R >= Rmin &&
      R < Rmax
    )
      continue;
    const flags = simpleFlags(I, C, R, limits);
    const defect = defectOf(I, C, R, average, sigma, limits);
    if (defect === 'implant_break') flags.push('Rbias outlier');
    if (C >= 0 && C < Cmin && R >= Rmax) found.badContact.set(channel, [...flags, 'Likely Bad Contact']);
    if (flags.length > 0) found.bad.set(channel, [...flags, defect ?? 'Unknown Fault']);
    else if (C >= 0 && R >= Rmin && R < average - tolerance)
      found.soSo.set(channel, [`R more than ${tolerance} MOhm below average`]);
    else if (C >= 0 && R >= average + tolerance && R < Rmax)
      found.soSo.set(channel, [`R more than ${tolerance} MOhm above average`]);
  }
  return found;
}

/**
 * Each quantity against its limits; a negative capacitance or resistance was not measured. The sign of the current
 * says nothing about the other two: noise makes a good strip's negative, and must not hide a broken one.
 */
function simpleFlags(I: number, C: number, R: number, { Cmin, Cmax, Rmin, Rmax, Ishort }: Limits): string[] {
  const flags: string[] = [];
  if (C >= Cmax) flags.push('C high');
  if (C >= 0 && C < Cmin) flags.push('C low');
  if (C >= 0 && R >= Rmax) flags.push('R high');
  if (C >= 0 && R >= 0 && R < Rmin) flags.push('R low');
  if (I >= Ishort) flags.push('I high');
  return flags;
}

function defectOf(
  I: number,
  C: number,
  R: number,
  average: number,
  sigma: number,
  { Cmin, Cmax, Rmin, Rmax, Ishort, Ipinhole }: Limits,
): Defect | undefined {
  if (I > Ishort && I <= Ipinhole) return 'shorts';
  if (I > Ipinhole) return 'pinholes';
  if (C < Cmin && R > Rmax) return 'bad_contact';
  if (C < Cmin && Math.abs(R - average) > 2 * sigma) return 'implant_break';
  if (C > 2 * Cmax && R < 0.5) return 'metal_short';
  if (C < Cmin) return 'open_resistor';
  return R < Rmin || R > Rmax ? 'rbias_defect' : undefined;
}

function channelRange(channels: Float64Array): Pick<StripValues, 'firstChannel' | 'lastChannel'> {
  const sorted = isConsecutive(channels) ? channels : channels.slice().sort();
  return isConsecutive(sorted) ? { firstChannel: sorted[0], lastChannel: sorted.at(-1) } : {};
}

function isConsecutive(channels: Float64Array): boolean {
  return !hasAny(channels, (channel, i) => i > 0 && channel !== channels[i - 1]! + 1);
}

/** Why the segment was not measured whole: a test that ends early, or that lacks readings, cannot pass. */
function missingChannels(test: SensorTest, rows: Rows, criteria: Criteria): string | undefined {
  const chip = criteria.geometry.channelsPerChip;
  const expected = stripCount(test, criteria) ?? Math.ceil(rows.all / chip) * chip;
  if (rows.all < expected) return `Only ${rows.all} of ${expected} channels in the file`;
  const unread = picked(
    rows.channel,
    (_, i) =>
      Number.isNaN(rows.current[i]!) ||
      Number.isNaN(rows.capacitance[i]!) ||
      Number.isNaN(rows.resistance[i]!),
  );
  return unread.length > 0 ? `No reading of ${unread.length} channels, first ${unread[0]}` : undefined;
}

function sortedByDefect(
  bad: ReadonlyMap<number, string[]>,
  segment: number | undefined,
): StripAnalysis['byDefect'] {
  const sorted: StripAnalysis['byDefect'] = {};
  for (const [channel, flags] of bad) {
    const defect = defects.find((name) => name === flags.at(-1));
    if (!defect) continue;
    sorted[defect] ??= [];
    sorted[defect].push(`${segment ?? 'None'}-${channel}`);
  }
  return sorted;
}
