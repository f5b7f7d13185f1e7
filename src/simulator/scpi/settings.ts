import type { CommandTable } from './interpreter.ts';
import {
  exponential,
  type NumberLimits,
  type Read,
  readBoolean,
  readNumber,
  readWord,
  scpiError,
} from './values.ts';

/** Settings that an instrument keeps, each with its command and its query, all put back by a reset. */
export class Settings {
  readonly commands: Record<string, CommandTable[string]> = {};
  readonly #resets: (() => void)[] = [];

  /** A number; its query takes MIN and MAX too. */
  number(
    header: string,
    limits: NumberLimits & { default: number },
    options: { print?: (value: number) => string; changed?: (value: number) => number | undefined } = {},
  ): { value: number } {
    const print = options.print ?? ((value) => exponential(value, 6));
    const setting = this.#keep(
      header,
      limits.default,
      (argument) => readNumber(argument, limits),
      print,
      options.changed,
    );
    const plain = this.commands[`${header}?`]!;
    this.commands[`${header}?`] = (args, numbers) => {
      if (args[0] === undefined) return plain(args, numbers);
      const read = readNumber(args[0], limits);
      return 'error' in read ? read.error : print(read.value);
    };
    return setting;
  }

  boolean(
    header: string,
    initial: boolean,
    changed?: (value: boolean) => number | undefined,
  ): { value: boolean } {
    return this.#keep(header, initial, readBoolean, (value) => (value ? '1' : '0'), changed);
  }

  /** One of some words, written as in the manual; the query answers with the short form. */
  word(
    header: string,
    words: readonly string[],
    initial: string,
    changed?: (value: string) => number | undefined,
  ): { value: string } {
    return this.#keep(
      header,
      initial,
      (argument) => readWord(argument, words),
      (value) => value,
      changed,
    );
  }

  reset(): void {
    for (const reset of this.#resets) reset();
  }

  #keep<T>(
    header: string,
    initial: T,
    read: (argument: string | undefined) => Read<T>,
    print: (value: T) => string,
    changed: (value: T) => number | undefined = () => undefined,
  ): { value: T } {
    const setting = { value: initial };
    this.#resets.push(() => {
      setting.value = initial;
    });
    this.commands[header] = (args) => {
      if (args.length > 1) return scpiError.parameterNotAllowed;
      const given = read(args[0]);
      if ('error' in given) return given.error;
      const before = setting.value;
      setting.value = given.value;
      const error = changed(given.value);
      if (error !== undefined) setting.value = before;
      return error;
    };
    this.commands[`${header}?`] = () => print(setting.value);
    return setting;
  }
}
