import type { Celsius, Percent, Volts } from '../base/units.ts';
import { hasAny } from './columns.ts';
import type { ColumnName } from './quantities.ts';

/**
 * One sensor test, as a file or the database gives it. What a file does not say is absent, never a marker number.
 * Units stand in the names: nA, pF, MOhm, mm, °C.
 */
export interface SensorTest {
  source: 'file' | 'database';
  /** The path as found; of a database test, the id of its test run. */
  file: string;
  filename: string;
  /** The template that matched; `database` for a database test. */
  template: string;
  /** `IV`, `CV`, `stability`, `strip`, `bow`, `thickness`, `manufacturing`; a type without analysis by its code. */
  testType: string;
  /** The test type as written in the file, or its code in the database. */
  testTypeCode?: string | undefined;
  /** `VPX90002`. */
  batch?: string | undefined;
  /** A number where it is one. */
  wafer?: number | string | undefined;
  /** `20USBSL0000161`. */
  serialNumber?: string | undefined;
  /** The database's 32-digit code of the component. */
  componentCode?: string | undefined;
  /** The six digits of the older sensor table. */
  shorthand?: string | undefined;
  manufacturer?: string | undefined;
  /** The sensor type: `ATLAS18LS`. */
  sensorType?: string | undefined;
  institute?: string | undefined;
  /** `2019-12-02T15:25:21.000Z`: the local time of the laboratory, as the database keeps it. */
  timestamp?: string | undefined;
  runNumber?: string | undefined;
  comments?: string | undefined;
  temperature_C?: Celsius | undefined;
  humidity_percent?: Percent | undefined;
  segment?: number | undefined;
  frequency_kHz?: number | undefined;
  amplitude_V?: number | undefined;
  /** The series resistor of the current measurement. */
  testSeriesResistance_MOhm?: number | undefined;
  seriesResistance_MOhm?: number | undefined;
  shuntResistance_MOhm?: number | undefined;
  bias_V?: Volts | undefined;
  duration_h?: number | undefined;
  thickness_um?: number | undefined;
  /** Every header value by its tag, as written; date and time only if they were not understood. */
  header: Readonly<Record<string, string>>;
  /** Typed fields that the header names with a text that is no number. */
  unreadableFields: readonly string[];
  /** The table, in our units. A missing cell is NaN. */
  columns: Partial<Record<ColumnName, Float64Array>>;
  /** Columns that no quantity is known for, by the name in the file. */
  otherColumns: readonly OtherColumn[];
  rows: number;
  /** Lines after the table. */
  otherLines: readonly string[];
  /** Why the file cannot be the whole test; such a test never passes. */
  incomplete?: string | undefined;
  /** How its names of the sensor contradict each other: nobody can say whose test it is, and it never passes. */
  contradiction?: string | undefined;
  /** What is odd about the file and was read nevertheless. */
  warnings: readonly string[];
}

interface OtherColumn {
  name: string;
  values: Float64Array;
}

/** A column that is there and is not all zero, which is how the instruments write "not measured". */
export function measured(test: SensorTest, name: ColumnName): Float64Array | undefined {
  const column = test.columns[name];
  return column && hasAny(column, isReading) ? column : undefined;
}

function isReading(value: number): boolean {
  return value !== 0 && !Number.isNaN(value);
}

/** `W161`, or the words of a wafer that has no number. */
export function waferName(wafer: number | string | undefined): string {
  return wafer === undefined ? 'unknown wafer' : `W${wafer}`;
}
