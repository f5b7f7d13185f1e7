import type { Problem } from '../../base/errors.ts';
import type { Celsius, EpochMs, Seconds } from '../../base/units.ts';
import type { IVPoint } from '../../calibrations/breakdown.ts';
import type { JournalLine } from '../../journal/event.ts';
import type { ModuleRecord, RunRecord } from '../../journal/record.ts';
import type { ReadoutObject } from '../readout/readout.ts';
import type { SldoCurve } from './sldoCurve.ts';

/** A run with the contents of its files, read once; all views of it are made from this. */
export interface RunData {
  /** Absolute. */
  directory: string;
  record: RunRecord;
  lines: readonly JournalLine[];
  modules: readonly ModuleData[];
  /** Readout files of a run of several modules that name none of them. */
  shared: readonly ReadoutFile[];
  /** What could not be read; the rest is shown all the same. */
  problems: readonly Problem[];
}

export interface ModuleData {
  module: ModuleRecord;
  iv: readonly IVCurve[];
  sldo: readonly SldoResult[];
  readout: readonly ReadoutFile[];
}

export interface IVCurve {
  step: number;
  /** Relative to the run directory. */
  file: string;
  points: readonly IVPoint[];
  /** When each point was measured, station seconds since the step began; absent: the file does not tell. */
  seconds?: readonly Seconds[];
  temperature?: Celsius;
  /** When it was measured. */
  t: EpochMs;
}

export interface SldoResult extends SldoCurve {
  step: number;
  file: string;
}

export interface ReadoutFile {
  step: number;
  calibration: string;
  file: string;
  objects: readonly ReadoutObject[];
}
