// What a check of your own is handed, for editors: /** @type {import('./check.d.ts').CheckDeclaration} */
// docs/sequences.md, "Checks of your own", explains it. Baton keeps this file in step with itself; write nothing into it.

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

export type CheckItem = CheckFunction | CheckDeclaration;
export type CheckFunction = (check: Check) => CheckResult | Promise<CheckResult>;
// biome-ignore lint/suspicious/noConfusingVoidType: an item that returns nothing is the common case.
export type CheckResult = 'PASS' | 'FAIL' | 'INC' | undefined | void;

export interface CheckDeclaration {
  title?: string;
  arguments?: Readonly<Record<string, ArgumentDeclaration>>;
  run: CheckFunction;
}

export interface ArgumentDeclaration {
  type: 'number' | 'string' | 'boolean' | 'object' | 'list';
  required?: boolean;
  min?: number;
  max?: number;
  choices?: readonly (string | number)[];
}

export interface Check {
  readonly id: string;
  readonly args: JsonObject;
  readonly item: JsonObject;
  readonly options: JsonObject;
  readonly info: { product: string; bom: string; lot: string; location: string; config?: string };
  readonly modules: readonly { name: string; serialNumber?: string }[];
  readonly drivers: readonly unknown[];
  readonly signal: AbortSignal;
  measure(name: string, value: number | boolean | string, limits?: Limits): boolean;
  failed(entry: number | string): void;
  key(name: string, value: string | number): void;
  blob(name: string, data: Json): void;
  message(text: string): void;
  ask(question: Question): Promise<Answer>;
  read(): Promise<readonly StationReading[]>;
  /** Station time, in seconds. */
  sleep(seconds: number): Promise<void>;
}

export interface Limits {
  min?: number | null;
  max?: number | null;
  unit?: string;
}

export interface Question {
  text: string;
  choices?: readonly string[];
  pattern?: string;
  placeholder?: string;
  /** Seconds. */
  timeout?: number;
}

export interface Answer {
  choice?: number;
  text: string;
}

export interface StationReading {
  name: string;
  value: number | boolean | string | null;
  unit: string;
  /** Milliseconds since 1970. */
  time: number;
  problem?: string;
}
