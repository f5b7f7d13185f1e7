import type { Measurement } from '../measurement.ts';
import type { Json, JsonObject } from '../reading/tree.ts';
import type { FailEntry, ScriptInfo } from '../script.ts';
import type { Answer, ArgumentDeclaration, Question, StationReading } from './checkModule.ts';

/** What the runner's thread says to the thread of the checks. One item runs at a time. */
export type ToChecks =
  | { do: 'start'; drivers: readonly { path: string; args?: Json }[] }
  | { do: 'describe'; path: string }
  | { do: 'run'; call: ItemCall }
  | { do: 'abort' }
  | { do: 'answer'; number: number; answer: Answer | { unanswered: string } }
  | { do: 'readings'; number: number; readings: readonly StationReading[] | { failed: string } }
  | { do: 'close' };

export interface ItemCall {
  /** Absolute path of the module. */
  path: string;
  id: string;
  args: JsonObject;
  item: JsonObject;
  options: JsonObject;
  fail: readonly FailEntry[];
  info: ScriptInfo;
  modules: readonly { name: string; serialNumber?: string }[];
  /** Real milliseconds in a station second. */
  msPerSecond: number;
}

/** What comes back. */
export type FromChecks =
  | { is: 'started'; channels: readonly number[] }
  | { is: 'described'; items: readonly ItemDescription[] }
  | { is: 'closed' }
  /** The last `do` could not be carried out. */
  | { is: 'refused'; why: string }
  /** The module is loaded and the item begins: its time counts from here. */
  | { is: 'running' }
  | { is: 'note'; note: ItemNote }
  | { is: 'question'; number: number; question: Question }
  | { is: 'wants readings'; number: number }
  | { is: 'returned'; result: 'PASS' | 'FAIL' | 'INC' | undefined }
  | { is: 'threw'; why: string }
  /** It did not go on after a question that nobody answered. */
  | { is: 'unanswered' };

/** What an item leaves in the record while it runs. */
export type ItemNote =
  | { kind: 'measurement'; measurement: Measurement }
  | { kind: 'message'; text: string }
  | { kind: 'key'; name: string; value: string }
  | { kind: 'blob'; name: string; data: Json }
  | { kind: 'fail'; entry: FailEntry }
  /** The interface was misused: the item cannot pass, even if it catches what was thrown. */
  | { kind: 'fault'; why: string };

export interface ItemDescription {
  id: string;
  title?: string;
  arguments?: Readonly<Record<string, ArgumentDeclaration>>;
}
