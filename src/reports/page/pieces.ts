import type { Verdict } from '../../base/verdict.ts';
import { escapeHtml } from '../../plots/html.ts';

/** The class that colours a verdict. */
export const toneOf: Readonly<Record<Verdict, string>> = {
  PASS: 'good',
  FAIL: 'bad',
  ERROR: 'bad',
  NONE: 'unknown',
};

export function verdictMark(verdict: Verdict): string {
  return `<span class="v ${toneOf[verdict]}">${verdict === 'NONE' ? 'not judged' : verdict}</span>`;
}

/** A cell of a table: HTML, and a class where it has one. */
export type Cell = string | { html: string; of: string };

/** A table with a header row; the cells are HTML already. */
export function dataTable(
  caption: string,
  header: readonly Cell[],
  rows: readonly (readonly Cell[])[],
): string {
  if (rows.length === 0) return '';
  const cell = (tag: string, one: Cell, attributes = '') =>
    typeof one === 'string'
      ? `<${tag}${attributes}>${one}</${tag}>`
      : `<${tag}${attributes} class="${one.of}">${one.html}</${tag}>`;
  const head = header.map((one) => cell('th', one, ' scope="col"')).join('');
  const body = rows.map((row) => `<tr>${row.map((one) => cell('td', one)).join('')}</tr>`).join('\n');
  return `<div class="scroll"><table class="data"><caption class="quiet">${escapeHtml(caption)}</caption><thead><tr>${head}</tr></thead><tbody>
${body}
</tbody></table></div>
`;
}

/** Terms and what they are; entries without content are left out. Both HTML already. */
export function facts(entries: readonly (readonly [string, string | undefined])[]): string {
  const shown = entries.filter(([, html]) => html !== undefined && html !== '');
  return `<dl class="facts">${shown.map(([term, html]) => `<dt>${term}</dt><dd>${html}</dd>`).join('')}</dl>`;
}

/** Plots under one heading, with a legend that hides and shows their curves together. */
export function plotSection(
  { id, title, level = 3 }: { id: string; title: string; level?: 2 | 3 | 4 },
  legend: readonly { id: string; name: string; tone: string }[],
  plots: readonly string[],
  rest = '',
): string {
  const entries = legend.map(
    (one) =>
      `<button type="button" class="${one.tone}" data-test="${escapeHtml(one.id)}" aria-pressed="true"><bdi>${escapeHtml(one.name)}</bdi></button>`,
  );
  const buttons =
    entries.length < 2
      ? ''
      : `<div class="legend" role="group" aria-label="Curves: click to hide, double-click for one alone">${entries.join('')}</div>`;
  return `<section id="${escapeHtml(id)}"><h${level}>${escapeHtml(title)}</h${level}>${buttons}<div class="plots">${plots.join('')}</div>${rest}</section>
`;
}
