import type { Problem } from '../base/errors.ts';
import { readJson } from '../base/jsonFile.ts';
import type { BreakMode } from './breakMode.ts';
import type { FormatName } from './formats/pullFile.ts';
import type { DateOrder } from './settling/date.ts';
import { validators } from './validators.ts';

/** config/wirebond.json: how a site's pull files are to be understood. schemas/wirebond.schema.json explains each key. */
export interface WirebondSite {
  dateOrder?: DateOrder;
  timeZone?: string;
  serialNumberField?: string;
  operatorProperty?: 'OPERATOR' | 'OPERATOR_IDENTITY';
  pullStrengthData?: PullDataNesting;
  grades: readonly GradeTable[];
}

export type PullDataNesting = 'Nx1x3' | 'Nx3x1' | 'Nx3';

/** What the grades of a machine mean at this site. */
export interface GradeTable {
  format: FormatName;
  testGroup?: string;
  /** Nobody at the site has confirmed it. */
  assumed?: boolean;
  source: string;
  breaks: Readonly<Record<string, BreakMode>>;
}

export function readSite(source: {
  file: string;
  text: string;
}): { value: WirebondSite; problems: [] } | { value?: never; problems: Problem[] } {
  const read = readJson<WirebondSite>(source, validators.site, 'E9219');
  const timeZone = read.value?.timeZone;
  if (timeZone === undefined || isTimeZone(timeZone)) return read;
  return {
    problems: [
      {
        code: 'E9219',
        what: `"${timeZone}" is not a time zone.`,
        where: { file: source.file },
        remedy: 'Give its IANA name, for example Europe/Zurich.',
      },
    ],
  };
}

/** The first table that fits; a grade means nothing without one. */
export function gradeTableFor(
  site: WirebondSite,
  format: FormatName,
  testGroup: string | undefined,
): GradeTable | undefined {
  return site.grades.find(
    (table) =>
      table.format === format &&
      (table.testGroup === undefined || table.testGroup.toLowerCase() === testGroup?.trim().toLowerCase()),
  );
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name });
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
