import { parseArgsStringToArgv } from 'string-argv';
import { BatonError } from '../base/errors.ts';

/** One element of a sequence: a calibration with its own arguments. */
export interface CalibrationCommand {
  calibration: string;
  /** Sub-flags as they go behind the calibration's name. */
  args: readonly string[];
}

/**
 * Reads `iv_curve -f -80 -w`. Quotes group words as in a shell; nothing is expanded, and no shell ever sees it.
 *
 * @throws E4001 nothing in it.
 */
export function parseCommand(text: string): CalibrationCommand {
  const [calibration, ...args] = parseArgsStringToArgv(text);
  if (!calibration) {
    throw new BatonError({
      code: 'E4001',
      what: 'an element of the calibration list is empty.',
      remedy:
        'Write the name of a calibration, with its arguments behind it; `baton calibrations` lists them.',
    });
  }
  return { calibration, args };
}

/** The value of an option in any of its spellings: `-f -80`, `--max-voltage -80`, `--max-voltage=-80`. The last one counts. */
export function optionValue(args: readonly string[], ...names: readonly string[]): string | undefined {
  let value: string | undefined;
  for (let i = 0; i < args.length; i++) {
    const word = args[i]!;
    for (const name of names) {
      if (word === name) value = args[i + 1];
      else if (name.startsWith('--') && word.startsWith(`${name}=`)) value = word.slice(name.length + 1);
      else if (!name.startsWith('--') && word.startsWith(name) && word.length > name.length)
        value = word.slice(name.length);
    }
  }
  return value;
}
