import type { EpochMs, Volts } from '../../base/units.ts';
import type { Verdict } from '../../base/verdict.ts';

/** A finished run, as far as the database is concerned. Who knows the record fills it in. */
export interface RunForUpload {
  runId: string;
  /** Under which its results stand together in the database. */
  title: string;
  station: string;
  /** Any instrument of it was simulated: rule 11. */
  simulated: boolean;
  operator: string;
  /** Versions and the like, for the property that names the analysis. */
  software: string;
  /** Code of the institution; undefined: where the module is. */
  institution?: string | undefined;
  modules: readonly ModuleForUpload[];
  /** Nobody has confirmed that these are the modules that were measured. */
  unconfirmed?: true;
  /** Names of the modules that have results and no serial number: nobody could say whose they are. */
  unnumbered: readonly string[];
}

export interface ModuleForUpload {
  serialNumber: string;
  steps: readonly StepForUpload[];
}

export interface StepForUpload {
  /** Position in the sequence, counted from 1. */
  index: number;
  /** How many steps the sequence has. */
  count: number;
  calibration: string;
  verdict: Verdict;
  ended: EpochMs;
  /** That this step found, and no other: none found and unknown are not the same. */
  breakdown?: { found: 'none' } | { found: 'at'; voltage: Volts } | { found: 'unknown' } | undefined;
  /** By the names that the criteria use; chips as `chip12_threshold_mean`. */
  measurements: Readonly<Record<string, Quantity>>;
  /** Columns of the step's table, such as `voltage`, `current`, `temperature`. */
  curves: Readonly<Record<string, Curve>>;
  /** Absolute paths of the artefacts. */
  files: readonly { path: string; title: string }[];
  /** Why its files are not those that were judged: one is gone, or was changed. */
  damage?: string | undefined;
}

export interface Quantity {
  value: number | undefined;
  unit: string;
}

export interface Curve {
  values: readonly (number | null)[];
  unit: string;
}
