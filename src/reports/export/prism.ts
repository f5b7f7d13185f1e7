import { createHash } from 'node:crypto';
import type { Verdict } from '../../base/verdict.ts';
import type { RunRecord, StepRecord } from '../../journal/record.ts';
import type { Measurement } from '../../scripts/measurement.ts';
import { type PrismRecordInput, type PrismRecordItem, toPrismRecord } from '../../scripts/prismRecord.ts';
import { type Verdict as PrismVerdict, verdictOf, verdicts } from '../../scripts/verdict.ts';

/** NONE: it ran, and nothing was judged. */
const prismVerdict: Readonly<Record<Verdict, PrismVerdict>> = {
  PASS: 'PASS',
  NONE: 'INC',
  FAIL: 'FAIL',
  ERROR: 'INTERNAL_ERROR',
};

/** A run as the result record of Prism: each calibration of each module an item, the site's own checks theirs. */
export function runAsPrismRecord(record: RunRecord, host: PrismRecordInput['host']) {
  return toPrismRecord({
    id: stableId(record.run),
    started: record.started,
    ended: record.ended ?? record.started,
    verdict: prismVerdict[record.verdict],
    operator: record.operator,
    station: record.station.id,
    modules: record.modules.map(({ serialNumber, name }) => serialNumber ?? name),
    host,
    batonVersion: record.versions.baton,
    script: {
      file: `${record.sequence.name}.scr`,
      hash: record.sequence.sha256,
      info: infoOf(record),
      substitutions: Object.entries(record.sequence.substitutions).map(([name, value]) => ({ name, value })),
    },
    items: record.steps.flatMap((step) => [...calibrationItems(record, step), ...checkItems(step)]),
    errors: record.problems.map(({ code, what }) => `${code} ${what}`),
    simulated: record.station.simulated,
  });
}

/** As the script says it. Records of scripts that were run before it was kept have the station's words. */
function infoOf({ sequence, station, title }: RunRecord): PrismRecordInput['script']['info'] {
  const { product, bom, lot, location, config } = sequence.info ?? {
    product: title.slice(0, 32),
    bom: '',
    lot: '',
    location: station.site,
  };
  return { product, bom, lot, location, ...(config === undefined ? {} : { config }) };
}

function calibrationItems({ modules, started }: RunRecord, step: StepRecord): PrismRecordItem[] {
  if (step.items.length > 0) return [];
  const times = { started: step.started ?? started, ended: step.ended ?? step.started ?? started };
  const fails = step.problems[0] && { fid: step.problems[0].code, msg: step.problems[0].what };
  if (step.results.length === 0) {
    const verdict = step.state === 'skipped' || step.state === 'waiting' ? 'SKIP' : 'INTERNAL_ERROR';
    const name = `calibrations.${step.calibration}`;
    return [{ name, verdict, ...times, measurements: [], ...(fails ? { fail: fails } : {}) }];
  }
  return step.results.map(({ module, verdict, measurements }) => {
    const name = modules.find(({ index }) => index === module)?.name ?? module;
    return {
      name: `calibrations.${modules.length === 1 ? '' : `${name}.`}${step.calibration}`,
      verdict: prismVerdict[step.state === 'completed' ? verdict : 'ERROR'],
      ...times,
      // The original knows no value that is missing.
      measurements: measurements.flatMap(
        ({ value, verdict: judged, name: what, unit, min, max }): Measurement[] =>
          value === undefined
            ? []
            : [
                {
                  name: what,
                  value,
                  unit,
                  ...(min === undefined ? {} : { min }),
                  ...(max === undefined ? {} : { max }),
                  ...(judged === 'NONE' ? {} : { verdict: prismVerdict[judged] }),
                },
              ],
      ),
      ...(fails ? { fail: fails } : {}),
    };
  });
}

/** They are in the words of the script format already. */
function checkItems({ items, calibration: module }: StepRecord): PrismRecordItem[] {
  return items.map(({ id, verdict, started, ended, measurements, keys, blobs, fail }) => ({
    name: `${module}.${id}`,
    verdict: verdicts.find((known) => known === verdict) ?? verdictOf([]),
    started,
    ended,
    measurements: measurements as unknown as Measurement[],
    keys,
    blobs: blobs as NonNullable<PrismRecordItem['blobs']>,
    ...(fail ? { fail } : {}),
  }));
}

/** The same run gets the same identifier, however often it is exported. [RFC 9562, version 8] */
function stableId(run: string): string {
  const bytes = createHash('sha256').update(run).digest().subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x80;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
