import { closeSync, openSync, renameSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeFolder } from '../base/makeFolder.ts';

type WitnessKind =
  | 'client'
  | 'command'
  | 'setpoint'
  | 'output'
  | 'bias'
  | 'trip'
  | 'fault'
  /** Of a plate of a coldbox: what it is set to, and whether its cooler is on. */
  | 'temperature'
  | 'cooling';

/** One line of witness.jsonl. */
export interface WitnessEvent {
  /** Wall-clock milliseconds since 1970. */
  t: number;
  instrument: string;
  channel?: number;
  kind: WitnessKind;
  value: string | number | boolean;
}

/** What parts of the station tell of what happens to them. */
export interface Observer {
  saw(instrument: string, kind: WitnessKind, value: string | number | boolean, channel?: number): void;
}

/**
 * What really happened at the station, whatever any client says of it: one JSON object a line, in order, each handed
 * to the system before the next thing happens, so that a SIGKILL of the station loses nothing of it.
 */
export class Witness implements Observer {
  readonly path: string;
  #file: number | undefined;

  constructor(path: string) {
    makeFolder(dirname(path), 0o700);
    keepEarlier(path);
    this.path = path;
    this.#file = openSync(path, 'a', 0o600);
  }

  saw(instrument: string, kind: WitnessKind, value: string | number | boolean, channel?: number): void {
    if (this.#file === undefined) return;
    const event: WitnessEvent = { t: Date.now(), instrument, ...(channel ? { channel } : {}), kind, value };
    writeSync(this.#file, `${JSON.stringify(event)}\n`);
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }
}

/** A log is of one station: that of an earlier one in the same folder is kept under the time of its last line. */
function keepEarlier(path: string): void {
  const earlier = statSync(path, { throwIfNoEntry: false });
  if (!earlier || earlier.size === 0) return;
  const time = earlier.mtime.toISOString().replace(/[-:.]/g, '');
  renameSync(path, path.replace(/(\.jsonl)?$/, `-${time}$1`));
}
