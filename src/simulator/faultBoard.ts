import type { Volts } from '../base/units.ts';
import type { StationClock } from './clock.ts';
import type { Fault, FaultName, FaultParameters } from './faults.ts';

/** What a part of the station is, when it asks whether something is wrong with it. */
interface FaultTarget {
  instrument?: string;
  channel?: number;
  module?: string;
}

interface Armed {
  id: number;
  fault: Fault;
  commands: number;
  biasPassed: boolean;
  timePassed: boolean;
  active: boolean;
  /** Commands that it still lasts for. */
  left: number;
  timers: NodeJS.Timeout[];
}

/** Faults that are set, with what each still waits for. Parts of the station look here before they act. */
export class FaultBoard {
  readonly #clock: StationClock;
  readonly #armed = new Map<number, Armed>();
  readonly #listeners: ((fault: Fault, active: boolean) => void)[] = [];
  #lastId = 0;

  constructor(clock: StationClock) {
    this.#clock = clock;
  }

  /** Told whenever a fault begins or ends. */
  onChange(listener: (fault: Fault, active: boolean) => void): void {
    this.#listeners.push(listener);
  }

  /** Answers with the number that ends it. */
  set(fault: Fault): number {
    this.#lastId += 1;
    const armed: Armed = {
      id: this.#lastId,
      fault,
      commands: 0,
      biasPassed: fault.window.bias === undefined,
      timePassed: fault.window.at === undefined,
      active: false,
      left: fault.window.count ?? Number.POSITIVE_INFINITY,
      timers: [],
    };
    this.#armed.set(armed.id, armed);
    if (fault.window.at !== undefined)
      this.#later(armed, fault.window.at, () => {
        armed.timePassed = true;
        this.#begin(armed);
      });
    this.#begin(armed);
    return armed.id;
  }

  /** Ends the fault of that number, or all of a kind. Answers how many there were. */
  end(which: number | string): number {
    const found = [...this.#armed.values()].filter((a) => a.id === which || a.fault.kind === which);
    for (const armed of found) this.#end(armed);
    return found.length;
  }

  list(): { id: number; fault: string; active: boolean }[] {
    return [...this.#armed.values()].map(({ id, fault, active }) => ({ id, fault: fault.text, active }));
  }

  /** The parameters of the fault of this kind that is now wrong with the target. */
  find<K extends FaultName>(kind: K, target: FaultTarget): FaultParameters<K> | undefined {
    return this.findAll(kind, target)[0];
  }

  findAll<K extends FaultName>(kind: K, target: FaultTarget): FaultParameters<K>[] {
    return [...this.#armed.values()]
      .filter((a) => a.active && a.fault.kind === kind && concerns(a.fault, target))
      .map((a) => a.fault.parameters as FaultParameters<K>);
  }

  /** An instrument received a command: faults wait for that, and some last for so many. */
  commandArrived(instrument: string): void {
    for (const armed of [...this.#armed.values()]) {
      if (!concerns(armed.fault, { instrument })) continue;
      if (armed.active) {
        armed.left -= 1;
        if (armed.left < 0) this.#end(armed);
      } else {
        armed.commands += 1;
        this.#begin(armed);
        if (armed.active) armed.left -= 1;
      }
    }
  }

  biasIs(bias: Volts): void {
    for (const armed of [...this.#armed.values()]) {
      if (armed.biasPassed || Math.abs(bias) < Math.abs(armed.fault.window.bias ?? 0)) continue;
      armed.biasPassed = true;
      this.#begin(armed);
    }
  }

  close(): void {
    for (const { timers } of this.#armed.values()) for (const timer of timers) clearTimeout(timer);
    this.#armed.clear();
  }

  #begin(armed: Armed): void {
    const { after, for: lasts } = armed.fault.window;
    if (armed.active || !armed.biasPassed || !armed.timePassed || armed.commands < (after ?? 0)) return;
    armed.active = true;
    if (lasts !== undefined) this.#later(armed, lasts, () => this.#end(armed));
    for (const listener of this.#listeners) listener(armed.fault, true);
  }

  #end(armed: Armed): void {
    if (!this.#armed.delete(armed.id)) return;
    for (const timer of armed.timers) clearTimeout(timer);
    if (!armed.active) return;
    armed.active = false;
    for (const listener of this.#listeners) listener(armed.fault, false);
  }

  #later(armed: Armed, seconds: number, then: () => void): void {
    // A longer time than a timer can hold would fire at once.
    const ms = Math.min(this.#clock.pace.realMs(seconds), 2 ** 31 - 1);
    armed.timers.push(setTimeout(then, ms).unref());
  }
}

/** A parameter that the fault leaves out, or that the target is not asked about, rules nothing out. */
function concerns(fault: Fault, target: FaultTarget): boolean {
  const given = fault.parameters as Readonly<Record<string, unknown>>;
  return (['instrument', 'channel', 'module'] as const).every(
    (key) => given[key] === undefined || target[key] === undefined || given[key] === target[key],
  );
}
