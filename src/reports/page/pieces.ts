import type { Verdict } from '../../base/verdict.ts';
import { verdictWords } from '../../base/verdict.ts';
import { escapeHtml } from '../../plots/html.ts';

/** The class that colours a verdict. */
export const toneOf: Readonly<Record<Verdict, string>> = {
  PASS: 'good',
  FAIL: 'bad',
  ERROR: 'error',
  NONE: 'none',
};

export function verdictMark(verdict: Verdict): string {
  return mark(verdictWords[verdict], toneOf[verdict]);
}

/** A word on the colour of its tone. */
export function mark(word: string, tone: string): string {
  return `<span class="v ${tone}">${escapeHtml(word)}</span>`;
}

/** A cell of a table: HTML, and where it has them a class and the columns that it spans. */
export type Cell = string | { html: string; of?: string; span?: number };

/** A table with a header row, whose first column names its rows; the cells are HTML already. */
export function dataTable(
  caption: string,
  header: readonly Cell[],
  rows: readonly (readonly Cell[])[],
): string {
  if (rows.length === 0) return '';
  const kept = columnsWithContent(header, rows);
  const of = <T>(row: readonly T[]) => row.filter((_, i) => kept(i));
  const head = of(header)
    .map((one) => cell('th', one, ' scope="col"'))
    .join('');
  const body = rows
    .map(of)
    .map(
      ([first = '', ...rest]) =>
        `<tr>${cell('th', first, ' scope="row"')}${rest.map((one) => cell('td', one)).join('')}</tr>`,
    );
  return `<div class="scroll"><table class="data"><caption class="quiet">${escapeHtml(caption)}</caption><thead><tr>${head}</tr></thead><tbody>
${body.join('\n')}
</tbody></table></div>
`;
}

/** A column that is empty in every row says nothing. Of cells that span several the columns are not told apart. */
function columnsWithContent(
  header: readonly Cell[],
  rows: readonly (readonly Cell[])[],
): (column: number) => boolean {
  const html = (one: Cell | undefined) => (typeof one === 'object' ? one.html : (one ?? ''));
  if (rows.some((row) => row.length !== header.length)) return () => true;
  return (column) => column === 0 || rows.some((row) => html(row[column]) !== '');
}

function cell(tag: 'td' | 'th', one: Cell, attributes = ''): string {
  if (typeof one === 'string') return `<${tag}${attributes}>${one}</${tag}>`;
  const { html, of, span } = one;
  const all = `${attributes}${of ? ` class="${of}"` : ''}${span ? ` colspan="${span}"` : ''}`;
  return `<${tag}${all}>${html}</${tag}>`;
}

/** Terms and what they are; entries without content are left out. Both HTML already. */
export function facts(entries: readonly (readonly [string, string | undefined])[]): string {
  const shown = entries.filter(([, html]) => html !== undefined && html !== '');
  return `<dl class="facts">${shown.map(([term, html]) => `<dt>${term}</dt><dd>${html}</dd>`).join('')}</dl>`;
}

/** Words and numbers that stand in a row with plots. */
export function card(html: string, title?: string): string {
  return `<div class="card">${title === undefined ? '' : `<h4>${escapeHtml(title)}</h4>`}${html}</div>`;
}

interface SectionOptions {
  id: string;
  title: string;
  level?: 2 | 3 | 4;
  /** How the plots stand side by side where there is room. Default: two. */
  columns?: 'one' | 'three' | 'beside';
}

/** Plots and cards under one heading, with a legend that hides and shows their curves together. */
export function plotSection(
  { id, title, level = 3, columns }: SectionOptions,
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
  return `<section id="${escapeHtml(id)}"><h${level}>${escapeHtml(title)}</h${level}>${buttons}<div class="plots${columns ? ` ${columns}` : ''}">${plots.join('')}</div>${rest}</section>
`;
}
