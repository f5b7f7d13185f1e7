import type { EpochMs, Seconds } from '../../base/units.ts';
import type { Limits } from '../measurement.ts';
import type { Json, JsonObject } from '../reading/tree.ts';
import type { ScriptInfo } from '../script.ts';

/**
 * What a site's own module exports, each under the id that scripts call it by: a function, or an object that says more
 * about itself. Everything else that it exports is left alone.
 */
export type CheckItem = CheckFunction | CheckDeclaration;

/** Without a return value its measurements decide. With neither the item is INC: a check that shows nothing passes nothing. */
export type CheckFunction = (check: Check) => CheckResult | Promise<CheckResult>;
// biome-ignore lint/suspicious/noConfusingVoidType: an item that returns nothing is the common case.
export type CheckResult = 'PASS' | 'FAIL' | 'INC' | undefined | void;

export interface CheckDeclaration {
  title?: string;
  /** Checked before the run. Without it any arguments are taken. */
  arguments?: Readonly<Record<string, ArgumentDeclaration>>;
  run: CheckFunction;
}

export interface ArgumentDeclaration {
  type: 'number' | 'string' | 'boolean' | 'object' | 'list';
  required?: boolean;
  /** Of a number, inclusive. */
  min?: number;
  max?: number;
  choices?: readonly (string | number)[];
}

/** What an item is handed. Readings only: nothing here writes to an instrument. */
export interface Check {
  readonly id: string;
  readonly args: JsonObject;
  /** The item as the script has it, with every key of its own. */
  readonly item: JsonObject;
  /** Of its module. */
  readonly options: JsonObject;
  readonly info: ScriptInfo;
  /** Under test in this run. */
  readonly modules: readonly { name: string; serialNumber?: string }[];
  /** What `start` of the site's own drivers gave, in the order of the script. */
  readonly drivers: readonly unknown[];
  /** Fires when the time is over or the run is stopped; whatever waits should listen. */
  readonly signal: AbortSignal;

  /** Judges and records one value; the answer is false when it fails. A name may be used once an item. */
  measure(name: string, value: number | boolean | string, limits?: Limits): boolean;
  /** Chooses the entry of the item's `fail` list that the operator sees when the item does not pass, by position or fid. */
  failed(entry: number | string): void;
  /** Up to five for a record, to find it by. */
  key(name: string, value: string | number): void;
  /** Any data beside the measurements. */
  blob(name: string, data: Json): void;
  /** A line for the operator and the record. */
  message(text: string): void;
  /** Waits for the operator. Throws when nobody answers in time, and the item cannot pass any more. */
  ask(question: Question): Promise<Answer>;
  /** The station, read now. */
  read(): Promise<readonly StationReading[]>;
  /** In station time; ends early with an error when the signal fires. */
  sleep(seconds: Seconds): Promise<void>;
}

/** With choices: buttons. Without: a line of text. */
export interface Question {
  text: string;
  choices?: readonly string[];
  /** RE2 syntax; a line that it does not match as a whole is asked for again. */
  pattern?: string;
  /** What an answer may look like, shown where it is typed until something is. */
  placeholder?: string;
  /** Default: until the item's own time is over. */
  timeout?: Seconds;
}

export interface Answer {
  /** Position among the choices. */
  choice?: number;
  text: string;
}

/** One thing that the station can tell. */
export interface StationReading {
  /** `hv_1:1 voltage`, `lv_1:2 output`, `cb:1 humidity`, `ab_1 temperature`. */
  name: string;
  /** null: it should be there, and could not be read. */
  value: number | boolean | string | null;
  unit: string;
  time: EpochMs;
  /** Why it could not be read. */
  problem?: string;
}

/** A site's own driver exports `start`. It runs beside the checks, in their thread. */
export interface DriverModule {
  start(args: Json | undefined, signal: AbortSignal): StartedDriver | Promise<StartedDriver>;
}

export interface StartedDriver {
  /** How many jigs it serves; 0 or absent: shared, it does not say. */
  channels?: number;
  close?(): void | Promise<void>;
  readonly [more: string]: unknown;
}
