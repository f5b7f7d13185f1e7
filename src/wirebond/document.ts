import type { Problem } from '../base/errors.ts';
import { breakCode } from './breakMode.ts';
import type { Judgement } from './judge.ts';
import type { Pull, PullTest } from './pullTest.ts';
import type { PullDataNesting, WirebondSite } from './site.ts';
import { goodPulls, type PullStatistics } from './statistics.ts';

/** What the database takes as one test run (`uploadTestRunResults`). Who queues it adds what only the database knows. */
export interface PullTestDocument {
  component: string;
  testType: 'WIREBOND_PULL_TEST';
  /** Absent: the component's own location is meant. */
  institution?: string;
  /** At which it was measured. Absent: where the component was on that date. */
  stage?: string;
  /** `<session>-<position>`: made from the file's content, so that the same file twice is the same test run. */
  runNumber: string;
  /** ISO 8601, UTC, with milliseconds. */
  date: string;
  passed: boolean;
  /** Something about the measurement itself was not as it should be: pulls with an error, a warning. */
  problems: boolean;
  properties: Record<string, string>;
  results: PullStatistics & {
    DATA_UNAVAILABLE: boolean;
    /** Strength in grams, break code, location of every pull. */
    PULL_STRENGTH_DATA: number[][] | number[][][];
  };
  comments: string[];
}

/** A file that follows its test run. */
export interface Attachment {
  path: string;
  title: string;
  description: string;
  sha256: string;
}

/** Keeps a document and its files on disk until the database has confirmed them. Wired by the command line. */
export type QueueDocument = (
  document: PullTestDocument,
  attachments: readonly Attachment[],
) => Promise<QueuedDocument>;

export interface QueuedDocument {
  /** The outbox's own id of it. */
  id: string;
  /** It stood in the outbox, or in the database, already. */
  already: boolean;
}

export interface DocumentMarks {
  title: string;
  institution?: string | undefined;
  stage?: string | undefined;
  /** Of Baton. */
  version: string;
}

/** Whether everything that the document needs is known; where not, a question of its reading says what. */
export function isComplete(
  test: PullTest,
): test is PullTest & { date: string; operator: string; instrument: string } {
  return test.date !== undefined && test.operator !== undefined && test.instrument !== undefined;
}

/** The test run of a judged pull test, with every single pull. */
export function pullTestDocument(
  test: PullTest & { date: string; operator: string; instrument: string },
  { statistics, judgement }: { statistics: PullStatistics; judgement: Judgement },
  site: WirebondSite,
  marks: DocumentMarks,
): PullTestDocument {
  const errors = test.pulls.length - goodPulls(test.pulls).length;
  return {
    component: test.component,
    testType: 'WIREBOND_PULL_TEST',
    ...(marks.institution === undefined ? {} : { institution: marks.institution }),
    ...(marks.stage === undefined ? {} : { stage: marks.stage }),
    runNumber: `wirebond-${test.sha256.slice(0, 16)}-${test.position}`,
    date: test.date,
    passed: judgement.verdict === 'PASS',
    problems: errors > 0 || test.warnings.length > 0,
    properties: {
      [site.operatorProperty ?? 'OPERATOR']: test.operator,
      INSTRUMENT: test.instrument,
      ANALYSIS_VERSION: `baton ${marks.version}`,
    },
    results: {
      ...statistics,
      DATA_UNAVAILABLE: false,
      PULL_STRENGTH_DATA: pullData(test.pulls, site.pullStrengthData ?? 'Nx1x3'),
    },
    comments: [`${marks.title} ${test.position}/${test.of}`, ...explanations(test, judgement)],
  };
}

/**
 * Public tools disagree on the nesting, and the database's definition was seen by none of them in full, so a site can
 * choose (docs/wirebond.md).
 */
export function pullData(pulls: readonly Pull[], nesting: PullDataNesting): number[][] | number[][][] {
  const rows = pulls.map(({ strength, mode, location }) => [strength, breakCode(mode), location]);
  switch (nesting) {
    case 'Nx3':
      return rows;
    case 'Nx1x3':
      return rows.map((row) => [row]);
    case 'Nx3x1':
      return rows.map((row) => row.map((value) => [value]));
  }
}

/** The raw file of the test, as an attachment. */
export function rawFile(test: PullTest, path: string): Attachment {
  return {
    path,
    title: `Wirebond pulls of ${test.component}`,
    description: `As the pull tester wrote it (${test.format}, ${test.unit})`,
    sha256: test.sha256,
  };
}

/** The database keeps no unknown keys, so that what led to the verdict stands in comments. */
function explanations(test: PullTest, { verdict, criteria }: Judgement): string[] {
  const judged =
    criteria === undefined
      ? 'Not judged: there were no criteria.'
      : `${verdict} by ${criteria.name} of ${criteria.date} (sha256 ${criteria.sha256.slice(0, 16)}).`;
  const grades = test.grades === undefined ? [] : [`Grades: ${gradesInWords(test.grades.breaks)}.`];
  return [[judged, ...grades, ...test.warnings.map(inOneLine)].join(' ')];
}

function gradesInWords(breaks: Readonly<Record<string, string>>): string {
  return Object.entries(breaks)
    .map(([grade, mode]) => `${grade} ${mode}`)
    .join(', ');
}

function inOneLine({ code, what }: Problem): string {
  return `${code}: ${what}`;
}
