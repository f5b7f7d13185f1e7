import type { RunRecord, StepRecord, StepResult } from '../../journal/record.ts';

/**
 * One row a measurement, each column of one type, no cell holding a list: what CSV, data frames and Parquet all take.
 * A value that is not there is null, never 0 and never an empty text. A step that measured nothing of a module stands in
 * a row without a measurement, and so does a run without a step: what was not measured should not look as if it had
 * never been tried.
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
  step: number | null;
  calibration: string | null;
  step_state: string | null;
  step_seconds: number | null;
  measurement: string | null;
  value: number | null;
  unit: string | null;
  min: number | null;
  max: number | null;
  verdict: string | null;
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
  if (record.steps.length === 0)
    return record.modules.map((module) => ({ ...runCells(record, module), ...noStep }));
  return record.steps.flatMap((step) =>
    record.modules.flatMap((module) => {
      const cells = { ...runCells(record, module), ...stepCells(step) };
      const rows = measurementCells(step.results.find((result) => result.module === module.index));
      return rows.map((row) => ({ ...cells, ...row }));
    }),
  );
}

function runCells(record: RunRecord, module: RunRecord['modules'][number]) {
  return {
    run: record.run,
    title: record.title,
    sequence: record.sequence.name,
    station: record.station.id,
    simulated: record.station.simulated,
    operator: record.operator,
    started: iso(record.started)!,
    ended: iso(record.ended),
    run_verdict: record.verdict,
    module: module.name,
    serial_number: module.serialNumber ?? null,
    module_verdict: module.verdict,
  };
}

function stepCells({ step, calibration, state, started, ended }: StepRecord) {
  return {
    step,
    calibration,
    step_state: state,
    step_seconds: started === undefined || ended === undefined ? null : (ended - started) / 1000,
  };
}

function measurementCells({ measurements = [], criteria }: Partial<StepResult> = {}) {
  if (measurements.length === 0) return [noMeasurement];
  return measurements.map(({ name, value, unit, min, max, verdict }) => ({
    measurement: name,
    value: value ?? null,
    unit,
    min: min ?? null,
    max: max ?? null,
    verdict,
    criteria: criteria?.name ?? null,
    criteria_date: criteria?.date ?? null,
  }));
}

const noMeasurement = {
  measurement: null,
  value: null,
  unit: null,
  min: null,
  max: null,
  verdict: null,
  criteria: null,
  criteria_date: null,
};

const noStep = { step: null, calibration: null, step_state: null, step_seconds: null, ...noMeasurement };

function iso(t: number | undefined): string | null {
  return t === undefined ? null : new Date(t).toISOString();
}
