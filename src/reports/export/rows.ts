import type { RunRecord } from '../../journal/record.ts';

/**
 * One row a measurement, each column of one type, no cell holding a list: what CSV, data frames and Parquet all take.
 * A value that is not there is null, never 0 and never an empty text.
 */
export interface ExportRow {
  run: string;
  title: string;
  sequence: string;
  station: string;
  simulated: boolean;
  operator: string;
  /** ISO 8601, UTC. */
  started: string;
  ended: string | null;
  run_verdict: string;
  module: string;
  serial_number: string | null;
  module_verdict: string;
  step: number;
  calibration: string;
  step_state: string;
  step_seconds: number | null;
  measurement: string;
  value: number | null;
  unit: string;
  min: number | null;
  max: number | null;
  verdict: string;
  criteria: string | null;
  criteria_date: string | null;
}

type ColumnType = 'string' | 'bool' | 'int32' | 'double' | 'timestamp[ms]';

/** The columns in their order, with their types in the words of Arrow; all may be null except those without `| null`. */
export const exportColumns: readonly (readonly [name: keyof ExportRow, type: ColumnType])[] = [
  ['run', 'string'],
  ['title', 'string'],
  ['sequence', 'string'],
  ['station', 'string'],
  ['simulated', 'bool'],
  ['operator', 'string'],
  ['started', 'timestamp[ms]'],
  ['ended', 'timestamp[ms]'],
  ['run_verdict', 'string'],
  ['module', 'string'],
  ['serial_number', 'string'],
  ['module_verdict', 'string'],
  ['step', 'int32'],
  ['calibration', 'string'],
  ['step_state', 'string'],
  ['step_seconds', 'double'],
  ['measurement', 'string'],
  ['value', 'double'],
  ['unit', 'string'],
  ['min', 'double'],
  ['max', 'double'],
  ['verdict', 'string'],
  ['criteria', 'string'],
  ['criteria_date', 'string'],
];

export function exportRows(record: RunRecord): ExportRow[] {
  return record.steps.flatMap((step) =>
    step.results.flatMap(({ module: index, measurements, criteria }) => {
      const module = record.modules.find((one) => one.index === index);
      return measurements.map(
        ({ name, value, unit, min, max, verdict }): ExportRow => ({
          run: record.run,
          title: record.title,
          sequence: record.sequence.name,
          station: record.station.id,
          simulated: record.station.simulated,
          operator: record.operator,
          started: iso(record.started)!,
          ended: iso(record.ended),
          run_verdict: record.verdict,
          module: module?.name ?? index,
          serial_number: module?.serialNumber ?? null,
          module_verdict: module?.verdict ?? 'NONE',
          step: step.step,
          calibration: step.calibration,
          step_state: step.state,
          step_seconds:
            step.started === undefined || step.ended === undefined
              ? null
              : (step.ended - step.started) / 1000,
          measurement: name,
          value: value ?? null,
          unit,
          min: min ?? null,
          max: max ?? null,
          verdict,
          criteria: criteria?.name ?? null,
          criteria_date: criteria?.date ?? null,
        }),
      );
    }),
  );
}

function iso(t: number | undefined): string | null {
  return t === undefined ? null : new Date(t).toISOString();
}
