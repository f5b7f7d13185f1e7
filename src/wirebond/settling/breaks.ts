import type { Problem } from '../../base/errors.ts';
import type { BreakMode } from '../breakMode.ts';
import type { PullFile, RawPull } from '../formats/pullFile.ts';
import type { PullSettings } from '../pullTest.ts';
import { type GradeTable, gradeTableFor } from '../site.ts';

interface SettledBreaks {
  /** Absent: the file says break modes in words. */
  table?: GradeTable;
  modeOf(pull: RawPull): BreakMode;
  problems: readonly Problem[];
}

/** What each grade of the file means at this site. A grade that the site's table does not have is never guessed. */
export function settleBreaks({ pulls, format }: PullFile, { site }: PullSettings): SettledBreaks {
  const problems: Problem[] = [];
  const tables = new Set<GradeTable>();
  const modes = new Map<RawPull, BreakMode>();
  const told = new Set<string>();
  const tell = (key: string, problem: Problem) => {
    if (!told.has(key)) problems.push(problem);
    told.add(key);
  };
  for (const pull of pulls) {
    const { broke, header, place } = pull;
    if ('mode' in broke) {
      modes.set(pull, broke.mode);
      continue;
    }
    const group = header.testGroup?.text;
    const table = gradeTableFor(site, format, group);
    const mode = table && Object.hasOwn(table.breaks, broke.grade) ? table.breaks[broke.grade] : undefined;
    if (mode) modes.set(pull, mode);
    if (table) tables.add(table);
    if (table && mode === undefined)
      tell(`grade ${broke.grade}`, {
        code: 'E9210',
        what: `Grade ${broke.grade} is not in the site's table; it knows ${Object.keys(table.breaks).join(', ')}.`,
        where: place,
        remedy:
          'Add it to "breaks" in config/wirebond.json: only the site knows what its machine means by it.',
      });
    if (!table)
      tell(`table ${group}`, {
        code: 'E9210',
        what: `The site has no table of grades for ${format}${group === undefined ? '' : `, test group "${group}"`}.`,
        where: place,
        remedy: 'Add one under "grades" in config/wirebond.json (docs/wirebond.md, Grades).',
      });
  }
  const [table, other] = tables;
  if (other)
    problems.push({
      code: 'E9210',
      what: 'The test groups in this file have different tables of grades.',
      where: { file: pulls[0]!.place.file },
      remedy: 'Export each test group to a file of its own.',
    });
  for (const pull of pulls) problems.push(...zeroLoad(pull, modes.get(pull)));
  return { ...(table ? { table } : {}), modeOf: (pull) => modes.get(pull)!, problems };
}

/** A wire that broke at nothing was not pulled: its grade is wrong, and would drag the mean down or be lost. */
function zeroLoad(pull: RawPull, mode: BreakMode | undefined): Problem[] {
  if (pull.load !== 0 || mode === undefined || mode === 'error') return [];
  return [
    {
      code: 'E9207',
      what: `Pull ${pull.number} has a load of 0, and its break is not an error but "${mode}".`,
      where: pull.place,
      remedy: 'Grade it as an error on the machine, if the wire was not pulled, and export again.',
    },
  ];
}
