import { BatonError } from '../base/errors.ts';
import type { Criteria } from './criteria.ts';
import { type DocumentMarks, isComplete, type PullTestDocument, pullTestDocument } from './document.ts';
import { type Judgement, judge } from './judge.ts';
import type { PullTest } from './pullTest.ts';
import type { WirebondSite } from './site.ts';
import { goodPulls, type PullStatistics, pullStatistics } from './statistics.ts';

/** A pull test with all that follows from it. */
export interface PullTestResult {
  test: PullTest;
  statistics: PullStatistics;
  judgement: Judgement;
  /** Absent as long as a question about the test is open. */
  document?: PullTestDocument;
}

interface Judging {
  site: WirebondSite;
  criteria: Criteria | undefined;
  marks: DocumentMarks;
}

/** Pure: the same test under the same criteria gives the same document. */
export function resultOf(test: PullTest, { site, criteria, marks }: Judging): PullTestResult {
  const statistics = pullStatistics(test.pulls);
  if (statistics === undefined)
    throw new BatonError({
      code: 'E9209',
      what: `${test.component} has fewer than two pulls without an error.`,
      where: { file: test.file },
      remedy: 'Pull more wires. A single pull says nothing about a module.',
    });
  const judgement = judge(statistics, goodPulls(test.pulls).length, criteria);
  if (!isComplete(test)) return { test, statistics, judgement };
  return {
    test,
    statistics,
    judgement,
    document: pullTestDocument(test, { statistics, judgement }, site, marks),
  };
}
