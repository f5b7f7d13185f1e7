import type { Problem } from '../../base/errors.ts';
import { isSerialNumber } from '../../base/serialNumber.ts';
import type { Field, RawPull } from '../formats/pullFile.ts';
import type { PullSettings } from '../pullTest.ts';

interface ComponentPulls {
  component: string;
  /** Among the modules of the file, counted from 1. */
  position: number;
  pulls: readonly RawPull[];
}

interface SettledComponents {
  groups: readonly ComponentPulls[];
  /** How many modules the file holds. */
  of: number;
  problems: readonly Problem[];
}

/**
 * Whose pulls they are: by the serial numbers in the file, by `--component` where the file has none. A file of
 * several modules with `--component` gives that module alone.
 */
export function settleComponents(
  pulls: readonly RawPull[],
  file: string,
  settings: PullSettings,
): SettledComponents {
  const wanted = settings.component === undefined ? undefined : serialNumberIn(settings.component);
  const fail = (...problems: Problem[]): SettledComponents => ({ groups: [], of: 0, problems });
  if (wanted !== undefined && !isSerialNumber(wanted))
    return fail({
      code: 'E9215',
      what: `"${settings.component}" is not a serial number of the ITk.`,
      remedy: 'It has 14 characters: 20U, project and component in four letters or digits, and seven digits.',
    });

  const groups = new Map<string, { first: Field | undefined; pulls: RawPull[] }>();
  for (const pull of pulls) {
    const field = pull.header.component;
    const name = field === undefined ? '' : serialNumberIn(field.text);
    const group = groups.get(name) ?? { first: field, pulls: [] };
    group.pulls.push(pull);
    groups.set(name, group);
  }
  const names = [...groups.keys()];
  if (groups.size === 1 && wanted !== undefined)
    return onlyOne(names[0]!, wanted, pulls, groups.get(names[0]!)!.first);

  const strangers = names.flatMap((name) => strange(name, groups.get(name)!, file));
  if (strangers.length > 0) return fail(...strangers);
  const all = names.map((component, index) => ({
    component,
    position: index + 1,
    pulls: groups.get(component)!.pulls,
  }));
  const chosen = wanted === undefined ? all : all.filter(({ component }) => component === wanted);
  if (chosen.length > 0) return { groups: chosen, of: all.length, problems: [] };
  return fail({
    code: 'E9214',
    what: `The file holds ${names.join(', ')}, and not ${wanted}.`,
    where: { file },
    remedy: 'Leave --component out to take them all, or name one of these.',
  });
}

/** The operator's word against the file's: a serial number that differs is refused, a nickname only mentioned. */
function onlyOne(
  name: string,
  wanted: string,
  pulls: readonly RawPull[],
  field: Field | undefined,
): SettledComponents {
  const groups = [{ component: wanted, position: 1, pulls }];
  if (field === undefined || name === wanted) return { groups, of: 1, problems: [] };
  if (isSerialNumber(name)) {
    const problem: Problem = {
      code: 'E9214',
      what: `The pulls are of ${name}, and --component says ${wanted}.`,
      where: field.place,
      remedy: 'One of the two is wrong. Leave --component out if the file is right.',
    };
    return { groups: [], of: 0, problems: [problem] };
  }
  const note: Problem = {
    code: 'E9214',
    severity: 'warning',
    what: `The file calls the module "${field.text}", which is no serial number; --component says ${wanted}.`,
    where: field.place,
    remedy: 'Make sure that it is the same module.',
  };
  return { groups, of: 1, problems: [note] };
}

function strange(
  name: string,
  group: { first: Field | undefined; pulls: readonly RawPull[] },
  file: string,
): Problem[] {
  if (isSerialNumber(name)) return [];
  if (group.first === undefined)
    return [
      {
        code: 'E9214',
        what: 'These pulls have no serial number.',
        where: group.pulls[0]?.place ?? { file },
        remedy:
          'Give --component, if the whole file is of one module; else enter the serial number on the tester.',
      },
    ];
  return [
    {
      code: 'E9215',
      what: `"${group.first.text}" is not a serial number of the ITk.`,
      where: group.first.place,
      remedy:
        'Correct it. It has 14 characters: 20U, project and component in four letters or digits, and seven digits.',
    },
  ];
}

/** As the database writes it: people add spaces and hyphens. */
function serialNumberIn(text: string): string {
  return text.replace(/[\s-]/g, '').toUpperCase();
}
