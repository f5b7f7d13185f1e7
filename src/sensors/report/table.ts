import { escapeHtml } from '../../plots/html.ts';
import { compareNames } from '../judged.ts';
import { waferName } from '../record.ts';
import { testTypeOf, testTypes } from '../testTypes.ts';
import { derivedValues, valueText } from '../values.ts';
import { decisionSign, type Entry, momentText } from './entry.ts';

/** The wafers of a group by their tests: each test a coloured block that can be clicked. */
export function waferTable(entries: readonly Entry[]): string {
  const types = columnsOf(entries);
  const head = types.map((type) => `<th scope="col">${escapeHtml(type)}</th>`).join('');
  const rows = byWafer(entries).map(([wafer, own]) => {
    const cells = types.map(
      (type) =>
        `<td>${own
          .filter(({ judged }) => judged.test.testType === type)
          .map(block)
          .join('')}</td>`,
    );
    const select = own.map(({ id }) => id).join(' ');
    return `<tr><th scope="row"><button class="wafer" type="button" data-select="${select}" aria-pressed="false">${escapeHtml(
      wafer,
    )}</button>${stripSummary(own)}</th>${cells.join('')}</tr>`;
  });
  return `<div class="scroll"><table><thead><tr><th scope="col">Wafer</th>${head}</tr></thead><tbody>
${rows.join('\n')}
</tbody></table></div>
`;
}

/** The types that are there, in the usual order; what nobody analyses comes last. */
function columnsOf(entries: readonly Entry[]): string[] {
  const present = new Set(entries.map(({ judged }) => judged.test.testType));
  const known = testTypes.map(({ name }) => name).filter((name) => present.has(name));
  return [...known, ...[...present].filter((name) => !testTypeOf(name)).sort()];
}

function byWafer(entries: readonly Entry[]): [string, Entry[]][] {
  const wafers = new Map<string, Entry[]>();
  for (const entry of entries) {
    const name = waferName(entry.judged.test.wafer);
    const own = wafers.get(name);
    if (own) own.push(entry);
    else wafers.set(name, [entry]);
  }
  return [...wafers].sort(([one], [other]) => compareNames(one, other));
}

function block({ id, name, tone, judged }: Entry): string {
  const { test, analysis, decision, reason } = judged;
  const lines = [
    `<b>${decisionSign[decision ?? 'Unknown']} ${decision ?? 'Unknown'}</b>`,
    `<span>${escapeHtml(test.filename)}</span>`,
    `<span>${escapeHtml(momentText(test.timestamp))}</span>`,
    ...(reason ? [`<span class="flag">Decided by hand: ${escapeHtml(reason)}</span>`] : []),
    ...analysis.flags.map((flag) => `<span class="flag">${escapeHtml(flag)}</span>`),
    ...derivedValues(analysis).map(
      (value) =>
        `<span data-value="${value.name}">${escapeHtml(value.label)}: ${escapeHtml(valueText(value))}</span>`,
    ),
    ...(analysis.testType === 'strip' ? stripLines(Object.entries(analysis.bad)) : []),
    ...test.warnings.map((warning) => `<span class="flag">Note: ${escapeHtml(warning)}</span>`),
  ];
  return `<button type="button" class="block ${tone}" data-test="${id}" data-select="${id}" data-name="${escapeHtml(
    name,
  )}" aria-pressed="false">${lines.join('')}</button>`;
}

const channelsShown = 20;

function stripLines(bad: readonly (readonly [string, readonly string[]])[]): string[] {
  if (bad.length === 0) return [];
  const shown = bad.slice(0, channelsShown).map(([channels, flags]) => `${channels}: ${flags.join(', ')}`);
  const more = bad.length > channelsShown ? [`and ${bad.length - channelsShown} more`] : [];
  return [`<span>Bad channels: ${escapeHtml([...shown, ...more].join('; '))}</span>`];
}

/** What the strip tests of a wafer say together; of each segment the latest one counts. */
function stripSummary(entries: readonly Entry[]): string {
  const latest = new Map<string, Entry>();
  for (const entry of entries) {
    const { test, analysis } = entry.judged;
    if (analysis.testType !== 'strip') continue;
    const segment = String(test.segment ?? '?');
    const before = latest.get(segment)?.judged.test.timestamp ?? '';
    if ((test.timestamp ?? '') >= before) latest.set(segment, entry);
  }
  if (latest.size === 0) return '';
  const parts = [...latest]
    .sort(([one], [other]) => compareNames(one, other))
    .map(([segment, { judged }]) => {
      const { analysis } = judged;
      if (analysis.testType !== 'strip') return '';
      const { firstChannel: first, lastChannel: last, badChannels = [] } = analysis.values;
      const range = first === undefined ? 'gaps' : `${first} to ${last}`;
      return `segment ${segment}: ${range}, ${badChannels.length} bad`;
    });
  return `<div class="summary">Strips probed: ${escapeHtml(parts.join('; '))}</div>`;
}
