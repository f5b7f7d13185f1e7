import { randomUUID } from 'node:crypto';
import type { EpochMs } from '../base/units.ts';
import type { Measurement } from './measurement.ts';
import type { Json, JsonObject } from './reading/tree.ts';
import type { FailEntry, ScriptInfo } from './script.ts';
import { prismUnit } from './units.ts';
import type { Verdict } from './verdict.ts';

/** What a run leaves for those who load it into the original's database. Calibrations are items like any other. */
export interface PrismRecordInput {
  /** UUID of the record; the file is named by it. Not given: a new one. */
  id?: string;
  started: EpochMs;
  ended: EpochMs;
  verdict: Verdict;
  operator: string;
  /** Id of the station. */
  station: string;
  /** Under test: serial numbers, or names where there is none. */
  modules: readonly string[];
  /** As `os` tells: sysname, node name, release, version, machine. */
  host: readonly [string, string, string, string, string];
  ip?: string;
  batonVersion: string;
  script: {
    file: string;
    hash: string;
    info: ScriptInfo;
    substitutions: readonly { name: string; value: string | number | boolean }[];
  };
  items: readonly PrismRecordItem[];
  /** What was wrong with the run as a whole. */
  errors?: readonly string[];
  simulated: boolean;
}

export interface PrismRecordItem {
  /** With its module, as in the original's own browser view: `checks.contact.needlesTouch`. */
  name: string;
  verdict: Verdict;
  started: EpochMs;
  ended: EpochMs;
  measurements: readonly Measurement[];
  keys?: readonly { name: string; value: string }[];
  blobs?: readonly { name: string; data: Json }[];
  fail?: FailEntry;
}

/**
 * The result record of Prism, as its public command-line stand-in writes it (processor `resultbasekeysv1`): numbers as
 * texts of nine digits, times in naive UTC, a result that is PASS or FAIL. What the original has no place for (the
 * script's hash, the substitutions, whether it was simulated) goes into the custom object `jsonb`.
 */
export function toPrismRecord(input: PrismRecordInput): { file: string; record: JsonObject } {
  const id = input.id ?? randomUUID();
  const file = `result_${id}.json`;
  // The first key is what the original's browser shows beside a record: the serial number, by convention.
  const serials = input.modules.map((value) => ({ name: 'sn', value }));
  const keys = [...serials, ...input.items.flatMap((item) => item.keys ?? [])].slice(0, mostKeys);
  const result = {
    meta: {
      channel: 0,
      // Anything but a PASS is none: the original knows two results at the end.
      result: input.verdict === 'PASS' ? 'PASS' : 'FAIL',
      processor,
      operator: input.operator,
      ip: input.ip ?? '127.0.0.1',
      script: input.script.file,
      ruid: id,
      version: `baton ${input.batonVersion}`,
      start: naiveUtc(input.started),
      end: naiveUtc(input.ended),
      hostname: [...input.host, ''],
    },
    info: { ...input.script.info },
    config: {},
    items: input.items.map(toItem),
    errors: [...(input.errors ?? [])],
    jsonb: {
      baton: {
        script_sha256: input.script.hash,
        substitutions: Object.fromEntries(input.script.substitutions.map(({ name, value }) => [name, value])),
        verdict: input.verdict,
        station: input.station,
        modules: [...input.modules],
        simulated: input.simulated,
      },
    },
    html_summary: null,
    keys: Object.fromEntries(keys.map(({ name, value }, i) => [`key${i}`, `${name}:${value}`])),
  };
  return { file, record: { result, file, processor } };
}

const processor = 'resultbasekeysv1';
const mostKeys = 5;

function toItem(item: PrismRecordItem): JsonObject {
  const prefix = item.name.split('.').at(-1)!;
  return {
    name: item.name,
    result: item.verdict,
    timestamp_start: hundredths(item.started),
    timestamp_end: hundredths(item.ended),
    measurements: item.measurements.map((measurement) => toMeasurement(prefix, measurement)),
    blobs: (item.blobs ?? []).map(({ name, data }) => ({
      name: `${prefix}.${name}`,
      type: 'BLOB_UNKNOWN',
      data,
    })),
    fail_msg: item.fail ? { fid: item.fail.fid, msg: item.fail.msg } : {},
  };
}

function toMeasurement(prefix: string, { name, value, unit, min, max, verdict }: Measurement): JsonObject {
  const shared = { name: `${prefix}.${name}`, result: verdict ?? 'PASS' };
  // True and false have no limits there, not even empty ones.
  if (typeof value === 'boolean') return { ...shared, unit: 'Boolean', value: value ? 'True' : 'False' };
  return {
    ...shared,
    unit: typeof value === 'string' && unit === '' ? 'STR' : prismUnit(unit),
    min: min === undefined ? null : nineDigits(min),
    max: max === undefined ? null : nineDigits(max),
    value: typeof value === 'string' ? value : nineDigits(value),
  };
}

/** C's `%.9g`. */
export function nineDigits(value: number): string {
  const [digits = '', exponent] = value.toExponential(8).split('e');
  const power = Number(exponent);
  const trim = (text: string) => (text.includes('.') ? text.replace(/\.?0+$/, '') : text);
  if (power >= -4 && power < 9) return trim(value.toFixed(Math.max(0, 8 - power)));
  return `${trim(digits)}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}

/** ISO time in UTC without a zone, with microseconds; the original leaves the fraction out when it is zero. */
function naiveUtc(time: EpochMs): string {
  const text = new Date(time).toISOString().replace('Z', '');
  return text.endsWith('.000') ? text.slice(0, -4) : `${text}000`;
}

function hundredths(time: EpochMs): number {
  return Math.round(time / 10) / 100;
}
