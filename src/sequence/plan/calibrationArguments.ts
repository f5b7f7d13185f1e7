import { BatonError, type Problem } from '../../base/errors.ts';
import type { CatalogueEntry } from '../../calibrations/catalogue.ts';
import type { OptionNames, SensorLimit } from '../../calibrations/category.ts';
import { InvalidCalibration, MissingTuning } from '../../calibrations/errors.ts';
import type { DirigentKnowledge } from '../dirigent/dirigentHelp.ts';
import { takesSwitch } from '../dirigent/followHelp.ts';
import type { SequenceElement } from '../step.ts';

/** What stands behind the calibration's name. */
interface CalibrationArguments {
  words: readonly string[];
  maxVoltage?: number;
  /** Station seconds. */
  estimate(modules: Parameters<CatalogueEntry['calibration']['estimate']>[1]): number;
  problems: readonly BatonError[];
}

/**
 * The words of the sequence as the installed dirigent takes them, what Baton adds to them, and the tuning list. Without a
 * dirigent that could be asked they are those that the catalogue expects.
 */
export function calibrationArguments(
  { name, calibration }: CatalogueEntry,
  element: SequenceElement,
  words: readonly string[],
  limit: SensorLimit,
  dirigent: DirigentKnowledge | undefined,
): CalibrationArguments {
  const followed = dirigent?.follow(name, words) ?? { args: words, problems: [] };
  const configured = dirigent?.configured(name) ?? [];
  const prepared = calibration.prepare?.(followed.args, limit, configured) ?? { added: [], problems: [] };
  const problems: Problem[] = [...followed.problems, ...prepared.problems];
  const added = prepared.added.flatMap(({ names, value }) => {
    const option = dirigent ? dirigent.spelling(name, names) : names[0];
    if (option === undefined) problems.push(cannotSay(name, names));
    return option === undefined ? [] : [option, value];
  });
  const own = (calibration.flags ?? []).flatMap((names) => flag(name, names, followed.args, dirigent));
  const { maxVoltage } = prepared;
  const tuning = tuningList({ name, calibration }, element, dirigent);
  return {
    words: [...followed.args, ...added, ...own, ...tuning.words],
    ...(maxVoltage === undefined ? {} : { maxVoltage }),
    estimate: (modules) => calibration.estimate([...configured, ...followed.args, ...added], modules),
    problems: [
      ...problems.map((problem) => new BatonError({ ...problem, where: problem.where ?? element.where })),
      ...tuning.problems,
    ],
  };
}

/** One that the sequence gives already is not sent twice; one that the installed dirigent does not have is left out. */
function flag(
  name: string,
  names: OptionNames,
  args: readonly string[],
  dirigent: DirigentKnowledge | undefined,
): string[] {
  const spelling = dirigent ? dirigent.spelling(name, names) : names[0];
  if (spelling === undefined || [...names, spelling].some((one) => args.includes(one))) return [];
  const option = dirigent?.option(name, spelling);
  return option && takesSwitch(option) ? [spelling, '1'] : [spelling];
}

function cannotSay(name: string, names: OptionNames): Problem {
  return {
    code: 'E4019',
    what: `${name} has no option ${names.at(-1)} in the installed dirigent, and without it could go beyond the sensor's limit.`,
    remedy: `\`dirigent ${name} --help\` lists what it takes. Tell the developers of Baton what it is called now.`,
  };
}

interface TuningList {
  words: readonly string[];
  problems: readonly BatonError[];
}

function tuningList(
  { name, calibration }: Pick<CatalogueEntry, 'name' | 'calibration'>,
  { tuning, where }: SequenceElement,
  dirigent: DirigentKnowledge | undefined,
): TuningList {
  const { tuning: behind } = calibration;
  if (!behind) return { words: [], problems: [] };
  if (tuning === undefined || tuning === '' || (Array.isArray(tuning) && tuning.length === 0))
    return { words: [], problems: [noTuning(name, where)] };
  const letter = behind === 'from help' ? undefined : behind;
  const option = dirigent ? dirigent.tuningOption(name, letter) : letter;
  if (option === undefined) return { words: [], problems: [noTuningOption(name, where, dirigent)] };
  return { words: [option, tuningText(tuning, behind === '-s')], problems: [] };
}

/** A list of one name is that name, but for custom_sequence, which takes a list always. */
function tuningText(tuning: string | object, alwaysList: boolean): string {
  if (alwaysList) return JSON.stringify(Array.isArray(tuning) ? tuning : [tuning]);
  const only = Array.isArray(tuning) && tuning.length === 1 ? (tuning[0] as unknown) : tuning;
  return typeof only === 'string' ? only : JSON.stringify(tuning);
}

function noTuning(name: string, where: SequenceElement['where']): BatonError {
  return new MissingTuning({
    where,
    what: `${name} tunes, and has no tuning list.`,
    remedy: 'Give one under "tuning" in the item’s args: a name, a dictionary or a list.',
  });
}

function noTuningOption(
  name: string,
  where: SequenceElement['where'],
  dirigent: DirigentKnowledge | undefined,
): BatonError {
  const why = dirigent ? 'that does not tell it' : 'it could not be asked';
  return new InvalidCalibration({
    where,
    what: `how ${name} takes its tuning list is told by dirigent's help alone, and ${why}.`,
    remedy: 'Use calibrate_module or custom_sequence, or a dirigent whose help names the option.',
  });
}
