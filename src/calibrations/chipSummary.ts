import type { Problem } from '../base/errors.ts';
import type { Module } from '../station/station.ts';
import type { ModuleResults, StepFiles } from './category.ts';

type Values = ModuleResults['values'];
type ChipEntry = Readonly<Record<string, unknown>>;

/** Numbers of one chip, by the end of their name: `threshold_mean` becomes `chip12_threshold_mean`. */
type ChipNumbers = (chip: ChipEntry) => Readonly<Record<string, { value: number | undefined; unit: string }>>;

/**
 * Reads the summary that a calibration of the read-out chips leaves: a JSON file with `modules.<index>.chips.<id>`
 * (docs/results.md). Without one the numbers are not measured; with one that is cut short the step is not done.
 */
export function chipSummaryReader(numbers: ChipNumbers) {
  return async (files: StepFiles, module: Module): Promise<ModuleResults> => {
    for (const name of files.names.filter((one) => /^[^/]*\.json$/.test(one) && !/_maps\.json$/.test(one))) {
      let json: unknown;
      try {
        json = JSON.parse(await files.read(name));
      } catch {
        return { values: {}, problems: [cutShort(name)] };
      }
      const chips = chipsOf(json, module);
      if (chips) return { values: valuesOf(chips, module, numbers), problems: [] };
    }
    return { values: {}, problems: [] };
  };
}

function chipsOf(json: unknown, { index, name }: Module): Record<string, ChipEntry> | undefined {
  const modules = (json as { modules?: Record<string, { chips?: Record<string, ChipEntry> }> } | null)
    ?.modules;
  return (modules?.[index] ?? modules?.[name])?.chips;
}

function valuesOf(chips: Record<string, ChipEntry>, module: Module, numbers: ChipNumbers): Values {
  const values: Record<string, Values[string]> = {};
  // A chip that the summary leaves out was not measured: without these it would not be missed, and the others pass.
  for (const id of module.chips.filter((one) => !Object.hasOwn(chips, one))) {
    values[`chip${id}_answers`] = { value: undefined, unit: '' };
    for (const [name, value] of Object.entries(numbers({}))) values[`chip${id}_${name}`] = value;
  }
  for (const [id, chip] of Object.entries(chips)) {
    values[`chip${id}_answers`] = { value: yesOrNo(chip.answers), unit: '' };
    for (const [name, value] of Object.entries(numbers(chip))) values[`chip${id}_${name}`] = value;
  }
  return values;
}

/** Only a plain yes is one. */
function yesOrNo(value: unknown): 0 | 1 | undefined {
  return value === true ? 1 : value === false ? 0 : undefined;
}

/** A number some levels down; undefined when it is not there or is no number. */
export function numberAt(entry: ChipEntry, ...path: readonly string[]): number | undefined {
  let value: unknown = entry;
  for (const key of path) value = (value as Record<string, unknown> | undefined)?.[key];
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

function cutShort(file: string): Problem {
  return {
    code: 'E4314',
    where: { file },
    what: 'this summary is no whole JSON: it was cut short.',
    remedy: 'The file is kept as it is; the step counts as not done. Run it again.',
  };
}
