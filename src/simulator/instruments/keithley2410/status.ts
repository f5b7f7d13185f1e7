import type { CommandTable } from '../../scpi/interpreter.ts';

/** Bits of the measurement event register [2400 manual, "Status structure"]. */
export const measurementEvent = { readingAvailable: 1 << 6, bufferFull: 1 << 9, compliance: 1 << 14 };

/** The measurement, questionable and operation registers. The last two never have anything to tell here. */
export class Status {
  readonly commands: CommandTable;
  #events = 0;
  #measurementEnable = 0;

  constructor(limiting: () => boolean, nextError: () => string, clearErrors: () => void) {
    const measured = () => this.#events | (limiting() ? measurementEvent.compliance : 0);
    const nothing = () => undefined;
    this.commands = {
      ':STATus:PRESet': () => {
        this.#measurementEnable = 0;
        return undefined;
      },
      ':STATus:MEASurement[:EVENt]?': () => {
        const value = measured();
        this.#events = 0;
        return String(value);
      },
      ':STATus:MEASurement:CONDition?': () => String(limiting() ? measurementEvent.compliance : 0),
      ':STATus:MEASurement:ENABle': ([mask]) => {
        this.#measurementEnable = Math.trunc(Number(mask)) || 0;
        return undefined;
      },
      ':STATus:MEASurement:ENABle?': () => String(this.#measurementEnable),
      ...quietRegister('QUEStionable'),
      ...quietRegister('OPERation'),
      ':STATus:QUEue[:NEXT]?': nextError,
      ':STATus:QUEue:CLEar': () => {
        clearErrors();
        return undefined;
      },
      ':STATus:QUEue:ENABle': nothing,
      ':STATus:QUEue:DISable': nothing,
    };
  }

  happened(event: number): void {
    this.#events |= event;
  }

  clear(): void {
    this.#events = 0;
  }

  /** Of the status byte: bit 0 when an event that is enabled has happened. */
  get summary(): number {
    return (this.#events & this.#measurementEnable) !== 0 ? 1 : 0;
  }
}

function quietRegister(name: string): CommandTable {
  let enabled = 0;
  return {
    [`:STATus:${name}[:EVENt]?`]: () => '0',
    [`:STATus:${name}:CONDition?`]: () => '0',
    [`:STATus:${name}:ENABle`]: ([mask]) => {
      enabled = Math.trunc(Number(mask)) || 0;
      return undefined;
    },
    [`:STATus:${name}:ENABle?`]: () => String(enabled),
  };
}
