import { counted } from '../base/quantityText.ts';
import { breakTable } from './breakTable.ts';
import { histogram } from './histogram.ts';
import type { Judgement } from './judge.ts';
import type { PullTest } from './pullTest.ts';
import { goodPulls, type PullStatistics } from './statistics.ts';

/** What a person looks at before saying yes: plain text, one line an element. */
export function preview(test: PullTest, statistics: PullStatistics, judgement: Judgement): string[] {
  const good = goodPulls(test.pulls).length;
  const errors = test.pulls.length - good;
  const { PULL_STRENGTH, PULL_STRENGTH_ERROR, PULL_STRENGTH_MIN, PULL_STRENGTH_MAX } = statistics;
  const where = test.of > 1 ? `${test.file} (module ${test.position} of ${test.of})` : test.file;
  return [
    `${test.component}  ${where}`,
    `  ${test.date ?? 'date not known'}  ${test.operator ?? 'operator not known'}  ${test.instrument ?? 'instrument not known'}`,
    `  ${counted(test.pulls.length, 'pull')}${errors > 0 ? `, ${errors} with an error` : ''}: mean ${PULL_STRENGTH.toFixed(3)} g, deviation ${PULL_STRENGTH_ERROR.toFixed(3)} g, ${PULL_STRENGTH_MIN.toFixed(3)} to ${PULL_STRENGTH_MAX.toFixed(3)} g`,
    '',
    ...histogram(test.pulls).map(indented),
    '',
    ...breakTable(test.pulls).map(indented),
    ...(test.grades ? [`  grades: ${test.grades.source}${test.grades.assumed ? ' (assumed)' : ''}`] : []),
    '',
    ...judgementLines(judgement).map(indented),
  ];
}

function judgementLines({ verdict, criteria, measured }: Judgement): string[] {
  if (criteria === undefined) return [`${verdict}  no criteria, so nothing is judged`];
  return [
    `${verdict}  by ${criteria.name} of ${criteria.date} (${criteria.file})`,
    ...measured.map((one) => `${one.verdict.padEnd(4)}  ${one.result} ${short(one.value)}, ${one.limit}`),
  ];
}

function short(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(3);
}

function indented(line: string): string {
  return line === '' ? '' : `  ${line}`;
}
