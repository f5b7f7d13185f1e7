import { type HeaderPattern, headerPattern, matchHeader } from './header.ts';
import { parseMessage, type ScpiUnit } from './message.ts';
import { scpiError, scpiErrorTexts } from './values.ts';

/** What a command comes to: a reply, the number of an error, or nothing to say. */
export type Outcome = string | number | undefined;

/** `arguments_` as they were given, `numbers` behind the header's numbered keywords. */
export type Handler = (arguments_: readonly string[], numbers: readonly number[]) => Outcome;

/** Header as the manual prints it → what it does; a `?` at its end makes it the query. */
export type CommandTable = Readonly<Record<string, Handler>>;

interface ScpiOptions {
  identity: () => string;
  commands: CommandTable;
  /** Back to what `*RST` promises. */
  reset: () => void;
  /** What `*CLS` clears beside errors and events. */
  clear?: () => void;
  errorTexts?: Readonly<Record<number, string>>;
  errorQueue?: number;
  /** How the instrument prints the number of an error: some put a plus before it. */
  printError?: (code: number) => string;
  /** Bits of the status byte that the instrument itself knows of. */
  statusByte?: () => number;
}

/** The part that all SCPI instruments share: headers, chains, the error queue, and the registers of IEEE 488.2. */
export class ScpiInterpreter {
  readonly #options: ScpiOptions;
  readonly #commands: { pattern: HeaderPattern; handler: Handler }[];
  readonly #errors: number[] = [];
  // Power-on, as after being switched on.
  #eventStatus = 0x80;
  #eventEnable = 0;
  #serviceEnable = 0;

  constructor(options: ScpiOptions) {
    this.#options = options;
    const all: CommandTable = { ...this.#common(), ...options.commands };
    this.#commands = Object.entries(all).map(([header, handler]) => ({
      pattern: headerPattern(header),
      handler,
    }));
  }

  /** Carries out one message; the replies of its queries, joined, or undefined when it asked nothing. */
  execute(message: string): string | undefined {
    const replies: string[] = [];
    let branch: readonly string[] = [];
    for (const unit of parseMessage(message)) {
      const { outcome, path } = this.#run(unit, branch);
      if (typeof outcome === 'number') {
        this.fail(outcome);
        // What stands behind a command that is not understood is not carried out.
        if (outcome === scpiError.undefinedHeader) break;
      } else if (outcome !== undefined) replies.push(outcome);
      if (!unit.path[0]?.startsWith('*')) branch = path.slice(0, -1);
    }
    return replies.length > 0 ? replies.join(';') : undefined;
  }

  /** Puts an error into the queue and its kind into the event status. */
  fail(code: number): void {
    const full = this.#errors.length >= (this.#options.errorQueue ?? 10);
    if (full) this.#errors[this.#errors.length - 1] = scpiError.queueOverflow;
    else this.#errors.push(code);
    // Command errors are −1xx, execution errors −2xx and an instrument's own, device errors −3xx.
    this.#eventStatus |= code <= -100 && code > -200 ? 0x20 : code <= -300 && code > -400 ? 0x08 : 0x10;
  }

  clear(): void {
    this.#errors.length = 0;
    this.#eventStatus = 0;
    this.#options.clear?.();
  }

  nextError(): string {
    return this.#printError(this.#errors.shift() ?? 0);
  }

  get errorCount(): number {
    return this.#errors.length;
  }

  #run(unit: ScpiUnit, branch: readonly string[]): { outcome: Outcome; path: readonly string[] } {
    const tries = unit.absolute ? [unit.path] : [[...branch, ...unit.path], unit.path];
    for (const path of tries)
      for (const { pattern, handler } of this.#commands) {
        if (pattern.query !== unit.query) continue;
        const numbers = matchHeader(pattern, path);
        if (numbers) return { outcome: handler(unit.arguments, numbers), path };
      }
    return { outcome: scpiError.undefinedHeader, path: unit.path };
  }

  #common(): CommandTable {
    const register = (read: () => number, write: (value: number) => void): [Handler, Handler] => [
      ([argument]) => {
        const value = Number(argument);
        if (!Number.isInteger(value) || value < 0 || value > 255) return scpiError.dataOutOfRange;
        write(value);
        return undefined;
      },
      () => String(read()),
    ];
    const [writeEvent, readEvent] = register(
      () => this.#eventEnable,
      (value) => {
        this.#eventEnable = value;
      },
    );
    const [writeService, readService] = register(
      () => this.#serviceEnable,
      (value) => {
        this.#serviceEnable = value;
      },
    );
    return {
      '*IDN?': () => this.#options.identity(),
      '*RST': () => {
        this.#options.reset();
        return undefined;
      },
      '*CLS': () => {
        this.clear();
        return undefined;
      },
      '*OPC': () => {
        this.#eventStatus |= 0x01;
        return undefined;
      },
      '*OPC?': () => '1',
      '*WAI': () => undefined,
      '*TST?': () => '0',
      '*TRG': () => undefined,
      '*OPT?': () => '0',
      '*SAV': () => undefined,
      '*ESE': writeEvent,
      '*ESE?': readEvent,
      '*SRE': writeService,
      '*SRE?': readService,
      '*ESR?': () => {
        const value = this.#eventStatus;
        this.#eventStatus = 0;
        return String(value);
      },
      '*STB?': () => String(this.#statusByte()),
      ':SYSTem:ERRor[:NEXT]?': () => this.nextError(),
      ':SYSTem:ERRor:COUNt?': () => String(this.errorCount),
      ':SYSTem:ERRor:ALL?': () => {
        const all = this.#errors.splice(0).map((code) => this.#printError(code));
        return all.length > 0 ? all.join(',') : this.#printError(0);
      },
      ':SYSTem:CLEar': () => {
        this.#errors.length = 0;
        return undefined;
      },
      ':SYSTem:VERSion?': () => '1996.0',
    };
  }

  #statusByte(): number {
    const own = this.#options.statusByte?.() ?? 0;
    const events = (this.#eventStatus & this.#eventEnable) !== 0 ? 0x20 : 0;
    const errors = this.#errors.length > 0 ? 0x04 : 0;
    const summary = own | events | errors;
    return summary | ((summary & this.#serviceEnable) !== 0 ? 0x40 : 0);
  }

  #printError(code: number): string {
    const text = this.#options.errorTexts?.[code] ?? scpiErrorTexts[code] ?? 'Unknown error';
    return `${this.#options.printError?.(code) ?? code},"${text}"`;
  }
}
