import { basename } from 'node:path';
import { toOurUnit, type Unit } from '../quantities.ts';
import type { SensorTest } from '../record.ts';
import { testTypeOf } from '../testTypes.ts';
import { timestampOf } from './dateTime.ts';
import { contradictionIn, identityFromPath, identityOf, isWhole } from './identity.ts';

/** The record's numbers that stand in a header, with the unit that we keep. */
const numbers = [
  { field: 'temperature_C', unit: '°C' },
  { field: 'humidity_percent', unit: '%' },
  { field: 'frequency_kHz', unit: 'kHz' },
  { field: 'amplitude_V', unit: 'V' },
  { field: 'seriesResistance_MOhm', unit: 'MOhm' },
  { field: 'testSeriesResistance_MOhm', unit: 'MOhm' },
  { field: 'shuntResistance_MOhm', unit: 'MOhm' },
  { field: 'bias_V', unit: 'V' },
  { field: 'duration_h', unit: 'h' },
  { field: 'thickness_um', unit: 'um' },
] as const satisfies readonly { field: keyof SensorTest; unit: string }[];

type NumberField = (typeof numbers)[number]['field'];

export type HeaderFields = Omit<
  SensorTest,
  | 'source'
  | 'file'
  | 'filename'
  | 'template'
  | 'columns'
  | 'otherColumns'
  | 'rows'
  | 'otherLines'
  | 'incomplete'
>;

/** Texts by which files say that they do not know. */
const unknown = new Set(['Not known', 'Not known Not', 'known', '', 'None']);

export interface Shorthands {
  /** By the six digits of the older sensors. */
  get(shorthand: string): { batch: string; wafer: number | string; manufacturer?: string } | undefined;
}

/** The header's texts as typed fields. What is missing there is looked for in the path, cautiously. */
export function headerFields(
  values: ReadonlyMap<string, string>,
  file: string,
  shorthands?: Shorthands,
): HeaderFields {
  const timestamp = timestampOf(values.get('date'), values.get('time'));
  const header: Record<string, string> = {};
  for (const [tag, text] of values) {
    // The timestamp says date and time in one form.
    const isSaid = timestamp !== undefined && (tag === 'date' || tag === 'time');
    if (!isSaid && tag !== '__proto__' && !unknown.has(text)) header[tag] = text;
  }
  const warnings: string[] = [];
  const unreadableFields: string[] = [];

  const fields: Partial<Record<NumberField, number>> = {};
  for (const { field, unit } of numbers) {
    const text = header[field];
    if (text === undefined) continue;
    const value = numberWithUnit(text, unit);
    if (value !== undefined) fields[field] = value;
    else {
      unreadableFields.push(field);
      warnings.push(`${field}: "${text}" is not understood as a number in ${unit}.`);
    }
  }
  const comments = header.comments;
  readComments(comments, fields);

  if (timestamp === undefined)
    warnings.push(
      `The date and time "${header.date ?? ''}" "${header.time ?? ''}" are not understood; the test has none.`,
    );
  const type = testTypeIn(header);
  const said = identityOf(header);
  const found = isWhole(said) ? said : { ...identityFromPath(file), ...said };
  const known = found.shorthand && found.batch === undefined ? shorthands?.get(found.shorthand) : undefined;
  const { manufacturer } = header;
  return {
    ...found,
    ...(known ? { batch: known.batch, wafer: known.wafer } : {}),
    testType: type.name,
    testTypeCode: type.written,
    segment: type.segment,
    manufacturer: manufacturer ?? known?.manufacturer,
    sensorType: header.sensorType,
    institute: header.institute,
    timestamp,
    runNumber: header.runNumber,
    comments,
    ...fields,
    header,
    unreadableFields,
    contradiction: contradictionIn(said, { filename: basename(file) }),
    warnings,
  };
}

/** `21.3`, `21,3`, `12 %`, `2.2MOhm`, `1000 Hz`. Without a unit it is in ours. */
export function numberWithUnit(text: string, ours: string): number | undefined {
  const found = /^([+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][+-]?\d+)?)\s*(\S*)$/.exec(text.trim());
  if (!found) return undefined;
  const value = Number(found[1]!.replace(',', '.'));
  const toOurs = ours in headerUnits ? headerUnits[ours]!(found[2]!) : toOurUnit(ours as Unit, found[2]);
  return Number.isFinite(value) && toOurs ? toOurs(value) : undefined;
}

/** Units that only headers use: how many of ours one of the written is. */
const headerUnits: Record<string, (written: string) => ((value: number) => number) | undefined> = {
  kHz: scaled({ '': 1, kHz: 1, khz: 1, KHz: 1, Hz: 1e-3, MHz: 1e3 }),
  h: scaled({ '': 1, h: 1, hr: 1, hrs: 1, hours: 1, min: 1 / 60, s: 1 / 3600 }),
  um: scaled({ '': 1, um: 1, µm: 1, μm: 1, mm: 1e3, nm: 1e-3 }),
};

function scaled(scales: Readonly<Record<string, number>>) {
  return (written: string): ((value: number) => number) | undefined => {
    const scale = Object.hasOwn(scales, written) ? scales[written]! : undefined;
    if (scale === undefined) return undefined;
    const divisor = Math.round(1 / scale);
    return scale < 1 ? (value) => value / divisor : (value) => value * scale;
  };
}

/** Some stations write what they set into the comment: `Temperature 21.0`, `24h@-450V`. */
function readComments(comments: string | undefined, fields: Partial<Record<NumberField, number>>): void {
  if (comments === undefined) return;
  const temperature = /^Temperature ([-\d.,]+)/.exec(comments)?.[1];
  if (temperature && fields.temperature_C === undefined) {
    const value = numberWithUnit(temperature, '°C');
    if (value !== undefined) fields.temperature_C = value;
  }
  const hold = /^([\d.,]+)h@([-\d.,]+)V/.exec(comments);
  if (!hold) return;
  const hours = numberWithUnit(hold[1]!, 'h');
  const bias = numberWithUnit(hold[2]!, 'V');
  if (hours !== undefined) fields.duration_h ??= hours;
  if (bias !== undefined) fields.bias_V ??= bias;
}

/** The test type, and the segment, which some files carry in it: `Full Strip Test - S1 - Segment 2`. */
function testTypeIn(header: Readonly<Record<string, string>>): {
  name: string;
  written: string | undefined;
  segment: number | undefined;
} {
  const written = header.testType;
  const bySegment = segmentOf(header.segment);
  if (written === undefined) return { name: 'unknown', written, segment: bySegment };
  const type = testTypeOf(written);
  if (type) return { name: type.name, written, segment: bySegment };
  const parts = /^(.{1,60}?)\s*-\s*(?:S\d\s*-\s*)?Seg(?:ment)?\D{0,10}(\d)/i.exec(written);
  if (parts) {
    const name = testTypeOf(parts[1]!)?.name ?? parts[1]!;
    return { name, written: parts[1], segment: bySegment ?? Number(parts[2]) };
  }
  return { name: written, written, segment: bySegment };
}

function segmentOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\s*\d+\s*$/.test(text) ? Number(text) : undefined;
}
