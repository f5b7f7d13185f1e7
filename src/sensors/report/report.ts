import { counted } from '../../base/quantityText.ts';
import { htmlDocument } from '../../plots/document.ts';
import { escapeHtml } from '../../plots/html.ts';
import { type Criteria, shippedCriteria } from '../analyses/criteria.ts';
import type { DuplicateTest } from '../importing/duplicates.ts';
import type { UnreadableFile } from '../importing/readTests.ts';
import { inOrder, type JudgedTest } from '../judged.ts';
import { testTypeOf, testTypes } from '../testTypes.ts';
import { decisionClass, decisionSign, type Entry, entryOf } from './entry.ts';
import { plotsByType } from './plots.ts';
import { reportStyle } from './style.ts';
import { waferTable } from './table.ts';
import { unreadText } from './unreadable.ts';

/** Tests that are compared with each other: as a rule those of one batch. */
export interface SensorGroup {
  title: string;
  tests: readonly JudgedTest[];
}

export interface ReportOptions {
  title?: string | undefined;
  criteria?: Criteria | undefined;
  unreadable?: readonly UnreadableFile[] | undefined;
  duplicates?: readonly DuplicateTest[] | undefined;
  /** Sentences above everything else: what the database could not tell. */
  remarks?: readonly string[] | undefined;
}

/** The comparison report: one HTML page that needs nothing else. Each group has a table of wafers by test, and plots. */
export function sensorReport(groups: readonly SensorGroup[], options: ReportOptions = {}): string {
  const title = options.title ?? 'Sensor tests';
  const criteria = options.criteria ?? shippedCriteria;
  let count = 0;
  const sections = groups.map(({ title: name, tests }, index) => {
    const entries = [...tests].sort(inOrder).map((judged) => entryOf(judged, `t${++count}`));
    return { name, id: `g${index + 1}`, entries };
  });
  const body = [
    `<h1>${escapeHtml(title)}</h1>`,
    ...(options.remarks ?? []).map((remark) => `<p>${escapeHtml(remark)}</p>`),
    `<p>${counted(count, 'test')} in ${counted(groups.length, 'group')}. Criteria ${escapeHtml(criteria.name)} of ${escapeHtml(criteria.date)}. Click a block or a wafer to find its curves in every plot; Escape ends it. In a legend a click hides a test and a double click shows it alone.</p>`,
    key(),
    `<nav><ul>${sections.map(({ name, id }) => `<li><a href="#${id}">${escapeHtml(name)}</a></li>`).join('')}</ul></nav>`,
    unreadText(options.unreadable ?? [], options.duplicates ?? []),
    ...sections.map(({ name, id, entries }) => group(name, id, entries, criteria)),
  ].join('\n');
  return htmlDocument({ title, style: reportStyle, body });
}

/** Groups by batch, in the order of the names. */
export function byBatch(tests: readonly JudgedTest[]): SensorGroup[] {
  const batches = new Map<string, JudgedTest[]>();
  for (const judged of [...tests].sort(inOrder)) {
    const name = judged.test.batch ?? 'No batch';
    const own = batches.get(name);
    if (own) own.push(judged);
    else batches.set(name, [judged]);
  }
  return [...batches].map(([title, own]) => ({ title, tests: own }));
}

function group(name: string, id: string, entries: readonly Entry[], criteria: Criteria): string {
  const types = testTypes.filter((type) => Object.hasOwn(plotsByType, type.name));
  const plots = types.flatMap((type) => {
    const own = entries.filter(({ judged }) => judged.test.testType === type.name);
    if (own.length === 0) return [];
    return [testSection(type.name, own, plotsByType[type.name]!(own, `${id}-${type.name}`, criteria))];
  });
  return `<div class="batch" id="${id}"><h2>${escapeHtml(name)}</h2>
${waferTable(entries)}${plots.join('')}</div>`;
}

/** The plots of one type of test, with a legend for all of them. */
export function testSection(title: string, entries: readonly Entry[], plots: readonly string[]): string {
  const legend = entries.map(
    ({ id, name, tone }) =>
      `<button type="button" class="${tone}" data-test="${id}" aria-pressed="true">${escapeHtml(name)}</button>`,
  );
  return `<section class="tests"><h3>${escapeHtml(testTypeOf(title)?.name ?? title)}</h3><div class="legend">${legend.join(
    '',
  )}</div><div class="plots">${plots.join('')}</div></section>
`;
}

/** What the colours and signs mean. */
export function key(): string {
  const decisions = ['Pass', 'SoSo', 'Fail', 'MeasErr', 'Unknown'] as const;
  const items = (['local', 'db'] as const).flatMap((source) =>
    decisions.map((decision) => {
      const name = decision === 'Unknown' ? 'unknown' : decisionClass[decision];
      return `<li class="${source} ${name}">${decisionSign[decision]} ${decision}, ${source === 'local' ? 'file' : 'database'}</li>`;
    }),
  );
  return `<ul class="key">${items.join('')}</ul>`;
}
