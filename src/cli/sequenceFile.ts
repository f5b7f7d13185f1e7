import { join, resolve } from 'node:path';
import { BatonError } from '../base/errors.ts';
import { catalogue } from '../calibrations/catalogue.ts';
import { type LoadedScript, loadSequenceScript } from '../scripts/loadSequenceScript.ts';
import type { SequenceScript } from '../scripts/script.ts';
import { sequencePath } from '../scripts/sequenceFiles.ts';
import type { SequenceElement } from '../sequence/step.ts';

/** The catalogue as scripts are checked against it. */
export const scriptCatalogue = {
  calibrations: [...catalogue.keys()],
  tuning: [...catalogue.values()].filter(({ calibration }) => calibration.tuning).map(({ name }) => name),
};

/** A sequence by its name in config/sequences, or by the path of a script. */
export async function sequenceOf(
  name: string,
  config: string,
  set: readonly string[] = [],
): Promise<LoadedScript> {
  return loadSequenceScript(await scriptPath(name, config), {
    set: substitutions(set),
    catalogue: scriptCatalogue,
  });
}

export async function scriptPath(name: string, config: string): Promise<string> {
  return name.endsWith('.scr') || name.includes('/')
    ? resolve(name)
    : sequencePath(join(config, 'sequences'), name);
}

/** `Name=value` pairs. */
export function substitutions(set: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    set.map((pair) => {
      const at = pair.indexOf('=');
      if (at > 0) return [pair.slice(0, at), pair.slice(at + 1)];
      throw new BatonError({
        code: 'E1003',
        what: `"${pair}" sets nothing.`,
        remedy: 'Write --set Name=value.',
      });
    }),
  );
}

/** The calibrations of a script as elements of a sequence. */
export function elementsOf(script: SequenceScript): SequenceElement[] {
  return script.calibrations.map(({ id, options, tuning, instruments, timeout, where }) => ({
    command: id,
    args: options,
    ...(tuning === undefined ? {} : { tuning }),
    instruments,
    ...(timeout === undefined ? {} : { timeLimit: timeout }),
    where,
  }));
}
