import type { Place, Problem } from '../../base/errors.ts';
import type { RawPull } from '../formats/pullFile.ts';
import { type Grams, type LoadUnit, loadUnits, parseLoadUnit, toGrams } from '../load.ts';
import type { PullSettings, Question } from '../pullTest.ts';

interface SettledLoads {
  /** Absent: not known, and a problem or a question says so. */
  unit?: LoadUnit;
  strengthOf(pull: RawPull): Grams;
  problems: readonly Problem[];
  questions: readonly Question[];
}

/** The one unit of a file, and every load in grams; loads that no pull can have are problems. */
export function settleLoads(pulls: readonly RawPull[], file: string, settings: PullSettings): SettledLoads {
  const found = unitOf(pulls, file, settings);
  if ('problem' in found) return settled({ problems: [found.problem] });
  if ('question' in found) return settled({ questions: [found.question] });
  const { unit } = found;
  return settled({ unit, problems: pulls.flatMap((pull) => impossible(pull, unit)) });
}

function settled({ unit, problems = [], questions = [] }: Partial<SettledLoads>): SettledLoads {
  const strengthOf = (pull: RawPull) => toGrams(pull.load, unit!);
  return { ...(unit ? { unit } : {}), strengthOf, problems, questions };
}

function unitOf(
  pulls: readonly RawPull[],
  file: string,
  settings: PullSettings,
): { unit: LoadUnit } | { problem: Problem } | { question: Question } {
  const units = new Map<LoadUnit, Place>();
  let unnamed: Place | undefined;
  for (const { header, place } of pulls) {
    if (!header.unit) {
      unnamed ??= place;
      continue;
    }
    const unit = parseLoadUnit(header.unit.text);
    if (unit === undefined) return { problem: unknownUnit(header.unit.text, header.unit.place) };
    if (!units.has(unit)) units.set(unit, header.unit.place);
  }
  const named = [...units];
  const [first, second] = named;
  if (first && second)
    return { problem: mixed(`${first[0]} (line ${first[1].line}) and ${second[0]}`, second[1]) };
  if (first && unnamed) return { problem: mixed(`${first[0]} (line ${first[1].line}) and no unit`, unnamed) };
  if (first && settings.unit !== undefined && settings.unit !== first[0])
    return { problem: mixed(`${first[0]}, and --unit says ${settings.unit}`, first[1]) };
  const unit = first?.[0] ?? settings.unit;
  if (unit !== undefined) return { unit };
  const problem = {
    code: 'E9205',
    what: 'The file does not say in which unit its loads are.',
    where: unnamed ?? { file },
    remedy: `Give --unit: ${loadUnits.join(', ')}.`,
  };
  return { question: { about: 'unit', problem } };
}

function unknownUnit(text: string, where: Place): Problem {
  return {
    code: 'E9205',
    what: `"${text}" is not a unit of load that is known.`,
    where,
    remedy: `Set the tester to one of ${loadUnits.join(', ')}, and export again.`,
  };
}

function mixed(which: string, where: Place): Problem {
  return {
    code: 'E9206',
    what: `The loads of this file are in more than one unit: ${which}.`,
    where,
    remedy: 'Export the file again with one unit throughout. Nothing of it is used.',
  };
}

/** A load below zero, a wire that broke at zero, or more than the machine was set to reach at most. */
function impossible(pull: RawPull, unit: LoadUnit): Problem[] {
  const strength = toGrams(pull.load, unit);
  const highest = pull.header.highestLoad;
  const highestUnit = parseLoadUnit(highest?.unit ?? '');
  const most = highest && highestUnit ? toGrams(highest.load, highestUnit) : Number.POSITIVE_INFINITY;
  const wrong = (what: string, remedy: string): Problem[] => [
    { code: 'E9207', what: `Pull ${pull.number} has ${what}.`, where: pull.place, remedy },
  ];
  if (strength < 0)
    return wrong(`a load below zero, ${pull.load} ${unit}`, 'Correct the row, or tare the machine.');
  // The force goes on rising for a moment after the machine decides to stop.
  if (strength > most * 1.1)
    return wrong(
      `${strength} g, and the machine was set to at most ${most} g (line ${highest!.place.line})`,
      'Is the unit right, or a decimal mark lost?',
    );
  return [];
}
