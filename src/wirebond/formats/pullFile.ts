import type { Place, Problem } from '../../base/errors.ts';
import type { BreakMode } from '../breakMode.ts';
import type { BondLocation } from './location.ts';

/** A pull file as text, under the name by which problems show it. */
export interface SourceText {
  file: string;
  text: string;
}

export type FormatName = 'dage' | 'delvotec' | 'three-columns';

/** What stands in a pull file, before the site's settings say what it means. */
export interface PullFile {
  format: FormatName;
  pulls: readonly RawPull[];
  /** What could not be read; with any error among them nothing of the file is used. */
  problems: readonly Problem[];
}

export interface RawPull {
  /** As the file counts it. */
  number: number;
  /** In the unit that the header names. */
  load: number;
  /** A machine's grade, which the site's table explains; or the break mode itself, where the file says it in words. */
  broke: { grade: string } | { mode: BreakMode };
  location?: BondLocation;
  /** The operator's free text, e.g. the bond row. */
  label?: string;
  place: Place;
  /** Shared by the pulls below one header. */
  header: PullHeader;
}

/** What a header says of the pulls below it. A field that is there and empty is left out. */
export interface PullHeader {
  component?: Field;
  unit?: Field;
  date?: Field;
  time?: Field;
  operator?: Field;
  instrument?: Field;
  testGroup?: Field;
  /** The highest load that the machine was set to reach, with its own unit. */
  highestLoad?: { load: number; unit: string; place: Place };
}

export interface Field {
  text: string;
  place: Place;
}

export interface FormatSettings {
  /** The user field of a DAGE header that holds the module's serial number. */
  serialNumberField: string;
}

/** One file format. It recognises a file by its own words, and reads it without knowing any site's settings but these. */
export interface PullFormat {
  name: FormatName;
  recognises(text: string): boolean;
  read(source: SourceText, settings: FormatSettings): PullFile;
}
