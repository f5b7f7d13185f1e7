import { columnNames } from '../quantities.ts';
import type { SensorTest } from '../record.ts';

export interface DuplicateTest {
  test: SensorTest;
  /** The test that holds the same content and was kept. */
  sameAs: SensorTest;
}

/**
 * Keeps the first of tests that are the same: of one sensor, type, segment and moment, with the same table under the same
 * temperature, humidity and settings. Equal
 * moments alone are no reason to drop anything: two wafers may be measured at once.
 */
export function withoutDuplicates(all: readonly SensorTest[]): {
  tests: SensorTest[];
  duplicates: DuplicateTest[];
} {
  const seen = new Map<string, SensorTest[]>();
  const tests: SensorTest[] = [];
  const duplicates: DuplicateTest[] = [];
  for (const test of all) {
    const key = identityKey(test);
    const alike = seen.get(key) ?? [];
    const sameAs = alike.find((other) => sameContent(test, other) && sameSettings(test, other));
    if (!sameAs) {
      tests.push(test);
      seen.set(key, [...alike, test]);
    } else if (isDoubtful(sameAs) && !isDoubtful(test)) {
      // The cut copy, or the one under another sensor's name, came first; the sound one is the test.
      tests[tests.indexOf(sameAs)] = test;
      seen.set(key, [...alike.filter((other) => other !== sameAs), test]);
      duplicates.push({ test: sameAs, sameAs: test });
    } else duplicates.push({ test, sameAs });
  }
  return { tests, duplicates };
}

function isDoubtful({ incomplete, contradiction }: SensorTest): boolean {
  return incomplete !== undefined || contradiction !== undefined;
}

/** What the header says and a decision depends on: a file with a corrected humidity is another test. */
function sameSettings(one: SensorTest, other: SensorTest): boolean {
  return (
    one.temperature_C === other.temperature_C &&
    one.humidity_percent === other.humidity_percent &&
    one.frequency_kHz === other.frequency_kHz &&
    one.testSeriesResistance_MOhm === other.testSeriesResistance_MOhm &&
    one.sensorType === other.sensorType
  );
}

/** What tells one test from another before their tables are looked at. */
export function identityKey(test: SensorTest): string {
  const { testType, batch, wafer, segment, timestamp } = test;
  // A test without batch and wafer is known by its serial number alone.
  const sensor = batch !== undefined && wafer !== undefined ? [batch, wafer] : [test.serialNumber];
  return JSON.stringify([testType, sensor, segment, timestamp]);
}

/** The bow is made from the heights: the database has the analysis's, a file its own or none. */
const measuredColumns = columnNames.filter((name) => name !== 'bow_mm');

/** Whether two tests measured the same numbers. */
export function sameContent(one: SensorTest, other: SensorTest): boolean {
  if (one.rows !== other.rows || one.thickness_um !== other.thickness_um) return false;
  return measuredColumns.every((name) => sameNumbers(one.columns[name], other.columns[name]));
}

function sameNumbers(one: Float64Array | undefined, other: Float64Array | undefined): boolean {
  if (!one || !other) return one === other;
  return one.length === other.length && one.every((value, i) => Object.is(value + 0, other[i]! + 0));
}
