import type { Place, Problem } from '../base/errors.ts';
import type { EpochMs } from '../base/units.ts';
import type { BreakMode } from './breakMode.ts';
import type { BondLocation } from './formats/location.ts';
import type { FormatName } from './formats/pullFile.ts';
import type { Grams, LoadUnit } from './load.ts';
import type { DateOrder } from './settling/date.ts';
import type { GradeTable, WirebondSite } from './site.ts';

/** All pulls of one module in one file: what becomes one test run. */
export interface PullTest {
  file: string;
  /** Of the file as it lies on the disk. */
  sha256: string;
  format: FormatName;
  /** The module's place among those of the file, counted from 1. */
  position: number;
  /** How many modules the file holds. */
  of: number;
  /** Serial number. */
  component: string;
  pulls: readonly Pull[];
  /** The unit of the file; strengths here are in grams whatever it was. */
  unit: LoadUnit;
  /** Absent: the file says the break modes in words. */
  grades?: GradeTable;
  /** ISO 8601, UTC: of the first pull. Absent: it could not be told, and a question says so. */
  date?: string;
  operator?: string;
  instrument?: string;
  /** What was read and looks odd. */
  warnings: readonly Problem[];
}

export interface Pull {
  number: number;
  strength: Grams;
  mode: BreakMode;
  location: BondLocation;
  label?: string;
  place: Place;
}

/** The site's settings and what the operator said. What the operator said wins. */
export interface PullSettings {
  site: WirebondSite;
  now: EpochMs;
  component?: string | undefined;
  dateOrder?: DateOrder | undefined;
  /** For a file that names no unit. */
  unit?: LoadUnit | undefined;
  operator?: string | undefined;
  instrument?: string | undefined;
  /** `2025-03-01` or `2025-03-01 14:05`: instead of the file's date. */
  date?: string | undefined;
}

/**
 * Something that a file does not say and Baton does not guess. On a terminal it is asked; elsewhere its problem is
 * what the command ends with.
 */
export interface Question {
  about: 'dateOrder' | 'unit' | 'operator' | 'instrument' | 'date';
  problem: Problem;
}

/** One file, read. With an error among the problems nothing of it may be queued; with a question, not yet. */
export interface Reading {
  file: string;
  sha256: string;
  tests: readonly PullTest[];
  questions: readonly Question[];
  problems: readonly Problem[];
}
